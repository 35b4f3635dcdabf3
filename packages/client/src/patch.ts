/** What each type of patch is called on the wire. */
export const PATCH_CONTENT_TYPES = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

/** A patch that knows its own content type: there is no header to forget. */
export interface Patch<P extends keyof typeof PATCH_CONTENT_TYPES, Body> {
  readonly type: P;
  readonly body: Body;
}

/** One step of a JSON patch. */
export type JsonPatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'move' | 'copy'; readonly from: string; readonly path: string };

/**
 * Any part of an object, at every depth; null removes. Lists are replaced or merged as a whole, so their elements
 * are partial too. A value whose shape is unknown stays as it is.
 */
export type DeepPartial<T> = unknown extends T
  ? T
  : T extends readonly (infer U)[]
    ? readonly DeepPartial<U>[]
    : T extends object
      ? { readonly [K in keyof T]?: DeepPartial<T[K]> | null }
      : T;

/** A merge patch (RFC 7396): members are merged, null removes, lists are replaced whole. */
export function mergePatch<const B>(body: B): Patch<'merge', B> {
  return { type: 'merge', body };
}

/** A strategic merge patch: as a merge patch, but lists with a merge key (spec.tags by name) are merged by element. */
export function strategicPatch<const B>(body: B): Patch<'strategic', B> {
  return { type: 'strategic', body };
}

/** A JSON patch (RFC 6902): steps in order, all or nothing. */
export function jsonPatch<const B extends readonly JsonPatchOperation[]>(
  operations: B,
): Patch<'json', B> {
  return { type: 'json', body: operations };
}
