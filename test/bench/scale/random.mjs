// Randomness that comes out the same every time.

/** Numbers from 0 up to 1 from a seed (mulberry32). */
export function seededRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Waiting times of things that happen independently of each other. */
export function exponential(random, mean) {
  return -Math.log(1 - random()) * mean;
}

export function pick(random, items) {
  return items[Math.floor(random() * items.length)];
}

/** How often each of `count` is asked for when the n-th is asked for as n^-exponent; sums up to 1. */
export function zipfShares(count, exponent) {
  const weights = Array.from({ length: count }, (_, n) => (n + 1) ** -exponent);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** A number from 0 up to 2^32 for a text (FNV-1a, mixed once more). */
export function hashOf(text) {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return seededRandom(hash)() * 2 ** 32;
}

/** The value below which a share of the sorted values lies. */
export function quantile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
