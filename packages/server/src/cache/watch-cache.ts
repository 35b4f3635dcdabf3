import type { Store } from '@imagestream/store';
import type { CacheCodec, CacheEntry } from './cache-entry.js';
import type { WaitOptions } from './revision-waiters.js';
import type { WatchSubscription } from './watch-subscription.js';

/** Decides on an entry, from its key or attributes (cheap) or its object (decoded on demand). */
export type EntryFilter<T, A> = (entry: CacheEntry<T, A>) => boolean;

/** Which objects a list returns, and of which revision. */
export interface CacheListQuery<T, A> {
  /** Keys that start with this text. End it with `/` to mean a folder. */
  readonly prefix: string;
  /** Exactly the state at this revision; absent = the newest the cache knows. */
  readonly revision?: number;
  /** The first key to consider, whether it exists or not. Pass `next` of the page before. */
  readonly start?: string;
  /** At most so many entries, counted after filtering; absent or 0 = all. */
  readonly limit?: number;
  /** Only keys whose last path segment is this (`metadata.name=x` without a namespace). */
  readonly name?: string;
  readonly filter?: EntryFilter<T, A>;
}

/** One page of a list. */
export interface CacheList<T, A> {
  /** The revision of the state the page was cut from: the list's `resourceVersion`. */
  readonly revision: number;
  /**
   * In key order. While nothing below the prefix changes, unfiltered lists with equal arguments
   * tend to return the same array, so joined bytes may be kept in a WeakMap under it.
   */
  readonly entries: readonly CacheEntry<T, A>[];
  /** Where the next page starts; absent when no key is left. What is left may not match. */
  readonly next?: string;
  /** Keys after this page, matching or not: `remainingItemCount` when there is no filter. */
  readonly remaining: number;
}

/** What a watch sees and where it starts. */
export interface CacheWatchQuery<T, A> {
  readonly prefix: string;
  /** Only keys whose last path segment is this. */
  readonly name?: string;
  /**
   * With a filter, an object that starts to match is ADDED, and one that stops is DELETED with its
   * old content and the revision of the change.
   */
  readonly filter?: EntryFilter<T, A>;
  /** Events after this revision, a future one included; absent = from now on. */
  readonly afterRevision?: number;
  /**
   * Begin with an ADDED event for each matching object (in key order, all from one state) and a
   * bookmark that ends them, then go on from there. `afterRevision` is then not used.
   */
  readonly initialEvents?: boolean;
  /** How many events are queued for a slow reader before it has to fetch from history; default 500. */
  readonly maxQueued?: number;
  readonly signal?: AbortSignal;
}

/**
 * The newest state of a store in memory, with a window of history: what gets, lists and watches
 * are answered from, as bytes that were encoded once.
 *
 * One cache follows one store through its watch and applies every revision as a whole: readers
 * never see half of one, and all events of a revision are delivered together. What does not return
 * a promise is synchronous: what one call returns is of one state.
 *
 * The store may be shared, and the cache be behind it. A request that must see the newest state
 * (`resourceVersion` unset) awaits `catchUp()` or `latest()`, which go through the store; one that
 * was given a revision awaits `reach()`. Reads that take any state take what there is. As long as
 * the store is away, the cache stays as it is and goes on, without a gap, when the store is back.
 */
export interface WatchCache<T, A> {
  /** The revision up to which the cache has seen everything. */
  readonly revision: number;
  /** The oldest revision that can be listed exactly and watched from. */
  readonly oldestRevision: number;

  /** The object under a key as it is now. */
  get(key: string): CacheEntry<T, A> | undefined;

  /**
   * A page of objects in key order.
   *
   * Throws a `RevisionExpiredError` when the revision has left the window, a
   * `RevisionTooLargeError` when it has not been reached.
   */
  list(query: CacheListQuery<T, A>): CacheList<T, A>;

  /**
   * Follows changes. The state it starts from is that of the call, also when the first event is
   * read much later.
   *
   * Throws a `RevisionExpiredError` when `afterRevision` has left the window.
   */
  watch(query: CacheWatchQuery<T, A>): WatchSubscription<T, A>;

  /**
   * The object under a key as of the newest write that anybody was told about before the call: from
   * the cache, or from the store itself while the cache is behind it.
   *
   * Rejects with the store's error, so with `Unavailable` when the store is away.
   */
  latest(key: string): Promise<CacheEntry<T, A> | undefined>;

  /**
   * Waits until the cache has seen all that the store held at the time of the call.
   *
   * Rejects with the store's error, and with a `RevisionTooLargeError` when the cache has not come
   * so far after three seconds.
   */
  catchUp(): Promise<void>;

  /**
   * Resolves to true once the cache holds the state of a revision that somebody else was told, be it
   * one of another replica; to false when that takes longer than the limit (default three seconds),
   * the signal aborts or the cache closes. A revision that the store skips is reached as well.
   */
  reach(revision: number, options?: WaitOptions): Promise<boolean>;

  /**
   * Waits until the cache has seen a write of this process, so that reads that take any state find it
   * as well. Does not wait longer than a second, nor at all while the cache is known to be behind.
   */
  noticeWrite(revision: number): Promise<void>;

  /**
   * Resolves to true once the cache has seen a revision, to false when the limit is over, the signal
   * aborts or the cache closes before. Without a limit it waits as long as it takes.
   */
  waitFor(revision: number, options?: WaitOptions): Promise<boolean>;

  /**
   * Forgets history that has become too old. Every event keeps all limits, that on age included, so
   * this is only needed by those who want old history gone though nothing happens.
   */
  expire(): void;

  /** Forgets all history before a revision (at most the current one), whatever its age. */
  forgetBefore(revision: number): void;

  /** Ends all subscriptions and stops following the store. Does not close the store. */
  close(): Promise<void>;
}

/**
 * How much history a cache keeps: what exceeds any of the limits is forgotten, oldest first. The
 * store is compacted after it, some hundred revisions at a time, but for what `minStoreAgeMs` keeps.
 */
export interface HistoryLimits {
  /** Default 10 minutes. */
  readonly maxAgeMs?: number;
  /** Default 10,000 events. */
  readonly maxEvents?: number;
  /** Stored bytes of the events, default 64 MiB. */
  readonly maxBytes?: number;
  /**
   * How long the store keeps every revision at least, whatever the cache has forgotten; default 0, and
   * 5 minutes for a store that others may have open. On a store with several replicas it is the time that one of them may be stopped or cut off and still
   * go on where it was, with all its watchers.
   */
  readonly minStoreAgeMs?: number;
}

/** What a cache is made from. */
export interface WatchCacheOptions<T, A> {
  readonly store: Store;
  readonly codec: CacheCodec<T, A>;
  /** Milliseconds since any fixed point; only differences count. */
  readonly now: () => number;
  readonly history?: HistoryLimits;
  /**
   * Told when the store's watch failed or a subscription's listener threw (that subscription is
   * ended). After a watch of a store that could not be reached the cache goes on where it was; after
   * any other failure it starts over and ends all subscriptions with `lost`.
   */
  readonly onError: (error: unknown) => void;
}
