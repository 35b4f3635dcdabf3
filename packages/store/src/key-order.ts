/**
 * Compares two keys by their UTF-8 bytes: negative, zero or positive.
 *
 * JavaScript compares strings by UTF-16 units, which puts characters beyond U+FFFF (written with
 * surrogates, 0xD800 to 0xDFFF) before U+E000 to U+FFFF. Bytes say the opposite, and bytes are what
 * disk and etcd compare.
 */
export function compareKeys(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const unitA = a.charCodeAt(i);
    const unitB = b.charCodeAt(i);
    if (unitA !== unitB) return byteRank(unitA) - byteRank(unitB);
  }
  return a.length - b.length;
}

/** Lifts surrogates above all other units and closes the gap they leave. */
function byteRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/**
 * The smallest text that sorts after every key with a prefix: where a range ends. `undefined` when
 * no text does, as for the empty prefix.
 */
export function endOfPrefix(prefix: string): string | undefined {
  const points = [...prefix];
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    const point = last.codePointAt(0) ?? 0;
    if (point === 0x10ffff) continue;
    // Half pairs are not text: the code point after U+D7FF is U+E000.
    return points.join('') + String.fromCodePoint(point === 0xd7ff ? 0xe000 : point + 1);
  }
  return undefined;
}

/**
 * The index of the first of some sorted keys that is not before `key`; their number if all are.
 */
export function lowerBound(sortedKeys: readonly string[], key: string): number {
  let low = 0;
  let high = sortedKeys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const candidate = sortedKeys[middle];
    if (candidate !== undefined && compareKeys(candidate, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
