import { isJsonObject } from '@imagestream/core';
import { jsonEquals } from '@imagestream/core/patch';
import { PATCH_DIRECTIVE } from './strategic-directives.js';
import { expectMap, strategicErrors } from './strategic-error.js';

/** What tells the elements of a list apart: a key of objects, or nothing for scalars. */
type MergeKey = string | undefined;

/** What an element is known by. Throws a StatusError for an object without the key. */
function identityOf(item: unknown, key: MergeKey): unknown {
  if (key === undefined) return item;
  const map = expectMap(item);
  if (!Object.hasOwn(map, key)) throw strategicErrors.noMergeKey(map, key);
  return map[key];
}

function positions(items: readonly unknown[], key: MergeKey): (item: unknown) => number {
  const byIdentity = new Map<string, number>();
  items.forEach((item, index) => {
    const text = JSON.stringify(identityOf(item, key));
    if (!byIdentity.has(text)) byIdentity.set(text, index);
  });
  return (item) => byIdentity.get(JSON.stringify(identityOf(item, key))) ?? -1;
}

/**
 * Brings a merged list into order: elements named by `wanted` in that order, the others where they stood in `before`
 * relative to them. Elements marked for deletion come last among the wanted ones.
 *
 * Throws a StatusError for an element without the key.
 */
export function orderMerged(
  merged: readonly unknown[],
  options: {
    readonly wanted: readonly unknown[];
    readonly before: readonly unknown[];
    readonly key: MergeKey;
  },
): unknown[] {
  const { wanted, before, key } = options;
  const wantedAt = positions(wanted, key);
  const beforeAt = positions(before, key);
  const named = merged
    .filter((item) => wantedAt(item) >= 0)
    .sort((a, b) => wantedAt(a) - wantedAt(b));
  const others = merged
    .filter((item) => wantedAt(item) < 0)
    .sort((a, b) => beforeAt(a) - beforeAt(b));
  const result: unknown[] = [];
  for (const item of named) {
    const place = beforeAt(item);
    while (others.length > 0 && place >= 0 && isBefore(beforeAt(others[0]), place)) {
      result.push(others.shift());
    }
    result.push(item);
  }
  return [...result, ...others];
}

function isBefore(place: number, limit: number): boolean {
  return place >= 0 && place < limit;
}

/**
 * Checks that the elements of a patch stand in the order `$setElementOrder` gives, and are all named by it.
 *
 * Throws a StatusError 500 with both lists.
 */
export function checkPatchOrder(
  patch: readonly unknown[],
  order: readonly unknown[],
  key: MergeKey,
): void {
  if (patch.length === 0 || order.length === 0) return;
  const kept = patch.filter((item) => !isJsonObject(item) || item[PATCH_DIRECTIVE] !== 'delete');
  let next = 0;
  for (const wanted of order) {
    const item = kept[next];
    if (next < kept.length && jsonEquals(identityOf(item, key), identityOf(wanted, key))) next++;
  }
  if (next < kept.length) throw strategicErrors.orderMismatch(patch, order);
}
