import type { CacheEvent } from './cache-event.js';

/**
 * Why a subscription is over. `aborted`: its signal or `close()`. `slow`: history moved on past what
 * its reader had not read. `failed`: its listener threw. `lost`: the cache lost its connection to
 * the store and started over; list again. `closed`: the cache was closed.
 */
export type SubscriptionEnd = 'aborted' | 'slow' | 'failed' | 'lost' | 'closed';

/**
 * One watcher's view of the changes: a queue that the cache fills and the reader empties, either
 * with `for await`, or, sparing a promise per event, with `take` whenever the listener of `onReady`
 * is called. Use one of the two.
 *
 * Events come in revision order without gaps or repeats. `take` never splits the events of one
 * revision once the initial events are through.
 *
 * A slow reader holds up nobody and costs little: no more than `maxQueued` events are kept for it,
 * later ones are fetched from the cache's history when it gets there. If history has moved on by
 * then, it is ended with `slow` and what waited is dropped; it has to list again.
 */
export interface WatchSubscription<T, A> extends AsyncIterable<CacheEvent<T, A>> {
  /** Why it ended; `undefined` while it lives. With `lost` and `closed` the rest can be taken. */
  readonly end: SubscriptionEnd | undefined;

  /**
   * Takes what is ready, at most about `maxEvents` of it (default 500). Empty when nothing is:
   * a reader that is called goes on taking until then, or until it has somewhere to wait.
   * Initial and past events are made as they are taken.
   */
  take(maxEvents?: number): readonly CacheEvent<T, A>[];

  /**
   * Names the one function to call when `take` has something new to return or the subscription
   * has ended. Called at most once until the next `take`, at once if something is ready already, and
   * in any case when the subscription ends. It is called from within the cache: it may `take` and write to a socket, not wait.
   */
  onReady(listener: () => void): void;

  /**
   * Queues a bookmark with the revision the cache stands at, behind every event up to it, so that
   * it can never overtake one. The caller decides when: once a minute, and before a deadline.
   */
  bookmark(): void;

  /** Ends it with `aborted`. */
  close(): void;
}
