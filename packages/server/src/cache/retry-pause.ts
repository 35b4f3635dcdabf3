import { timeLimited } from '../time-limited.js';

/** Waits before the first, second … attempt to start over; the last one repeats. */
const retryDelaysMs = [0, 100, 200, 400, 800, 1600, 3200, 5000];

/**
 * Waits before an attempt (from 1) to start over, or until the signal aborts. Does not keep the
 * process alive: a timeout signal does not.
 */
export async function pauseBeforeRetry(attempt: number, signal: AbortSignal): Promise<void> {
  const delayMs = retryDelaysMs[Math.min(attempt, retryDelaysMs.length) - 1] ?? 0;
  if (delayMs === 0 || signal.aborted) return;
  const over = timeLimited(signal, delayMs);
  await new Promise((resolve) => over.addEventListener('abort', resolve, { once: true }));
}
