import { compareKeys, isStoreError } from '@imagestream/store';
import type { EventBatch, StoreEvent } from '@imagestream/store';
import { RevisionExpiredError, RevisionTooLargeError } from './cache-errors.js';
import type { CacheEntry } from './cache-entry.js';
import { EventHistory } from './event-history.js';
import type { CacheState, HistorySize } from './event-history.js';
import { entriesByKey, entryOf, loadState } from './load-state.js';
import type { LoadedState } from './load-state.js';
import { MemoWindow, ObjectChange } from './object-change.js';
import { PageMemo } from './page-memo.js';
import { QueuedSubscription } from './queued-subscription.js';
import { readPage } from './read-page.js';
import type { Page, PageKey } from './read-page.js';
import { pauseBeforeRetry } from './retry-pause.js';
import { RevisionWaiters } from './revision-waiters.js';
import { StoreCompaction } from './store-compaction.js';
import { SubscriptionIndex } from './subscription-index.js';
import type {
  CacheList,
  CacheListQuery,
  CacheWatchQuery,
  EntryFilter,
  WatchCache,
  WatchCacheOptions,
} from './watch-cache.js';
import type { SubscriptionEnd, WatchSubscription } from './watch-subscription.js';

const defaultHistory: HistorySize = {
  maxAgeMs: 10 * 60_000,
  maxEvents: 10_000,
  maxBytes: 64 * 1024 * 1024,
};
const defaultMaxQueued = 500;
/** Revisions read again at the start. More would be nice for clients that resume, but not free. */
const maxReplayed = 1000;

/**
 * Loads a store and follows it. Resolves when the cache has seen everything the store held at the
 * time of the call; history then reaches back by up to 1,000 revisions, if the store and the limits
 * allow it, so that clients can resume their watches after a restart.
 *
 * Rejects with the store's error when the store cannot be read.
 */
export async function createWatchCache<T extends object, A>(
  options: WatchCacheOptions<T, A>,
): Promise<WatchCache<T, A>> {
  const limits = { ...defaultHistory, ...options.history };
  const current = await options.store.currentRevision();
  const replayed = Math.min(maxReplayed, limits.maxEvents);
  const loaded = await loadState(options, Math.max(1, current - replayed));
  const compaction = new StoreCompaction(options, await options.store.compactedRevision());
  const cache = new StoreCache({ options, limits, compaction }, loaded);
  cache.follow();
  await cache.waitFor(current);
  return cache;
}

interface CacheParts<T, A> {
  readonly options: WatchCacheOptions<T, A>;
  readonly limits: HistorySize;
  readonly compaction: StoreCompaction;
}

class StoreCache<T extends object, A> implements WatchCache<T, A> {
  readonly #options: WatchCacheOptions<T, A>;
  readonly #limits: HistorySize;
  readonly #compaction: StoreCompaction;
  readonly #stop = new AbortController();
  readonly #subscriptions = new SubscriptionIndex<T, A>();
  readonly #waiters = new RevisionWaiters();
  readonly #memos = new MemoWindow();
  readonly #pages = new PageMemo<T, A>();
  #revision: number;
  #state: CacheState<T, A>;
  /** What `#state` holds, found by key alone: most reads are of one object. */
  #byKey: Map<string, CacheEntry<T, A>>;
  #history: EventHistory<T, A>;
  #following: Promise<void> = Promise.resolve();

  constructor(parts: CacheParts<T, A>, { revision, state }: LoadedState<T, A>) {
    const { options, limits, compaction } = parts;
    this.#options = options;
    this.#limits = limits;
    this.#compaction = compaction;
    this.#revision = revision;
    this.#state = state;
    this.#byKey = entriesByKey(state);
    this.#history = new EventHistory(limits, { revision, state });
  }

  get revision(): number {
    return this.#revision;
  }

  get oldestRevision(): number {
    return this.#history.oldestRevision;
  }

  get(key: string): CacheEntry<T, A> | undefined {
    return this.#byKey.get(key);
  }

