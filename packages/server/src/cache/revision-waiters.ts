interface Waiter {
  readonly revision: number;
  readonly settle: (reached: boolean) => void;
}

/** Those who wait for the cache to see a revision. */
export class RevisionWaiters {
  readonly #waiters = new Set<Waiter>();

  /** Resolves to true once the revision is reached, to false when the signal aborts before. */
  wait(revision: number, signal: AbortSignal | undefined): Promise<boolean> {
    return new Promise((resolve) => {
      const abort = (): void => settle(false);
      const settle = (reached: boolean): void => {
        this.#waiters.delete(waiter);
        signal?.removeEventListener('abort', abort);
        resolve(reached);
      };
      const waiter: Waiter = { revision, settle };
      this.#waiters.add(waiter);
      signal?.addEventListener('abort', abort);
    });
  }

  /** Tells everybody who waits for this revision or an earlier one. */
  reached(revision: number): void {
    for (const waiter of this.#waiters) {
      if (waiter.revision <= revision) waiter.settle(true);
    }
  }

  /** Tells everybody that it will not happen. */
  giveUp(): void {
    for (const waiter of this.#waiters) waiter.settle(false);
  }
}
