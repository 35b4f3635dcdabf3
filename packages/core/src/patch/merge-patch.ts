import { isJsonObject } from '../object.js';
import { setOwn } from './json-value.js';

/**
 * Applies a JSON merge patch (RFC 7396): objects merge, null deletes, everything else replaces.
 * Returns a new value; unchanged parts are shared with `target`. A key named `__proto__` is ordinary data.
 */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return patch;
  const result: Record<string, unknown> = {};
  if (isJsonObject(target)) for (const key of Object.keys(target)) setOwn(result, key, target[key]);
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (value === null) delete result[key];
    else
      setOwn(
        result,
        key,
        applyMergePatch(Object.hasOwn(result, key) ? result[key] : undefined, value),
      );
  }
  return result;
}

/**
 * The merge patch that turns one JSON value into another. Lists are replaced whole, as RFC 7396 has no finer word.
 * A change that a merge patch cannot say (a null inside an object) throws a RangeError naming the key.
 */
export function diffMergePatch(from: unknown, to: unknown): unknown {
  if (!isJsonObject(from) || !isJsonObject(to)) return to;
  const patch: Record<string, unknown> = {};
  for (const key of Object.keys(from)) if (!Object.hasOwn(to, key)) setOwn(patch, key, null);
  for (const key of Object.keys(to)) {
    const [before, after] = [Object.hasOwn(from, key) ? from[key] : undefined, to[key]];
    if (jsonEquals(before, after)) continue;
    if (after === null)
      throw new RangeError(`a merge patch cannot set ${JSON.stringify(key)} to null`);
    setOwn(
      patch,
      key,
      isJsonObject(before) && isJsonObject(after) ? diffMergePatch(before, after) : after,
    );
  }
  return patch;
}

/** Whether two JSON values are the same; the order of keys does not count, the order of items does. */
export function jsonEquals(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => jsonEquals(item, b[index]));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && jsonEquals(a[key], b[key]))
  );
}
