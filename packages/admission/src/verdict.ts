import { formatFieldErrors, type FieldError, type Verdict } from '@imagestream/core';

/** Lets the request through. */
export function allow(): Verdict {
  return { type: 'allow', warnings: [] };
}

/**
 * Lets the request through and tells the user something. Clients print each text on a line of its own; keep it
 * under 120 characters and without a "Warning:" in front.
 */
export function warn(...warnings: readonly string[]): Verdict {
  return { type: 'allow', warnings };
}

/**
 * Refuses the request because of what is wrong with the object. The errors become causes of the answer, each with its
 * field; the code is 422, as when the server itself refuses an object.
 */
export function deny(errors: readonly FieldError[], warnings: readonly string[] = []): Verdict {
  return { type: 'deny', message: formatFieldErrors(errors), errors, code: 422, warnings };
}

/** Refuses the request as a whole, for a reason that no field shows; the code is 403. */
export function refuse(message: string): Verdict {
  return { type: 'deny', message, errors: [], code: 403, warnings: [] };
}

/** Lets the request through with another object. Only mutating policies may say so. */
export function patch(object: unknown, warnings: readonly string[] = []): Verdict {
  return { type: 'patch', object, warnings };
}
