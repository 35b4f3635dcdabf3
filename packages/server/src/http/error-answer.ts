import { isStatusError, makeStatus, type Status } from '@imagestream/core';
import { contentTypeOf, encodeValue } from './encode.js';
import type { ServerAnswer, ServerRequest } from './exchange.js';
import { knownFailure } from './known-failure.js';
import { legacyStatus } from './legacy-surface.js';
import { negotiate } from './negotiate.js';
import { PlainTextError, textAnswer } from './plain-answers.js';
import { wantsPretty } from './resource-call.js';

/** The request an error is the answer to. */
export interface FailedRequest {
  readonly request: ServerRequest;
  readonly query: URLSearchParams;
  /** Whether it came by the 3.x surface. */
  readonly legacy: boolean;
}

/** The answer to a request that failed. `onError` is told of errors nobody meant to throw. Source: api-errors. */
export function errorAnswer(
  failed: FailedRequest,
  error: unknown,
  onError: (error: unknown) => void,
): ServerAnswer {
  if (error instanceof PlainTextError) return textAnswer(error.code, error.message);
  const status = knownFailure(error) ?? unforeseen(error, onError);
  return statusAnswer(failed, failed.legacy ? legacyStatus(status) : status);
}

function unforeseen(error: unknown, onError: (error: unknown) => void): Status {
  onError(error);
  const message = error instanceof Error ? error.message : String(error);
  return makeStatus({
    reason: 'InternalError',
    message: `Internal error occurred: ${message}`,
    details: { causes: [{ message }] },
  });
}

function statusAnswer({ request, query }: FailedRequest, status: Status): ServerAnswer {
  const retryAfter = status.details?.retryAfterSeconds ?? 0;
  const { format, pretty } = errorForm(request);
  return {
    status: status.code ?? 500,
    headers: {
      'content-type': contentTypeOf(format),
      ...(retryAfter > 0 ? { 'retry-after': String(retryAfter) } : {}),
      ...(status.code === 403 ? { 'x-content-type-options': 'nosniff' } : {}),
    },
    body: encodeValue(status, {
      format,
      pretty: pretty || wantsPretty(query, request.header('user-agent')),
    }),
  };
}

/** Errors are negotiated like answers; when nothing acceptable can be sent it is JSON for people. */
function errorForm(request: ServerRequest): { format: 'json' | 'yaml'; pretty: boolean } {
  try {
    return negotiate(request.header('accept'), { conversions: true });
  } catch (error) {
    if (!isStatusError(error)) throw error;
    return { format: 'json', pretty: true };
  }
}
