/** Whether two JSON values are equal; the order of keys does not count, an absent key is not a null one. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && sameItems(a, b);
  }
  return sameMembers(new Map(Object.entries(a)), new Map(Object.entries(b)));
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
}

function sameMembers(a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): boolean {
  let present = 0;
  for (const [key, value] of a) {
    // JSON has no undefined: such a member is not written.
    if (value === undefined) continue;
    present += 1;
    if (!b.has(key) || !sameJson(value, b.get(key))) return false;
  }
  for (const value of b.values()) if (value !== undefined) present -= 1;
  return present === 0;
}
