import type { FieldPath } from './field-path.js';
import { formatGoValue, quoteGo } from './go-value.js';

/** What is wrong with a field, in the API server's own classes. */
export type FieldErrorType =
  | 'Required'
  | 'Invalid'
  | 'NotSupported'
  | 'Duplicate'
  | 'Forbidden'
  | 'TooLong'
  | 'TooMany'
  | 'NotFound'
  | 'InternalError'
  | 'TypeInvalid';

/**
 * One thing that is wrong with one field of an object: the common coin of this project.
 * Validators return it, the linter adds a range, the webhook denies with it, the server answers 422 with it.
 */
export interface FieldError {
  readonly type: FieldErrorType;
  /** The path text the API server prints, for example `spec.tags[latest].from.name`. */
  readonly field: string;
  /** The value at fault, as it was sent. Absent where the type prints none. */
  readonly badValue?: unknown;
  /** What to do about it, without field and value. May be empty. */
  readonly detail: string;
  /** The id of the rule in `spec/rules.yaml`, when a rule of this project found it. */
  readonly rule?: string;
}

interface TypeWords {
  /** How the message starts. */
  readonly text: string;
  /** The `reason` of a Status cause. */
  readonly reason: string;
  /** Whether the message repeats the value. */
  readonly showsValue: boolean;
}

// Texts and reasons are wire facts: api-machinery, field errors.
const WORDS: Readonly<Record<FieldErrorType, TypeWords>> = {
  Required: { text: 'Required value', reason: 'FieldValueRequired', showsValue: false },
  Invalid: { text: 'Invalid value', reason: 'FieldValueInvalid', showsValue: true },
  NotSupported: { text: 'Unsupported value', reason: 'FieldValueNotSupported', showsValue: true },
  Duplicate: { text: 'Duplicate value', reason: 'FieldValueDuplicate', showsValue: true },
  Forbidden: { text: 'Forbidden', reason: 'FieldValueForbidden', showsValue: false },
  TooLong: { text: 'Too long', reason: 'FieldValueTooLong', showsValue: false },
  TooMany: { text: 'Too many', reason: 'FieldValueTooMany', showsValue: true },
  NotFound: { text: 'Not found', reason: 'FieldValueNotFound', showsValue: true },
  InternalError: { text: 'Internal error', reason: 'InternalError', showsValue: false },
  TypeInvalid: { text: 'Invalid value', reason: 'FieldValueTypeInvalid', showsValue: true },
};

type Field = FieldPath | string;

function make(type: FieldErrorType, field: Field, detail: string): FieldError {
  return { type, field: field.toString(), detail };
}

function makeWithValue(
  type: FieldErrorType,
  field: Field,
  badValue: unknown,
  detail: string,
): FieldError {
  return { type, field: field.toString(), badValue, detail };
}

/** A value that must be given is absent or empty. */
export function required(field: Field, detail: string): FieldError {
  return make('Required', field, detail);
}

/** A value breaks a rule; `detail` says which and what would be right. */
export function invalid(field: Field, badValue: unknown, detail: string): FieldError {
  return makeWithValue('Invalid', field, badValue, detail);
}

/** A value is not one of a closed set; the detail lists the set in the order given. */
export function notSupported(
  field: Field,
  badValue: unknown,
  supported: readonly string[],
): FieldError {
  const detail =
    supported.length > 0 ? `supported values: ${supported.map(quoteGo).join(', ')}` : '';
  return makeWithValue('NotSupported', field, badValue, detail);
}

/** A value that must be unique stands twice. */
export function duplicate(field: Field, badValue: unknown): FieldError {
  return makeWithValue('Duplicate', field, badValue, '');
}

/** A field may not be set, or not be changed, by this request. */
export function forbidden(field: Field, detail: string): FieldError {
  return make('Forbidden', field, detail);
}

/** A text is longer than `maxLengthBytes`. */
export function tooLong(field: Field, badValue: unknown, maxLengthBytes: number): FieldError {
  return makeWithValue('TooLong', field, badValue, `may not be more than ${maxLengthBytes} bytes`);
}

/** A list has `actual` items where at most `maxItems` are allowed. */
export function tooMany(field: Field, actual: number, maxItems: number): FieldError {
  return makeWithValue('TooMany', field, actual, `must have at most ${maxItems} items`);
}

/** A value names something that does not exist. */
export function notFound(field: Field, badValue: unknown): FieldError {
  return makeWithValue('NotFound', field, badValue, '');
}

/** The check itself could not be made; `detail` is the cause. */
export function internalError(field: Field, detail: string): FieldError {
  return make('InternalError', field, detail);
}

/** A value has another JSON type than the field. */
export function typeInvalid(field: Field, badValue: unknown, detail: string): FieldError {
  return makeWithValue('TypeInvalid', field, badValue, detail);
}

/** The same error, marked with the id of the rule that found it. */
export function withRule(error: FieldError, rule: string): FieldError {
  return { ...error, rule };
}

/** The message without the field: `Invalid value: "a:b": a tag name has no ":"`. This is what a Status cause carries. */
export function formatFieldErrorBody(error: FieldError): string {
  const words = WORDS[error.type];
  const value = words.showsValue ? `: ${formatGoValue(error.badValue)}` : '';
  return error.detail === '' ? words.text + value : `${words.text}${value}: ${error.detail}`;
}

/**
 * The whole message in the API server's wording: `spec.tags[latest].from.name: Required value: …`.
 */
export function formatFieldError(error: FieldError): string {
  return `${error.field}: ${formatFieldErrorBody(error)}`;
}

/**
 * Several errors as one text: one bare, more as `[first, second]`; a message that stands twice is printed once.
 */
export function formatFieldErrors(errors: readonly FieldError[]): string {
  const messages = [...new Set(errors.map(formatFieldError))];
  return messages.length === 1 ? (messages[0] ?? '') : `[${messages.join(', ')}]`;
}

/** The `reason` a Status cause carries for this type of error, for example `FieldValueRequired`. */
export function fieldErrorReason(type: FieldErrorType): string {
  return WORDS[type].reason;
}

/** Whether a value has the shape of a field error; for data that crossed a process or package border. */
export function isFieldError(value: unknown): value is FieldError {
  if (typeof value !== 'object' || value === null) return false;
  const candidate: { type?: unknown; field?: unknown; detail?: unknown } = value;
  return (
    typeof candidate.type === 'string' &&
    Object.hasOwn(WORDS, candidate.type) &&
    typeof candidate.field === 'string' &&
    typeof candidate.detail === 'string'
  );
}
