/** How much of the caller's patience is kept for the way back, in milliseconds. */
const MARGIN_MS = 200;

const UNITS_MS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 0.001,
  µs: 0.001,
  ns: 0.000_001,
};

/**
 * Reads a duration as Go writes it: `10s`, `1m30s`, `500ms`. Gives milliseconds, or undefined when it is none.
 */
export function parseGoDuration(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:h|ms|m|s|us|µs|ns))+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)/g)) {
    sum += Number(amount) * (UNITS_MS[unit ?? ''] ?? 0);
  }
  return sum;
}

/**
 * When the answer must be ready, in milliseconds from now: a little before the API server stops waiting, which it
 * says in `?timeout=`, and never later than `budgetMs`. A timeout that is none counts as not given.
 */
export function readDeadline(url: URL, budgetMs: number): number {
  const timeoutMs = parseGoDuration(url.searchParams.get('timeout') ?? '');
  if (timeoutMs === undefined) return budgetMs;
  return Math.min(budgetMs, Math.max(timeoutMs - MARGIN_MS, timeoutMs / 2));
}
