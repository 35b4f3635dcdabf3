import {
  isJsonObject,
  makeStatus,
  quoteGo,
  StatusError,
  type AdmissionReview,
  type Status,
} from '@imagestream/core';
import type { AdmissionCall, AdmissionWrite } from '../registry/admission.js';
import { timeLimited } from '../time-limited.js';
import type { Webhook } from './webhook-config.js';

/** One call over HTTPS. Rejects when nobody answers, with what went wrong as the message. */
export type WebhookPost = (
  url: string,
  request: {
    readonly body: string;
    /** PEM; absent = whom the machine trusts. */
    readonly caBundle?: string;
    readonly signal: AbortSignal;
  },
) => Promise<{ readonly status: number; readonly body: string }>;

/** A call failed: nobody answered, or not in the words of the protocol. The failure policy decides. */
export class WebhookCallError extends Error {
  override readonly name: string = 'WebhookCallError';

  constructor(webhook: string, reason: string, options?: ErrorOptions) {
    super(`failed calling webhook ${quoteGo(webhook)}: ${reason}`, options);
  }
}

/** What a webhook that let the request through answered. */
export interface WebhookAnswer {
  /** The operations of its patch; empty = none. */
  readonly patch: string;
}

/**
 * Asks one webhook. Its warnings go to the client. Throws a StatusError with its words when it denies, and a
 * WebhookCallError when the call failed.
 *
 * Source: api-admission.
 */
export async function callWebhook(
  webhook: Webhook,
  write: AdmissionWrite,
  { call, post }: { readonly call: AdmissionCall; readonly post: WebhookPost },
): Promise<WebhookAnswer> {
  const uid = call.newUid();
  const review: AdmissionReview = {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: { uid, ...write },
  };
  const answer = await send(webhook, JSON.stringify(review), { call, post });
  const response = readResponse(webhook, uid, answer);
  for (const text of response.warnings) call.warn(text);
  if (!response.allowed) throw denial(webhook.name, response.status);
  return { patch: response.patch };
}

async function send(
  webhook: Webhook,
  body: string,
  { call, post }: { readonly call: AdmissionCall; readonly post: WebhookPost },
): Promise<string> {
  const url = new URL(webhook.url);
  url.searchParams.set('timeout', `${webhook.timeoutSeconds}s`);
  const signal = timeLimited(call.signal, webhook.timeoutSeconds * 1000);
  const { caBundle } = webhook;
  try {
    const trust = caBundle === undefined ? {} : { caBundle };
    const { status, body: text } = await post(url.href, { body, signal, ...trust });
    if (status >= 200 && status < 300) return text;
    throw new WebhookCallError(webhook.name, `failed to call webhook: ${explain(status, text)}`);
  } catch (cause) {
    if (cause instanceof WebhookCallError) throw cause;
    // Whoever asked is gone, or has waited long enough: no policy about webhooks helps.
    call.signal.throwIfAborted();
    const why = signal.aborted
      ? 'context deadline exceeded'
      : cause instanceof Error
        ? cause.message
        : String(cause);
    const reason = `failed to call webhook: Post ${quoteGo(url.href)}: ${why}`;
    throw new WebhookCallError(webhook.name, reason, { cause });
  }
}

/** The words the real server's client has for HTTP codes. */
function explain(status: number, body: string): string {
  switch (status) {
    case 400:
      return 'the server rejected our request for an unknown reason';
    case 404:
      return 'the server could not find the requested resource';
    case 500:
      return `an error on the server (${quoteGo(body)}) has prevented the request from succeeding`;
    case 503:
      return 'the server is currently unable to handle the request';
    default:
      return `the server responded with the status code ${status} but did not return more information`;
  }
}

interface Response {
  readonly allowed: boolean;
  readonly status: unknown;
  readonly warnings: readonly string[];
  readonly patch: string;
}

function readResponse(webhook: Webhook, uid: string, body: string): Response {
  const invalid = (why: string): WebhookCallError =>
    new WebhookCallError(webhook.name, `received invalid webhook response: ${why}`);
  const review = parse(webhook, body);
  const response = review['response'];
  if (!isJsonObject(response)) throw invalid('webhook response was absent');
  if (response['uid'] !== uid) {
    const given = typeof response['uid'] === 'string' ? response['uid'] : '';
    throw invalid(`expected response.uid=${quoteGo(uid)}, got ${quoteGo(given)}`);
  }
  const { apiVersion, kind } = review;
  if (apiVersion !== 'admission.k8s.io/v1' || kind !== 'AdmissionReview') {
    throw invalid(
      `expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got ${String(apiVersion)}, Kind=${String(kind)}`,
    );
  }
  const patch = textIn(response, 'patch');
  const patchType = textIn(response, 'patchType');
  const problem = findPatchProblem(webhook, { patch, patchType });
  if (problem !== undefined) throw invalid(problem);
  const { warnings } = response;
  return {
    allowed: response['allowed'] === true,
    status: response['status'],
    warnings: Array.isArray(warnings)
      ? warnings.filter((text): text is string => typeof text === 'string')
      : [],
    patch: decodePatch(webhook, patch),
  };
}

function parse(webhook: Webhook, body: string): Readonly<Record<string, unknown>> {
  let review: unknown;
  try {
    review = JSON.parse(body);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new WebhookCallError(webhook.name, `failed to call webhook: ${why}`, { cause });
  }
  if (isJsonObject(review)) return review;
  throw new WebhookCallError(webhook.name, 'failed to call webhook: the answer is no object');
}

function textIn(object: Readonly<Record<string, unknown>>, key: string): string {
  const value = object[key];
  return typeof value === 'string' ? value : '';
}

function findPatchProblem(
  { type }: Webhook,
  { patch, patchType }: { readonly patch: string; readonly patchType: string },
): string | undefined {
  if (type === 'validating') {
    if (patch !== '') return 'validating webhook may not return response.patch';
    return patchType === '' ? undefined : 'validating webhook may not return response.patchType';
  }
  if (patch === '' && patchType === '') return undefined;
  if (patchType === '') return 'webhook returned response.patch but not response.patchType';
  if (patch === '') return 'webhook returned response.patchType but not response.patch';
  if (patchType === 'JSONPatch') return undefined;
  return `webhook returned invalid response.patchType of ${quoteGo(patchType)}`;
}

function decodePatch(webhook: Webhook, patch: string): string {
  if (patch === '') return '';
  try {
    const bytes = Uint8Array.from(atob(patch), (char) => char.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const why = 'failed to call webhook: response.patch is not base64 of a text';
    throw new WebhookCallError(webhook.name, why, { cause });
  }
}

/** The refusal of a webhook as the answer to the client: its Status, with who said it in front. */
function denial(name: string, given: unknown): StatusError {
  const { code, message, reason, details, metadata } = isJsonObject(given) ? given : {};
  const deniedBy = `admission webhook ${quoteGo(name)} denied the request`;
  const text = [message, reason].find((part) => typeof part === 'string' && part !== '');
  const base = makeStatus({
    reason: 'BadRequest',
    message: typeof text === 'string' ? `${deniedBy}: ${text}` : `${deniedBy} without explanation`,
    code: typeof code === 'number' && code >= 400 ? code : 400,
  });
  const { reason: _reason, ...rest } = base;
  const status: Status = {
    ...rest,
    ...(typeof reason === 'string' && reason !== '' ? { reason } : {}),
    // A Status of the webhook is passed on as it is; what is in it is for the client to read.
    ...(isJsonObject(details) ? { details: details } : {}),
    ...(isJsonObject(metadata) ? { metadata: metadata } : {}),
  };
  return new StatusError(status);
}
