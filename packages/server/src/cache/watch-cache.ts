import type { Store } from '@imagestream/store';
import type { CacheCodec, CacheEntry } from './cache-entry.js';
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
 * never see half of one, and all events of a revision are delivered together. Everything but
 * `waitFor` and `catchUp` is synchronous: what one call returns is of one state.
 *
 * A request that must see the newest state (`resourceVersion` unset) awaits `catchUp()` first; one
 * that has written awaits `waitFor(revision)` of its write before it answers, so that whoever saw
 * the answer finds it in every later read.
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
   * Resolves to true once the cache has seen a revision, to false when the signal aborts or the
   * cache closes before.
   */
  waitFor(revision: number, signal?: AbortSignal): Promise<boolean>;

  /** Waits until the cache has seen all that the store held at the time of the call. */
  catchUp(signal?: AbortSignal): Promise<boolean>;

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
 * store is compacted after it, some hundred revisions at a time.
 */
export interface HistoryLimits {
  /** Default 10 minutes. */
  readonly maxAgeMs?: number;
  /** Default 10,000 events. */
  readonly maxEvents?: number;
  /** Stored bytes of the events, default 64 MiB. */
  readonly maxBytes?: number;
}

/** What a cache is made from. */
export interface WatchCacheOptions<T, A> {
  readonly store: Store;
  readonly codec: CacheCodec<T, A>;
  /** Milliseconds since any fixed point; only differences count. */
  readonly now: () => number;
  readonly history?: HistoryLimits;
  /**
   * Told when the store's watch failed (the cache starts over and ends all subscriptions with
   * `lost`) or a subscription's listener threw (that subscription is ended).
   */
  readonly onError: (error: unknown) => void;
}
