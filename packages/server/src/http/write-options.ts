import {
  FieldPath,
  invalid,
  invalidError,
  notSupported,
  tooLong,
  utf8Length,
  type FieldError,
} from '@imagestream/core';
import type { FieldValidation } from '../registry/request-context.js';

/** The options of a write that every request context carries. */
export interface WriteOptions {
  readonly dryRun: boolean;
  /** As given; empty when the client did not name one. */
  readonly fieldManager: string;
  readonly fieldValidation: FieldValidation;
}

const validations = ['Ignore', 'Warn', 'Strict'] as const;
const maxManagerBytes = 128;

/**
 * Reads dryRun, fieldManager and fieldValidation. `kind` is the options struct errors are about, such as
 * `CreateOptions`. Throws 422 for values that are not allowed.
 *
 * Source: api-write-options, api-dry-run, api-field-validation.
 */
export function parseWriteOptions(query: URLSearchParams, kind: string): WriteOptions {
  const dryRun = query.getAll('dryRun');
  const fieldManager = query.get('fieldManager') ?? '';
  const validation = query.get('fieldValidation') ?? '';
  const known = validations.find((name) => name === validation);
  const errors = [...checkDryRun(dryRun), ...checkManager(fieldManager)];
  if (validation !== '' && known === undefined) {
    // The empty text stands for the default and is listed as well; the list is sorted.
    const path = FieldPath.of('fieldValidation');
    errors.push(notSupported(path, validation, ['', ...validations].sort()));
  }
  if (errors.length > 0) throw invalidOptions(kind, errors);
  return { dryRun: dryRun.length > 0, fieldManager, fieldValidation: known ?? 'Warn' };
}

/** 422 about an options struct. */
export function invalidOptions(kind: string, errors: readonly FieldError[]): Error {
  return invalidError({ group: 'meta.k8s.io', kind }, errors);
}

/** The only dry run there is: of all stages. */
export function checkDryRun(dryRun: readonly string[]): FieldError[] {
  return dryRun.every((stage) => stage === 'All')
    ? []
    : [notSupported(FieldPath.of('dryRun'), dryRun, ['All'])];
}

/** A field manager is short and printable. */
export function checkManager(fieldManager: string): FieldError[] {
  const path = FieldPath.of('fieldManager');
  const errors: FieldError[] = [];
  if (utf8Length(fieldManager) > maxManagerBytes) {
    errors.push(tooLong(path, fieldManager, maxManagerBytes));
  }
  let position = 0;
  for (const character of fieldManager) {
    if (!isPrintable(character)) {
      const point = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      const detail = `invalid character U+${point} (at position ${position})`;
      errors.push(invalid(path, fieldManager, detail));
    }
    position += utf8Length(character);
  }
  return errors;
}

/** Letters, marks, numbers, punctuation, symbols and the ASCII space, as Go sees it. */
function isPrintable(character: string): boolean {
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character);
}

/** The manager a write is recorded under: the one named, else the program of the user agent. */
export function managerName(named: string, userAgent: string | undefined): string {
  if (named !== '') return named;
  const program = (userAgent ?? '').split('/')[0] ?? '';
  const printable = [...program].filter(isPrintable).join('');
  return truncateUtf8(printable, maxManagerBytes) || 'unknown';
}

function truncateUtf8(text: string, maxBytes: number): string {
  let cut = text.slice(0, maxBytes);
  while (utf8Length(cut) > maxBytes) cut = cut.slice(0, -1);
  return cut;
}
