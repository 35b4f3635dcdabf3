import type { AdmissionRequest, AdmissionReview } from '@imagestream/core';
import { readDeadline } from './deadline.js';
import { parseReview } from './parse-review.js';
import { PolicyError, type Policy } from './policy.js';
import { BodyTooLargeError, readBody } from './read-body.js';
import { makeFailure, makeResponse, makeReview } from './respond.js';
import { runPolicies, type Decision } from './run-policies.js';

/** What happened to one request; for metrics and logs. Never holds the object: it may carry secrets. */
export interface ReviewReport {
  /** Which kind of policies was asked. */
  readonly type: Policy['type'];
  readonly uid: string;
  /** The HTTP code of the answer; other than 200 means that nothing was decided. */
  readonly code: number;
  /** Absent when nothing was decided. */
  readonly allowed?: boolean;
  readonly decisions: readonly Decision[];
  readonly request?: Pick<
    AdmissionRequest,
    'operation' | 'namespace' | 'name' | 'resource' | 'dryRun'
  >;
  /** Why nothing was decided. */
  readonly error?: unknown;
}

/** How a handler is set up. */
export interface AdmissionHandlerOptions {
  readonly policies: readonly Policy[];
  /** The largest body that is read, in bytes. Default 7 MiB: an object and its predecessor at the API server's limit. */
  readonly maxBodyBytes?: number;
  /** The longest a review may take, in milliseconds, whatever `?timeout=` says. Default 10 000. */
  readonly budgetMs?: number;
  /**
   * Told about each request after its answer is made, with the web request it came in by, whose body is used up. What it
   * throws is not caught.
   */
  readonly onReview?: (report: ReviewReport, request: Request) => void;
}

const DEFAULT_MAX_BODY_BYTES = 7 * 1024 * 1024;
const DEFAULT_BUDGET_MS = 10_000;

interface Judged {
  readonly code: number;
  readonly review: AdmissionReview;
  readonly report: Omit<ReviewReport, 'type' | 'code'>;
}

/**
 * Makes the webhook as one function of a web request, for any runtime that has them.
 *
 * `POST …/validate` asks the validating policies and `POST …/mutate` the mutating ones; any other path is 404. A review
 * that was judged is answered with 200 whether it is allowed or not. Every other code means that nothing was decided,
 * and the API server does what its `failurePolicy` says: 400 for a body that is no review, 405, 408 for a body that
 * came too slowly, 413, 415, 500 for a policy that broke, 504 for one that took too long. The body is a valid AdmissionReview
 * in every case.
 *
 * Throws a PolicyError when two policies have one name.
 *
 * @example
 * const handler = createAdmissionHandler({ policies: [requireDigest()] });
 * const response = await handler(new Request('https://webhook/validate', { method: 'POST', body: '{}' }));
 * response.status; // 400: the body is no review
 */
export function createAdmissionHandler(
  options: AdmissionHandlerOptions,
): (request: Request) => Promise<Response> {
  const settings = {
    maxBodyBytes: options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
    budgetMs: options.budgetMs ?? DEFAULT_BUDGET_MS,
  };
  requireUniqueNames(options.policies);
  const policies = {
    validating: options.policies.filter((policy) => policy.type === 'validating'),
    mutating: options.policies.filter((policy) => policy.type === 'mutating'),
  };
  return async (request) => {
    const url = new URL(request.url);
    const type = policyType(url.pathname);
    if (type === undefined)
      return toResponse(404, makeFailure('', 404, 'post reviews to /validate or /mutate'));
    const judged = await judge(request, url, policies[type], settings);
    options.onReview?.({ type, code: judged.code, ...judged.report }, request);
    return toResponse(judged.code, judged.review);
  };
}

function requireUniqueNames(policies: readonly Policy[]): void {
  const names = new Set<string>();
  for (const { name } of policies) {
    if (names.has(name))
      throw new PolicyError(`two policies are named ${JSON.stringify(name)}; names must be unique`);
    names.add(name);
  }
}

function policyType(path: string): Policy['type'] | undefined {
  if (path.endsWith('/validate')) return 'validating';
  return path.endsWith('/mutate') ? 'mutating' : undefined;
}

function toResponse(code: number, review: AdmissionReview): Response {
  const headers = {
    'content-type': 'application/json',
    ...(code === 405 ? { allow: 'POST' } : {}),
  };
  return new Response(JSON.stringify(review), { status: code, headers });
}

function fail(code: number, message: string, uid = '', error?: unknown): Judged {
  const report = { uid, decisions: [], ...(error === undefined ? {} : { error }) };
  return { code, review: makeFailure(uid, code, message), report };
}

async function judge(
  request: Request,
  url: URL,
  policies: readonly Policy[],
  settings: { readonly maxBodyBytes: number; readonly budgetMs: number },
): Promise<Judged> {
  if (request.method !== 'POST')
    return fail(405, `${request.method} is not supported, post an AdmissionReview`);
  const type = request.headers.get('content-type') ?? 'application/json';
  if (!/^application\/json\s*(?:;|$)/i.test(type))
    return fail(415, `the body is ${type}, expected application/json`);
  const signal = AbortSignal.timeout(readDeadline(url, settings.budgetMs));
  let body: string;
  try {
    body = await readBody(request, settings.maxBodyBytes, signal);
  } catch (error) {
    if (error instanceof BodyTooLargeError) return fail(413, error.message, '', error);
    if (signal.aborted) return fail(408, 'the body did not arrive in time', '', error);
    return fail(400, 'the body cannot be read as UTF-8', '', error);
  }
  const parsed = parseReview(body);
  if (parsed.type === 'malformed') return fail(400, parsed.message, parsed.uid);
  return await review(policies, parsed.request, signal);
}

async function review(
  policies: readonly Policy[],
  request: AdmissionRequest,
  signal: AbortSignal,
): Promise<Judged> {
  try {
    const { verdict, decisions } = await Promise.race([
      runPolicies(policies, request, signal),
      rejectOn(signal),
    ]);
    const response = makeResponse(request, verdict, decisions);
    return {
      code: 200,
      review: makeReview(response),
      report: { uid: request.uid, allowed: response.allowed, decisions, request },
    };
  } catch (error) {
    const [code, message] = signal.aborted
      ? [504, 'the policies did not decide in time']
      : [500, 'a policy failed; nothing was decided'];
    const failed = fail(code, message, request.uid, error);
    return { ...failed, report: { ...failed.report, request } };
  }
}

/** A policy that does not heed the signal must not hold the answer. */
function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = (): void => reject(signal.reason as Error); // AbortSignal.timeout aborts with a DOMException.
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
