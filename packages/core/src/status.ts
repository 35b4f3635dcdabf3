import { fieldErrorReason, formatFieldErrorBody, type FieldError } from './field-error.js';
import type { Status, StatusCause } from './gen/meta-v1.js';
import { isJsonObject } from './object.js';

/** The machine-readable reasons a server gives, with the HTTP code each goes with. */
export const STATUS_CODES = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  AlreadyExists: 409,
  Conflict: 409,
  Expired: 410,
  Gone: 410,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  Invalid: 422,
  TooManyRequests: 429,
  InternalError: 500,
  ServerTimeout: 500,
  ServiceUnavailable: 503,
  Timeout: 504,
} as const;

/** A reason of {@link STATUS_CODES}. */
export type StatusReason = keyof typeof STATUS_CODES;

/** Whether a value is a Status object, whatever it says. */
export function isStatus(value: unknown): value is Status {
  return isJsonObject(value) && value['kind'] === 'Status' && value['apiVersion'] === 'v1';
}

/**
 * Field errors as the causes of a Status, one each. A rule that two passes of the server both apply stands there twice, while
 * the message of the Status has it once.
 */
export function toStatusCauses(errors: readonly FieldError[]): StatusCause[] {
  return errors.map((error) => ({
    reason: fieldErrorReason(error.type),
    message: formatFieldErrorBody(error),
    field: error.field,
  }));
}