  list(query: CacheListQuery<T, A>): CacheList<T, A> {
    const revision = query.revision ?? this.#revision;
    this.#checkReachable(revision);
    const { prefix, name, filter } = query;
    const start =
      query.start !== undefined && compareKeys(query.start, prefix) > 0 ? query.start : prefix;
    const limit = query.limit !== undefined && query.limit > 0 ? query.limit : Infinity;
    const { entries, next, remaining } = this.#page(
      { prefix, name, start, limit },
      revision,
      filter,
    );
    return { revision, entries, remaining, ...(next === undefined ? {} : { next }) };
  }

  watch(query: CacheWatchQuery<T, A>): WatchSubscription<T, A> {
    const initial = query.initialEvents === true;
    const afterRevision = initial ? this.#revision : (query.afterRevision ?? this.#revision);
    this.#checkNotExpired(afterRevision);
    const subscription = new QueuedSubscription<T, A>({
      scope: { prefix: query.prefix, name: query.name, filter: query.filter },
      afterRevision,
      initial: initial ? this.#state : undefined,
      maxQueued: query.maxQueued ?? defaultMaxQueued,
      currentRevision: () => this.#revision,
      changesAfter: (revision) =>
        revision < this.oldestRevision ? undefined : this.#history.changesAfter(revision),
      onEnd: () => {
        this.#subscriptions.delete(subscription);
        query.signal?.removeEventListener('abort', close);
      },
    });
    const close = (): void => subscription.close();
    this.#subscriptions.add(subscription);
    query.signal?.addEventListener('abort', close);
    if (query.signal?.aborted === true) close();
    if (this.#stop.signal.aborted) subscription.finish('closed');
    return subscription;
  }

  async waitFor(revision: number, signal?: AbortSignal): Promise<boolean> {
    if (this.#revision >= revision) return true;
    if (this.#stop.signal.aborted || signal?.aborted === true) return false;
    return this.#waiters.wait(revision, signal);
  }

  catchUp(signal?: AbortSignal): Promise<boolean> {
    // Every read comes through here and nearly always finds the newest state in place.
    return this.#options.store
      .currentRevision()
      .then((newest) => this.#revision >= newest || this.waitFor(newest, signal));
  }

  expire(): void {
    this.#history.expire(this.#options.now());
  }

  forgetBefore(revision: number): void {
    this.#history.forgetBefore(Math.min(revision, this.#revision));
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#following;
    await this.#compaction.idle();
    this.#endAll('closed');
    this.#waiters.giveUp();
  }

  /** Starts following the store from the revision that was loaded. Called once. */
  follow(): void {
    this.#following = this.#follow();
  }

  async #follow(): Promise<void> {
    const { store, onError } = this.#options;
    const { signal } = this.#stop;
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        if (attempt > 0) await this.#startOver(attempt);
        const query = { prefix: '', afterRevision: this.#revision, signal };
        for await (const batch of store.watch(query)) {
          attempt = 0;
          this.#apply(batch);
        }
        this.#stop.abort();
      } catch (error) {
        if (isStoreError(error, 'Closed')) this.#stop.abort();
        else onError(error);
      }
    }
    this.#endAll('closed');
    this.#waiters.giveUp();
  }

  /**
   * After the watch failed, what happened in between is unknown: history begins anew. Watchers stay
   * until the new state is there, and whoever comes back at once then finds it.
   */
  async #startOver(attempt: number): Promise<void> {
    await pauseBeforeRetry(attempt, this.#stop.signal);
    const loaded = await loadState(this.#options, await this.#options.store.currentRevision());
    const ended = this.#finishAll('lost');
    this.#pages.clear();
    this.#state = loaded.state;
    this.#byKey = entriesByKey(loaded.state);
    this.#history = new EventHistory(this.#limits, loaded);
    this.#advance(loaded.revision);
    for (const subscription of ended) this.#wake(subscription);
  }

  /** Takes in one revision: state and history first, then everybody who waits for it. */
  #apply({ revision, events }: EventBatch): void {
    const changes = events.map((event) => this.#applyEvent(event, revision));
    if (changes.length > 0) {
      const seenMs = this.#options.now();
      this.#history.append({ revision, changes, seenMs }, this.#state);
    }
    this.#advance(revision);
    this.#dispatch(changes);
    this.#compaction.follow(this.oldestRevision);
  }

  #applyEvent(event: StoreEvent, revision: number): ObjectChange<T, A> {
    const { codec } = this.#options;
    const stored = event.type === 'put' ? event.current : event.previous;
    const { key } = stored;
    // The cache's own previous entry is preferred: its bytes may have been encoded already.
    const before = event.previous;
    const previous = this.#byKey.get(key) ?? (before && entryOf(before, codec));
    const entry = event.type === 'put' ? entryOf(stored, codec) : undefined;
    if (entry === undefined) {
      this.#state = this.#state.delete(key);
      this.#byKey.delete(key);
    } else {
      this.#state = this.#state.set(entry);
      this.#byKey.set(key, entry);
    }
    this.#pages.forgetKey(key);
    return new ObjectChange({ revision, key, entry, previous, codec, memos: this.#memos });
  }

  #advance(revision: number): void {
    this.#revision = revision;
    this.#waiters.reached(revision);
  }

  /** Queues all changes of a revision before the first reader is woken. */
  #dispatch(changes: readonly ObjectChange<T, A>[]): void {
    const toWake = new Set<QueuedSubscription<T, A>>();
    for (const change of changes) {
      this.#subscriptions.visit(change.key, (subscription) => {
        if (subscription.offer(change)) toWake.add(subscription);
      });
    }
    for (const subscription of toWake) {
      subscription.endIfLeftBehind(this.oldestRevision);
      this.#wake(subscription);
    }
  }

  #wake(subscription: QueuedSubscription<T, A>): void {
    try {
      subscription.wake();
    } catch (error) {
      subscription.finish('failed');
      this.#options.onError(error);
    }
  }

  #endAll(end: SubscriptionEnd): void {
    for (const subscription of this.#finishAll(end)) this.#wake(subscription);
  }

  /** Ends all subscriptions without telling their readers yet; returns them. */
  #finishAll(end: SubscriptionEnd): QueuedSubscription<T, A>[] {
    const subscriptions = this.#subscriptions.all();
    for (const subscription of subscriptions) subscription.finish(end);
    return subscriptions;
  }

  #page(key: PageKey, revision: number, filter: EntryFilter<T, A> | undefined): Page<T, A> {
    if (filter !== undefined) return readPage(this.#history.stateAt(revision), key, filter);
    const kept = this.#pages.get(key, revision);
    if (kept !== undefined) return kept;
    const page = readPage(this.#history.stateAt(revision), key, undefined);
    if (revision === this.#revision) this.#pages.set(key, revision, page);
    return page;
  }

  #checkReachable(revision: number): void {
    if (revision > this.#revision) throw new RevisionTooLargeError(revision, this.#revision);
    this.#checkNotExpired(revision);
  }

  #checkNotExpired(revision: number): void {
    if (revision < this.oldestRevision) {
      throw new RevisionExpiredError(revision, this.oldestRevision);
    }
  }
}
