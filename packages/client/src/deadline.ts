import type { Clock } from './clock.js';

/** How long work may take, and what ends it earlier. */
export interface Deadline {
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs: number;
  /** What the work fails with when it takes too long. */
  readonly onTimeout: () => unknown;
}

/**
 * Runs work that is to stop when the deadline passes or the signal aborts. The promise rejects at that moment, with
 * the timeout's error or the signal's reason, whether or not the work listens to the signal it is given.
 */
export async function withDeadline<R>(
  deadline: Deadline,
  work: (signal: AbortSignal) => Promise<R>,
): Promise<R> {
  const { clock, signal, timeoutMs, onTimeout } = deadline;
  const controller = new AbortController();
  const abort = (): void => controller.abort(signal?.reason);
  if (signal?.aborted === true) abort();
  signal?.addEventListener('abort', abort);
  const cancel = clock.setTimer(timeoutMs, () => controller.abort(onTimeout()));
  try {
    return await untilAborted(controller.signal, work(controller.signal));
  } finally {
    cancel();
    signal?.removeEventListener('abort', abort);
  }
}

/** The outcome of `work`, or a rejection with the signal's reason as soon as it aborts. */
export function untilAborted<R>(signal: AbortSignal, work: Promise<R>): Promise<R> {
  return new Promise((resolve, reject) => {
    // The reason is whatever the one who aborted chose.
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
