/**
 * Tells whether two values say the same, whatever the order of their members; a member that is undefined is absent.
 *
 * Works with a stack of its own and remembers what it has compared: depth and cycles do no harm.
 */
export function isSameValue(a: unknown, b: unknown): boolean {
  const pending: [unknown, unknown][] = [[a, b]];
  const compared = new Map<object, Set<object>>();
  for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
    const [left, right] = pair;
    if (left === right) continue;
    if (!isObject(left) || !isObject(right) || Array.isArray(left) !== Array.isArray(right))
      return false;
    const partners = compared.get(left) ?? new Set();
    if (partners.has(right)) continue;
    compared.set(left, partners.add(right));
    const members = membersOf(left);
    const others = membersOf(right);
    if (members.size !== others.size) return false;
    for (const [name, value] of members) {
      if (!others.has(name)) return false;
      pending.push([value, others.get(name)]);
    }
  }
  return true;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function membersOf(value: object): Map<string, unknown> {
  return new Map(Object.entries(value).filter(([, member]) => member !== undefined));
}
