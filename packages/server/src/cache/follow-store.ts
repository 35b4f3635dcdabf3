import { isStoreError } from '@imagestream/store';
import type { EventBatch, Store } from '@imagestream/store';
import { pauseBeforeRetry } from './retry-pause.js';

/** Who follows a store. */
export interface StoreFollower {
  /** Up to where it has seen everything. */
  revision(): number;
  /** Takes in what happened next. Throwing leaves it in an unknown state. */
  apply(batch: EventBatch): void;
  /** Goes on behind what the store has forgotten, if nothing of that was missed; false when something may have been. */
  skipForgotten(): Promise<boolean>;
  /** Begins anew with the store as it is now. May fail, and is then called again. */
  startOver(): Promise<void>;
}

/** What is known of the time after a watch failed. `forgotten`: the store no longer knows what happened; `lost`: nobody does. */
type Gap = 'none' | 'forgotten' | 'lost';

/**
 * Hands a follower all that happens in a store, until the signal aborts or the store is closed.
 *
 * A watch of a store that is away goes on where it broke off as soon as the store is back: nobody notices but for the delay. The
 * same holds when history was compacted by others and nothing had happened. Only when something was missed, or is wrong, does
 * the follower start over. `onError` is told of each failure.
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
  let gap: Gap = 'none';
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      await pauseBeforeRetry(attempt, signal);
      if (signal.aborted) return;
      if (gap !== 'none') await bridge(follower, gap);
      gap = 'none';
      const query = { prefix: '', afterRevision: follower.revision(), signal };
      for await (const batch of store.watch(query)) {
        attempt = 0;
        follower.apply(batch);
      }
      return;
    } catch (error) {
      if (isStoreError(error, 'Closed')) return;
      onError(error);
      if (gap === 'lost' || isStoreError(error, 'Unavailable')) continue;
      gap = isStoreError(error, 'Compacted') ? 'forgotten' : 'lost';
    }
  }
}

async function bridge(follower: StoreFollower, gap: Exclude<Gap, 'none'>): Promise<void> {
  if (gap === 'forgotten' && (await follower.skipForgotten())) return;
  await follower.startOver();
}
