import { offAbort, onAbort } from './abort.js';

const FIRST_MS = 25;
const LONGEST_MS = 1_000;

/**
 * How long to wait after failed attempt 0, 1, 2 …: a random time below a bound that doubles up to
 * one second, so that many who failed at once do not come back at once.
 */
export function backoffMs(attempt: number, random: () => number): number {
  return random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
}

/** Waits so long, or until one of the signals aborts. Never rejects. */
export function sleep(
  delayMs: number,
  signals: readonly (AbortSignal | undefined)[],
): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      for (const signal of signals) offAbort(signal, done);
      resolve();
    };
    const timer = setTimeout(done, delayMs);
    for (const signal of signals) {
      if (signal?.aborted === true) done();
      else onAbort(signal, done);
    }
  });
}
