import { isStoreError } from '@imagestream/store';
import type { EventBatch, Store } from '@imagestream/store';
import { pauseBeforeRetry } from './retry-pause.js';

/** Who follows a store. */
export interface StoreFollower {
  /** Up to where it has seen everything. */
  revision(): number;
  /** Takes in what happened next. Throwing leaves it in an unknown state. */
  apply(batch: EventBatch): void;
  /** Begins anew with the store as it is now. May fail, and is then called again. */
  startOver(): Promise<void>;
}

/**
 * Hands a follower all that happens in a store, until the signal aborts or the store is closed.
 *
 * A watch of a store that is away goes on where it broke off as soon as the store is back: nobody notices but for the delay. Only
 * when what happened in between can no longer be had, or something is wrong, does the follower start over. `onError` is told
 * of each failure.
 *
 * Source: replica-store-away.
 */
export async function followStore(
  store: Store,
  following: {
    readonly follower: StoreFollower;
    readonly signal: AbortSignal;
    readonly onError: (error: unknown) => void;
  },
): Promise<void> {
  const { follower, signal, onError } = following;
  let isLost = false;
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      await pauseBeforeRetry(attempt, signal);
      if (signal.aborted) return;
      if (isLost) await follower.startOver();
      isLost = false;
      const query = { prefix: '', afterRevision: follower.revision(), signal };
      for await (const batch of store.watch(query)) {
        attempt = 0;
        follower.apply(batch);
      }
      return;
    } catch (error) {
      if (isStoreError(error, 'Closed')) return;
      onError(error);
      isLost ||= !isStoreError(error, 'Unavailable');
    }
  }
}
