import { isJsonObject } from '@imagestream/core';
import { setOwn } from '@imagestream/core/patch';
import { strategicErrors } from './strategic-error.js';

/** How to treat the map or element it stands in: `replace`, `delete`, `merge`. */
export const PATCH_DIRECTIVE = '$patch';
/** Prefix of the full order of a list. */
export const SET_ELEMENT_ORDER = '$setElementOrder';
/** Prefix of the scalars to take out of a list. */
export const DELETE_FROM_LIST = '$deleteFromPrimitiveList';
/** The only keys of the map that are to stay. */
export const RETAIN_KEYS = '$retainKeys';

const PREFIXES = [SET_ELEMENT_ORDER, DELETE_FROM_LIST, RETAIN_KEYS];

/**
 * The field a directive such as `$setElementOrder/tags` is about; undefined when the key is no such directive.
 *
 * Throws a StatusError 400 for a prefix without a field.
 */
export function directiveField(
  key: string,
  prefix: typeof SET_ELEMENT_ORDER | typeof DELETE_FROM_LIST,
): string | undefined {
  if (!key.startsWith(prefix)) return undefined;
  const slash = key.indexOf('/');
  if (slash !== prefix.length) {
    throw strategicErrors.badFormat(
      prefix === SET_ELEMENT_ORDER ? 'setElementOrder list' : 'primitive list',
    );
  }
  return key.slice(slash + 1);
}

/**
 * A value of a patch where the object has none: without directives, without what they delete, without nulls in its
 * objects. Undefined when the value deletes itself.
 */
export function asNewValue(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(asNewValue).filter((item) => item !== undefined);
  }
  if (!isJsonObject(value)) return value;
  if (value[PATCH_DIRECTIVE] === 'delete') return undefined;
  const kept: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (key === PATCH_DIRECTIVE || PREFIXES.some((prefix) => key.startsWith(prefix))) continue;
    const member = value[key] === null ? undefined : asNewValue(value[key]);
    if (member !== undefined) setOwn(kept, key, member);
  }
  return kept;
}

/**
 * Applies `$retainKeys` of a patch to the object: keys that are not named go.
 *
 * Throws a StatusError: 400 when it is no list, 422 when the patch itself has a key that is not named.
 */
export function retainKeys(
  original: Record<string, unknown>,
  patch: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  if (!Object.hasOwn(patch, RETAIN_KEYS)) return original;
  const names = patch[RETAIN_KEYS];
  if (!Array.isArray(names)) throw strategicErrors.badFormat('retainKeys');
  const retained = new Set<unknown>(names);
  for (const key of Object.keys(patch)) {
    const exempt =
      key === RETAIN_KEYS ||
      patch[key] === null ||
      key.startsWith(DELETE_FROM_LIST) ||
      key.startsWith(SET_ELEMENT_ORDER);
    if (!exempt && !retained.has(key)) throw strategicErrors.unprocessable();
  }
  return Object.fromEntries(Object.entries(original).filter(([key]) => retained.has(key)));
}
