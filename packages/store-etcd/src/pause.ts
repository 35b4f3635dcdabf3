/** Waits so long, or until the signal aborts. Never rejects. */
export function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, delayMs);
    signal.addEventListener('abort', done, { once: true });
  });
}

const firstDelayMs = 50;
const maxDelayMs = 2_000;

/**
 * How long to wait before attempt 1, 2 … to reach etcd again: a random time below a bound that
 * doubles up to two seconds, so that many who lost it at once do not come back at once.
 */
export function retryDelayMs(attempt: number, random: () => number): number {
  const bound = Math.min(maxDelayMs, firstDelayMs * 2 ** (attempt - 1));
  return bound / 2 + (random() * bound) / 2;
}

/**
 * Does something with a signal that aborts after a time, or with another signal. (On Node 20 a
 * signal of `AbortSignal.any` can lose its timeout to the garbage collector.)
 */
export async function withTimeLimit<T>(
  limitMs: number,
  signal: AbortSignal,
  work: (limited: AbortSignal) => Promise<T>,
): Promise<T> {
  const limited = new AbortController();
  const stop = (): void => limited.abort();
  const timer = setTimeout(stop, limitMs);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await work(limited.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
