import { isStoreError, storeClosed, type Store, type StoredValue } from '@imagestream/store';
import { within } from '../within.js';
import { RevisionTooLargeError } from './cache-errors.js';
import type { WaitOptions } from './revision-waiters.js';
import { storeIsSilent, type StoreHead } from './store-head.js';

/** How long a read waits for the cache to see what the store is known to hold. Source: replica-freshness. */
const catchUpLimitMs = 3000;
/** A revision that has not come after so long may be one that this store skips. */
const skippedAfterMs = 250;
/** How long the cache may be behind before one object is read from the store itself. */
const directReadAfterMs = 500;
/** How long the store may take to read it. */
const directReadLimitMs = 5000;
/** How long a write waits until it is in the cache. */
const noticeLimitMs = 1000;
/** Some key, to ask the store whether a revision exists. */
const anyKey = '/';

/** The cache whose freshness is in question. */
export interface FollowingCache {
  readonly revision: number;
  readonly isClosed: boolean;
  waitFor(revision: number, options?: WaitOptions): Promise<boolean>;
  /** Takes note that nothing happened from the cache's revision up to this one. */
  skipTo(revision: number): void;
}

/** Brings a cache up to what a reader asks for. */
export class Freshness {
  readonly #store: Store;
  readonly #head: StoreHead;
  readonly #cache: FollowingCache;
  /** The revision at which somebody has waited in vain: while the cache stays there, it is known to lag. */
  #laggingAt: number | undefined;

  constructor(parts: {
    readonly store: Store;
    readonly head: StoreHead;
    readonly cache: FollowingCache;
  }) {
    this.#store = parts.store;
    this.#head = parts.head;
    this.#cache = parts.cache;
  }

  /** See `WatchCache.catchUp`. */
  catchUp(): Promise<void> {
    // Every read comes through here and nearly always finds the newest state in place.
    return this.#head
      .ask()
      .then((newest) => (this.#cache.revision >= newest ? undefined : this.#waitForNewest(newest)));
  }

  /** See `WatchCache.reach`. */
  async reach(revision: number, options: WaitOptions): Promise<boolean> {
    const waiting = { limitMs: catchUpLimitMs, ...options };
    const reached = this.#cache.waitFor(revision, waiting);
    const soonMs = Math.min(skippedAfterMs, waiting.limitMs);
    const isThere = await this.#cache.waitFor(revision, { ...waiting, limitMs: soonMs });
    // Whatever comes of it ends the wait through the cache, or does not.
    if (!isThere) void this.#skipIfUnused(revision);
    return reached;
  }

  /** See `WatchCache.noticeWrite`. */
  async noticeWrite(revision: number): Promise<void> {
    if (this.#cache.revision < revision) await this.#waitBriefly(revision, noticeLimitMs);
  }

  /** Whether the cache has a revision in next to no time; else one object is better read from the store. */
  isSoonAt(revision: number): Promise<boolean> {
    return this.#waitBriefly(revision, directReadAfterMs);
  }

  /** One key as it is in the store. Rejects with the store's error. */
  readDirectly(key: string): Promise<StoredValue | undefined> {
    if (this.#cache.isClosed) return Promise.reject(storeClosed());
    return within(this.#store.get(key), directReadLimitMs, storeIsSilent);
  }

  /**
   * See `StoreFollower.skipForgotten`. Others who share the counter of a store compact it as well. When its newest write is in
   * the cache, asked for after what was compacted, then whatever was forgotten was theirs.
   */
  async skipForgotten(): Promise<boolean> {
    const compactedRevision = await this.#store.compactedRevision();
    if ((await this.#store.currentRevision()) > this.#cache.revision) return false;
    this.#cache.skipTo(compactedRevision);
    return true;
  }

  /** One of those who need not wait finds out that the cache lags, the others go by that. */
  async #waitBriefly(revision: number, limitMs: number): Promise<boolean> {
    if (this.#laggingAt === this.#cache.revision) return false;
    const reached = await this.#cache.waitFor(revision, { limitMs });
    if (!reached) this.#laggingAt = this.#cache.revision;
    return reached;
  }

  async #waitForNewest(newest: number): Promise<void> {
    const reached = await this.#cache.waitFor(newest, { limitMs: catchUpLimitMs });
    if (reached) return;
    if (this.#cache.isClosed) throw storeClosed();
    throw new RevisionTooLargeError(newest, this.#cache.revision);
  }

  /**
   * Stores that share their counter with others skip revisions, and which of them a replica hears of is a matter of chance.
   * So a client may have a revision from one replica that another one would wait for in vain. If it exists, then whatever
   * happened up to it lies at or before the store's newest one; with that in the cache, the cache is as new as was asked.
   */
  async #skipIfUnused(revision: number): Promise<void> {
    try {
      if (!(await this.#exists(revision))) return;
      await this.catchUp();
      this.#cache.skipTo(revision);
    } catch (error) {
      // A store that is away, or a cache that is behind it: then the revision has to come by itself.
      if (!isStoreError(error) && !(error instanceof RevisionTooLargeError)) throw error;
    }
  }

  async #exists(revision: number): Promise<boolean> {
    try {
      await this.#store.get(anyKey, revision);
      return true;
    } catch (error) {
      if (isStoreError(error, 'Compacted')) return true;
      if (isStoreError(error, 'FutureRevision')) return false;
      throw error;
    }
  }
}
