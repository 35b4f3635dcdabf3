import { formatFieldError, isJsonObject } from '@imagestream/core';
import { parseReview } from '../parse-review.js';
import type { Policy } from '../policy.js';
import { makeResponse } from '../respond.js';
import { runPolicies } from '../run-policies.js';
import { UsageError } from './usage-error.js';

/** How one recorded review ended. */
export interface Replayed {
  readonly allowed: boolean;
  /** The object the policies left; absent for deletes. */
  readonly object?: unknown;
  /** For people: the verdict, what each policy said, warnings, causes, the patch. */
  readonly text: string;
}

/** A review is judged within this time, in milliseconds: as long as an API server may wait at most. */
const BUDGET_MS = 30_000;

/**
 * Judges a recorded AdmissionReview as the webhook would. `type` says which policies are asked.
 *
 * Rejects with a UsageError when the text is no review, and with a PolicyFault when a policy breaks.
 */
export async function replayReview(
  body: string,
  policies: readonly Policy[],
  type: Policy['type'],
): Promise<Replayed> {
  const parsed = parseReview(body);
  if (parsed.type === 'malformed') throw new UsageError(parsed.message);
  const { request } = parsed;
  const asked = policies.filter((policy) => policy.type === type);
  const { verdict, decisions } = await runPolicies(asked, request, AbortSignal.timeout(BUDGET_MS));
  const response = makeResponse(request, verdict, decisions);
  const { operation, resource, namespace = '', name = '' } = request;
  const subject = `${operation} ${resource.resource} ${namespace === '' ? '' : `${namespace}/`}${name}`;
  const lines = [
    `${response.allowed ? 'allowed' : 'denied'}: ${subject}`,
    ...(verdict.type === 'deny' && verdict.errors.length === 0 ? [`  ${verdict.message}`] : []),
    ...(verdict.type === 'deny'
      ? verdict.errors.map((error) => `  ${formatFieldError(error)}`)
      : []),
    ...(response.warnings ?? []).map((warning) => `  warning: ${warning}`),
    ...patchLines(response.patch),
    ...decisions.map((decision) => `  ${decision.policy}: ${decision.verdict}`),
  ];
  const object = verdict.type === 'patch' ? verdict.object : (request.object ?? undefined);
  return { allowed: response.allowed, object, text: `${lines.join('\n')}\n` };
}

function patchLines(patch: string | undefined): string[] {
  if (patch === undefined) return [];
  const operations: unknown = JSON.parse(Buffer.from(patch, 'base64').toString('utf8'));
  if (!Array.isArray(operations)) return [];
  return operations
    .filter(isJsonObject)
    .map(({ op, path, value }) =>
      `  patch: ${String(op)} ${String(path)} ${JSON.stringify(value) ?? ''}`.trimEnd(),
    );
}
