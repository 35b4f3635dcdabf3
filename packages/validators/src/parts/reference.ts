import { type FieldError, type FieldPath, invalid } from '@imagestream/core';
import {
  type ImageReference,
  type ImageReferenceErrorCode,
  tryParseImageReference,
} from '@imagestream/image-v1';
import { report } from '../report.js';
import type { RuleId } from '../rule-ids.js';

/** A reference that was read, or what is wrong with it. */
export type CheckedReference =
  | { readonly type: 'reference'; readonly reference: ImageReference }
  | { readonly type: 'error'; readonly error: FieldError };

/**
 * Reads a reference and turns a refusal into the error of its field.
 *
 * Source: reference-empty, reference-grammar, reference-lowercase, reference-name-length, reference-digest.
 */
export function checkReference(text: string, path: FieldPath): CheckedReference {
  const parsed = tryParseImageReference(text);
  if (parsed.type === 'reference') return parsed;
  const { code, message } = parsed.error;
  return { type: 'error', error: report(RULES[code], invalid(path, text, message)) };
}

const RULES: Record<ImageReferenceErrorCode, RuleId> = {
  Empty: 'reference-empty',
  NotLowercase: 'reference-lowercase',
  InvalidFormat: 'reference-grammar',
  TooLong: 'reference-name-length',
  InvalidDigest: 'reference-digest',
};
