/**
 * Those who wait for the next thing to happen. Built for one writer and many waiting readers: a
 * wait that is abandoned is taken off the list, so nothing piles up.
 */
export class WakeList {
  readonly #waiting = new Set<() => void>();

  /** Resolves at the next `wakeAll`, or when the signal aborts. Never rejects. */
  wait(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal?.addEventListener('abort', wake);
    });
  }

  /** Resolves all waits. */
  wakeAll(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}
