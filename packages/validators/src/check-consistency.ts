import type { FieldError } from '@imagestream/core';

/** placeholder */
export function checkConsistency(_object: unknown): FieldError[] {
  return [];
}
