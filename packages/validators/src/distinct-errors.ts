import { type FieldError, formatGoValue } from '@imagestream/core';

/**
 * Returns each error once, in the order of their first appearance. Errors are the same when they print the same.
 *
 * The server runs some rules twice on an update, and so do the functions that reproduce its answer; a reader needs each
 * problem once.
 */
export function distinctErrors(errors: readonly FieldError[]): FieldError[] {
  const seen = new Set<string>();
  return errors.filter((error) => {
    const key = keyOf(error);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Texts may be very long, so they go in as they are. */
function keyOf({ type, field, badValue, detail }: FieldError): string {
  const value = typeof badValue === 'string' ? `"${badValue}` : formatGoValue(badValue);
  return `${type}\n${field}\n${detail}\n${value}`;
}
