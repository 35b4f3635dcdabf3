import type { Clock } from './clock.js';

/** How long to wait between attempts. */
export interface BackoffOptions {
  /** The longest first pause, in milliseconds; default 800. It doubles with every failure in a row. */
  readonly initialDelayMs?: number;
  /** No pause is longer, in milliseconds; default 30 000. */
  readonly maxDelayMs?: number;
}

/**
 * The pause before attempt number `failures` + 1, in milliseconds: anything between nothing and the current longest
 * pause, so that clients which failed together do not come back together.
 */
export function backoffDelayMs(failures: number, options: BackoffOptions, clock: Clock): number {
  const { initialDelayMs = 800, maxDelayMs = 30_000 } = options;
  // Two to the thirtieth of anything is beyond every limit; more would overflow.
  const longest = Math.min(maxDelayMs, initialDelayMs * 2 ** Math.min(failures - 1, 30));
  return clock.random() * longest;
}
