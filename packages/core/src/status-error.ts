import { formatFieldErrors, type FieldError } from './field-error.js';
import type { Status, StatusDetails } from './gen/meta-v1.js';
import { formatGroupKind, formatGroupResource } from './group-version.js';
import { quoteGo } from './go-value.js';
import { STATUS_CODES, toStatusCauses, type StatusReason } from './status.js';

const MARK = Symbol.for('@imagestream/core/StatusError');

/**
 * The API server said no. Carries the Status it sends or sent; `reason` and `code` are taken from it.
 *
 * Recognise one with {@link isStatusError}: it works across duplicate installs, `instanceof` does not.
 */
export class StatusError extends Error {
  override readonly name: string = 'StatusError';
  readonly status: Status;

  constructor(status: Status, options?: ErrorOptions) {
    super(status.message ?? `the server answered ${status.code ?? 'without a code'}`, options);
    this.status = status;
    Object.defineProperty(this, MARK, { value: true });
  }

  /** The machine-readable reason, empty when the server gave none. */
  get reason(): string {
    return this.status.reason ?? '';
  }

  /** The HTTP code; 500 when the Status has none. */
  get code(): number {
    return this.status.code ?? 500;
  }
}

/** Whether an error is a StatusError, and, when a reason is given, one of that reason. */
export function isStatusError(error: unknown, reason?: StatusReason): error is StatusError {
  if (typeof error !== 'object' || error === null || !(MARK in error)) return false;
  return reason === undefined || ('reason' in error && error.reason === reason);
}

/** What an error is about: a resource (plural) in a group, and usually one object of it. */
export interface ErrorSubject {
  readonly group: string;
  readonly resource: string;
  readonly name?: string;
  readonly uid?: string;
}

/** A failure Status with the given reason; `code` defaults to the one the reason goes with. */
export function makeStatus(options: {
  readonly reason: StatusReason;
  readonly message: string;
  readonly code?: number;
  readonly details?: StatusDetails;
}): Status {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: options.message,
    reason: options.reason,
    ...(options.details === undefined ? {} : { details: options.details }),
    code: options.code ?? STATUS_CODES[options.reason],
  };
}

function fail(reason: StatusReason, message: string, details?: StatusDetails): StatusError {
  return new StatusError(
    makeStatus({ reason, message, ...(details === undefined ? {} : { details }) }),
  );
}

function describe(subject: ErrorSubject): StatusDetails {
  return {
    ...(subject.name === undefined || subject.name === '' ? {} : { name: subject.name }),
    ...(subject.group === '' ? {} : { group: subject.group }),
    ...(subject.resource === '' ? {} : { kind: subject.resource }),
    ...(subject.uid === undefined ? {} : { uid: subject.uid }),
  };
}

function label(subject: ErrorSubject): string {
  return `${formatGroupResource(subject)} ${quoteGo(subject.name ?? '')}`;
}

/** 404: the object does not exist. */
export function notFoundError(subject: ErrorSubject): StatusError {
  return fail('NotFound', `${label(subject)} not found`, describe(subject));
}

/** 409: an object of that name exists. */
export function alreadyExistsError(subject: ErrorSubject): StatusError {
  return fail('AlreadyExists', `${label(subject)} already exists`, describe(subject));
}

/** The words of a write with an outdated resourceVersion. */
export const STALE_OBJECT =
  'the object has been modified; please apply your changes to the latest version and try again';

/** 409: the write cannot be done on the object as it is now; `why` defaults to {@link STALE_OBJECT}. */
export function conflictError(subject: ErrorSubject, why: string = STALE_OBJECT): StatusError {
  return fail(
    'Conflict',
    `Operation cannot be fulfilled on ${label(subject)}: ${why}`,
    describe(subject),
  );
}

/** 422: the object breaks rules; the errors become causes and, joined, the message. */
export function invalidError(
  subject: { readonly group: string; readonly kind: string; readonly name?: string },
  errors: readonly FieldError[],
): StatusError {
  const name = subject.name ?? '';
  const message = `${formatGroupKind(subject)} ${quoteGo(name)} is invalid: ${formatFieldErrors(errors)}`;
  return fail('Invalid', message, {
    ...(name === '' ? {} : { name }),
    ...(subject.group === '' ? {} : { group: subject.group }),
    ...(subject.kind === '' ? {} : { kind: subject.kind }),
    causes: toStatusCauses(errors),
  });
}

/** 400: the request cannot be read. */
export function badRequestError(message: string): StatusError {
  return fail('BadRequest', message);
}

/** 401: the credentials are not known. */
export function unauthorizedError(message = 'Unauthorized'): StatusError {
  return fail('Unauthorized', message);
}

/** 403: not allowed; `why` is the whole explanation after the object. Without name the quoted name is left out. */
export function forbiddenError(subject: ErrorSubject, why: string): StatusError {
  const what =
    subject.name === undefined || subject.name === ''
      ? formatGroupResource(subject)
      : label(subject);
  const message = subject.resource === '' ? `forbidden: ${why}` : `${what} is forbidden: ${why}`;
  return fail('Forbidden', message, describe(subject));
}

/** 405: the resource does not have the verb. */
export function methodNotAllowedError(subject: ErrorSubject, verb: string): StatusError {
  const what = formatGroupResource(subject);
  return fail(
    'MethodNotAllowed',
    `${verb} is not supported on resources of kind ${quoteGo(what)}`,
    describe(subject),
  );
}

/** 410: a continue token or resourceVersion has outlived the history. */
export function expiredError(message: string): StatusError {
  return fail('Expired', message);
}

/** 413: the body is larger than the server reads. */
export function requestTooLargeError(limitBytes: number): StatusError {
  return fail('RequestEntityTooLarge', `Request entity too large: limit is ${limitBytes}`);
}

/** 500: something failed that the caller cannot mend. */
export function internalServerError(message: string): StatusError {
  return fail('InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });
}

/** 504: a resourceVersion the server has not reached yet; clients wait a second and try again. */
export function tooLargeResourceVersionError(requested: string, current: string): StatusError {
  return fail('Timeout', `Timeout: Too large resource version: ${requested}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}
