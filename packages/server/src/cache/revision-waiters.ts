/** How long somebody waits for a revision. */
export interface WaitOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds; absent = as long as it takes. */
  readonly limitMs?: number;
}

interface Waiter {
  readonly revision: number;
  readonly settle: (reached: boolean) => void;
}

/** Those who wait for the cache to see a revision. */
export class RevisionWaiters {
  readonly #waiters = new Set<Waiter>();

  /** Resolves to true once the revision is reached, to false when the time is up or the signal aborts before. */
  wait(revision: number, { signal, limitMs }: WaitOptions): Promise<boolean> {
    return new Promise((resolve) => {
      const giveUp = (): void => settle(false);
      const settle = (reached: boolean): void => {
        this.#waiters.delete(waiter);
        signal?.removeEventListener('abort', giveUp);
        clearTimeout(timer);
        resolve(reached);
      };
      const waiter: Waiter = { revision, settle };
      const timer = limitMs === undefined ? undefined : setTimeout(giveUp, limitMs);
      this.#waiters.add(waiter);
      signal?.addEventListener('abort', giveUp);
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
