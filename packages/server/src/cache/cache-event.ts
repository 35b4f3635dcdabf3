import type { CacheEntry } from './cache-entry.js';

/**
 * A change as a watcher sees it. Watchers that see the same change in the same way get the same
 * event object, so what is derived from it (a line of JSON, a table row) can be shared.
 *
 * `ADDED`: `entry` is new, or new to the watcher's filter. `MODIFIED`: `entry` replaces
 * `previous`. `DELETED`: `entry` is what the watcher saw last, under the revision of the change
 * that removed it, as the API promises; `previous` is the same content under its own revision.
 */
export interface ObjectEvent<T, A> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly revision: number;
  readonly key: string;
  readonly entry: CacheEntry<T, A>;
  readonly previous: CacheEntry<T, A> | undefined;
  /**
   * Returns what `make` made for this event under this name the first time. Kept while the event
   * is one of the newest of the cache, so that a thousand watchers share one encoded line.
   */
  memo<V>(name: string, make: () => V): V;
}

/**
 * Everything up to `revision` that the watcher may see has been delivered before this.
 * `endsInitialEvents` marks the one that separates the initial state from what came later.
 */
export interface BookmarkEvent {
  readonly type: 'BOOKMARK';
  readonly revision: number;
  readonly endsInitialEvents: boolean;
}

/** What a subscription yields. */
export type CacheEvent<T, A> = ObjectEvent<T, A> | BookmarkEvent;
