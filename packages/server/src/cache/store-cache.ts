import { compareKeys } from '@imagestream/store';
import type { EventBatch, StoreEvent } from '@imagestream/store';
import { RevisionExpiredError, RevisionTooLargeError } from './cache-errors.js';
import type { CacheEntry } from './cache-entry.js';
import { EventHistory } from './event-history.js';
import type { CacheState, HistorySize } from './event-history.js';
import { followStore } from './follow-store.js';
import type { StoreFollower } from './follow-store.js';
import { Freshness } from './freshness.js';
import { entriesByKey, entryOf, loadState } from './load-state.js';
import type { LoadedState } from './load-state.js';
import { MemoWindow, ObjectChange } from './object-change.js';
import { PageMemo } from './page-memo.js';
import { QueuedSubscription } from './queued-subscription.js';
import { readPage } from './read-page.js';
import type { Page, PageKey } from './read-page.js';
import { RevisionWaiters } from './revision-waiters.js';
import type { WaitOptions } from './revision-waiters.js';
import type { StoreCompaction } from './store-compaction.js';
import { StoreHead } from './store-head.js';
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

const defaultMaxQueued = 500;

/** What a cache is made of, besides what it begins with. */
export interface CacheParts<T, A> {
  readonly options: WatchCacheOptions<T, A>;
  readonly limits: HistorySize;
  readonly compaction: StoreCompaction;
}

/** See `WatchCache`; made by `createWatchCache`. */
export class StoreCache<T extends object, A> implements WatchCache<T, A> {
  readonly #options: WatchCacheOptions<T, A>;
  readonly #limits: HistorySize;
  readonly #compaction: StoreCompaction;
  readonly #head: StoreHead;
  readonly #freshness: Freshness;
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
  #isStartingOver = false;
  readonly #follower: StoreFollower = {
    revision: () => this.#revision,
    apply: (batch) => this.#apply(batch),
    skipForgotten: () => this.#freshness.skipForgotten(),
    startOver: () => this.#startOver(),
  };

  constructor(parts: CacheParts<T, A>, { revision, state }: LoadedState<T, A>) {
    const { options, limits, compaction } = parts;
    this.#options = options;
    this.#limits = limits;
    this.#compaction = compaction;
    this.#head = new StoreHead(options.store);
    this.#freshness = new Freshness({ store: options.store, head: this.#head, cache: this });
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

  get isClosed(): boolean {
    return this.#stop.signal.aborted;
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

  latest(key: string): Promise<CacheEntry<T, A> | undefined> {
    return this.#head
      .ask()
      .then((newest) =>
        this.#revision >= newest ? this.#byKey.get(key) : this.#latestBehind(key, newest),
      );
  }

  catchUp(): Promise<void> {
    return this.#freshness.catchUp();
  }

  async reach(revision: number, options: WaitOptions = {}): Promise<boolean> {
    return this.#revision >= revision || this.#freshness.reach(revision, options);
  }

  noticeWrite(revision: number): Promise<void> {
    return this.#freshness.noticeWrite(revision);
  }

  async waitFor(revision: number, options: WaitOptions = {}): Promise<boolean> {
    if (this.#revision >= revision) return true;
    if (this.isClosed || options.signal?.aborted === true) return false;
    return this.#waiters.wait(revision, options);
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

  skipTo(revision: number): void {
    if (!this.#isStartingOver && revision > this.#revision) this.#advance(revision);
  }

  /** Starts following the store from the revision that was loaded. Called once. */
  follow(): void {
    this.#following = this.#follow();
  }

  async #follow(): Promise<void> {
    const { store, onError } = this.#options;
    const { signal } = this.#stop;
    await followStore(store, { follower: this.#follower, signal, onError });
    this.#stop.abort();
    this.#endAll('closed');
    this.#waiters.giveUp();
  }

  async #latestBehind(key: string, newest: number): Promise<CacheEntry<T, A> | undefined> {
    if (await this.#freshness.isSoonAt(newest)) return this.#byKey.get(key);
    const stored = await this.#freshness.readDirectly(key);
    return stored && entryOf(stored, this.#options.codec);
  }

  /**
   * What happened since is unknown: history begins anew. Watchers stay until the new state is there, and whoever comes back at
   * once then finds it. The revision does not go back, unless the store no longer knows it.
   */
  async #startOver(): Promise<void> {
    this.#isStartingOver = true;
    const newest = await this.#options.store.currentRevision();
    const loaded = await loadState(this.#options, Math.max(newest, this.#revision));
    const ended = this.#finishAll('lost');
    this.#pages.clear();
    this.#state = loaded.state;
    this.#byKey = entriesByKey(loaded.state);
    this.#history = new EventHistory(this.#limits, loaded);
    this.#isStartingOver = false;
    this.#advance(loaded.revision);
    for (const subscription of ended) this.#wake(subscription);
  }

  /** Takes in one revision: state and history first, then everybody who waits for it. */
  #apply({ revision, events }: EventBatch): void {
    if (revision <= this.#revision) {
      if (events.length === 0) return;
      throw new Error(`the store told revision ${revision} after revision ${this.#revision}`);
    }
    const changes = events.map((event) => this.#applyEvent(event, revision));
    const nowMs = this.#options.now();
    if (changes.length > 0) this.#history.append({ revision, changes, seenMs: nowMs }, this.#state);
    this.#advance(revision);
    this.#dispatch(changes);
    this.#compaction.follow({ revision, nowMs, oldestRevision: this.oldestRevision });
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
