declare const brand: unique symbol;

/**
 * A resourceVersion: opaque to clients.
 *
 * Compare two of them only for equality. They look like numbers and grow today, but ordering is a
 * promise of the store alone; only the server's own code may read them as revisions.
 */
export type ResourceVersion = string & { readonly [brand]: 'ResourceVersion' };

/** A continue token of a paged list: opaque to clients, only the server that made it can read it. */
export type ContinueToken = string & { readonly [brand]: 'ContinueToken' };

/** Marks a text from the wire as a resourceVersion. */
export function toResourceVersion(text: string): ResourceVersion {
  return text as ResourceVersion; // The constructor of the brand.
}

/** Marks a text from the wire as a continue token. */
export function toContinueToken(text: string): ContinueToken {
  return text as ContinueToken; // The constructor of the brand.
}
