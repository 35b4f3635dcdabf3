import { StatusError, type Status, type StatusCause, type StatusReason } from '@imagestream/core';

const MARK = Symbol.for('@imagestream/client/ApiError');

/** Which request an error is about. A URL with credentials is refused before there is any request. */
export interface RequestInfo {
  readonly method: string;
  readonly url: string;
  /** The server's id of the request, where it gave one: what its audit log knows it by. */
  readonly auditId?: string;
}

/**
 * The server said no. `message` is the server's, `status` what it answered; the subclasses say which reason.
 *
 * Recognise one with {@link isApiError}, which works across duplicate installs of this package.
 */
export class ApiError extends StatusError {
  override readonly name: string = 'ApiError';
  readonly request: RequestInfo;
  /** How long the server asks to wait before another attempt, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(status: Status, request: RequestInfo, retryAfterMs?: number) {
    super(status);
    this.request = request;
    this.retryAfterMs = retryAfterMs;
    Object.defineProperty(this, MARK, { value: true });
  }
}

/** 400: the request cannot be read. */
export class BadRequestError extends ApiError {
  override readonly name = 'BadRequestError';
}

/** 401: the credentials are missing or not known. */
export class UnauthorizedError extends ApiError {
  override readonly name = 'UnauthorizedError';
}

/** 403: not allowed. */
export class ForbiddenError extends ApiError {
  override readonly name = 'ForbiddenError';
}

/** 404: the object, or the whole resource, does not exist. */
export class NotFoundError extends ApiError {
  override readonly name = 'NotFoundError';
}

/** 409: an object of that name exists. */
export class AlreadyExistsError extends ApiError {
  override readonly name = 'AlreadyExistsError';
}

/** 409: somebody else was faster, or owns the field. */
export class ConflictError extends ApiError {
  override readonly name = 'ConflictError';
}

/** 410: a continue token or resourceVersion has outlived the server's history. */
export class ExpiredError extends ApiError {
  override readonly name = 'ExpiredError';
}

/** 422: the object breaks rules; one cause per field. */
export class InvalidError extends ApiError {
  override readonly name = 'InvalidError';

  /** Which field breaks which rule. */
  get causes(): readonly StatusCause[] {
    return this.status.details?.causes ?? [];
  }
}

/** 429: too much at once. */
export class TooManyRequestsError extends ApiError {
  override readonly name = 'TooManyRequestsError';
}

const CLASSES: Partial<Record<string, typeof ApiError>> = {
  BadRequest: BadRequestError,
  Unauthorized: UnauthorizedError,
  Forbidden: ForbiddenError,
  NotFound: NotFoundError,
  AlreadyExists: AlreadyExistsError,
  Conflict: ConflictError,
  Expired: ExpiredError,
  Gone: ExpiredError,
  Invalid: InvalidError,
  TooManyRequests: TooManyRequestsError,
};

/** The error of the class its reason goes with. */
export function makeApiError(
  status: Status,
  request: RequestInfo,
  retryAfterMs?: number,
): ApiError {
  const seconds = status.details?.retryAfterSeconds;
  return new (CLASSES[status.reason ?? ''] ?? ApiError)(
    status,
    request,
    retryAfterMs ?? (seconds === undefined ? undefined : seconds * 1000),
  );
}

/** Whether an error is the server's answer, and, when a reason is given, of that reason. */
export function isApiError<R extends StatusReason>(
  error: unknown,
  reason?: R,
): error is ApiError & { readonly reason: R } {
  return (
    typeof error === 'object' &&
    error !== null &&
    MARK in error &&
    (reason === undefined || ('reason' in error && error.reason === reason))
  );
}

/** Whether an error says that history is gone (410), in either of its two spellings. */
export function isExpired(error: unknown): error is ExpiredError {
  return isApiError(error, 'Expired') || isApiError(error, 'Gone');
}

/** What was thrown as an Error: the same object when it is one. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** Nobody answered, or not in time, or not to the end. `type` says which. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly type: 'network' | 'timeout';
  readonly request: RequestInfo;

  constructor(
    type: 'network' | 'timeout',
    problem: string,
    request: RequestInfo,
    options?: ErrorOptions,
  ) {
    super(`${request.method} ${request.url}: ${problem}`, options);
    this.type = type;
    this.request = request;
  }
}

/** Somebody answered, but not as an API server does: no JSON, a garbled event, a continue token that leads nowhere. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly request: RequestInfo;

  constructor(problem: string, request: RequestInfo, options?: ErrorOptions) {
    super(`${request.method} ${request.url}: ${problem}`, options);
    this.request = request;
  }
}

/** A condition did not come true in time. `last` is the state seen last, undefined while the object was absent. */
export class WaitTimeoutError extends Error {
  override readonly name = 'WaitTimeoutError';
  readonly last: unknown;
  /** How many states were seen. */
  readonly observed: number;

  constructor(what: string, timeoutMs: number, last: unknown, observed: number) {
    super(`${what}: not within ${timeoutMs} ms (${observed} states seen)`);
    this.last = last;
    this.observed = observed;
  }
}
