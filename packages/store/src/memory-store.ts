import { checkKey, checkRange, checkRevision, checkTransaction } from './check-arguments.js';
import { lowerBound } from './key-order.js';
import { leadAlone } from './lead-alone.js';
import type {
  EventBatch,
  LeadOptions,
  Operation,
  RangeQuery,
  RangeResult,
  Store,
  StoredValue,
  StoreEvent,
  Transaction,
  TransactionResult,
  WatchQuery,
} from './store.js';
import { compacted, futureRevision, storeClosed } from './store-error.js';
import { WakeList } from './wake-list.js';

/** What a key held from `revision` on; `stored` is absent from its deletion on. */
interface Version {
  readonly revision: number;
  readonly stored: StoredValue | undefined;
}

/** How a memory store begins. */
export interface MemoryStoreOptions {
  /**
   * Where its revisions begin, default 1. For a store that takes the place of another: whoever still
   * asks for a revision of that one gets `Compacted` instead of waiting for it in vain.
   */
  readonly minRevision?: number;
}

/**
 * A store that keeps everything in memory and forgets it with the process. The smallest correct
 * implementation of the contract: the one the others are compared with, and the one to read.
 *
 * Throws a `StoreError` of code `InvalidArgument` for a revision that can be none.
 */
export function createMemoryStore({ minRevision = 1 }: MemoryStoreOptions = {}): Store {
  checkRevision(minRevision);
  return new MemoryStore(minRevision);
}

class MemoryStore implements Store {
  readonly isShared = false;
  #revision: number;
  #compactedRevision: number;
  readonly #closing = new AbortController();
  /** All versions of every key that history still knows, oldest first. */
  readonly #versions = new Map<string, Version[]>();
  /** The keys of `#versions`, in key order. */
  readonly #sortedKeys: string[] = [];
  /** One batch for each revision after the compacted one, without gaps. */
  #log: EventBatch[] = [];
  readonly #wakeList = new WakeList();
  readonly #leads = new Set<Promise<void>>();

  constructor(revision: number) {
    this.#revision = revision;
    this.#compactedRevision = revision;
  }

  async currentRevision(): Promise<number> {
    this.#checkOpen();
    return this.#revision;
  }

  async compactedRevision(): Promise<number> {
    this.#checkOpen();
    return this.#compactedRevision;
  }

  async get(key: string, revision?: number): Promise<StoredValue | undefined> {
    this.#checkOpen();
    checkKey(key);
    return this.#at(key, this.#readable(revision));
  }

  async range(query: RangeQuery): Promise<RangeResult> {
    this.#checkOpen();
    checkRange(query);
    const { prefix, startAfter = '', limit = Infinity } = query;
    const revision = this.#readable(query.revision);
    const entries: StoredValue[] = [];
    for (const key of this.#keysFrom(prefix, startAfter)) {
      const stored = this.#at(key, revision);
      if (stored === undefined) continue;
      if (entries.length === limit) return { revision, entries, more: true };
      entries.push(stored);
    }
    return { revision, entries, more: false };
  }

  async txn(transaction: Transaction): Promise<TransactionResult> {
    this.#checkOpen();
    checkTransaction(transaction);
    const { conditions, operations } = transaction;
    const current = conditions.map(({ key }) => this.#at(key, this.#revision));
    const holds = conditions.every((c, i) => c.modRevision === (current[i]?.modRevision ?? 0));
    if (!holds) return { type: 'refused', revision: this.#revision, current };
    const revision = this.#revision + 1;
    const events = operations.flatMap((operation) => this.#apply(operation, revision));
    if (events.length > 0) {
      this.#log.push({ revision, events });
      this.#revision = revision;
      this.#wakeList.wakeAll();
    }
    return { type: 'committed', revision: this.#revision };
  }

  async *watch({ prefix, afterRevision, signal }: WatchQuery): AsyncGenerator<EventBatch> {
    checkRevision(afterRevision);
    let seen = afterRevision;
    while (signal?.aborted !== true) {
      this.#checkOpen();
      if (seen < this.#compactedRevision) throw compacted(seen, this.#compactedRevision);
      const batch = this.#nextBatch(prefix, seen);
      if (batch !== undefined) {
        seen = batch.revision;
        yield batch;
      } else {
        await this.#wakeList.wait(signal);
        if (this.#closing.signal.aborted) return;
      }
    }
  }

  async compact(revision: number): Promise<void> {
    this.#checkOpen();
    checkRevision(revision);
    if (revision > this.#revision) throw futureRevision(revision, this.#revision);
    if (revision <= this.#compactedRevision) return;
    this.#log = this.#log.slice(revision - this.#compactedRevision);
    this.#compactedRevision = revision;
    for (const [key, versions] of this.#versions) this.#compactKey(key, versions);
    this.#wakeList.wakeAll();
  }

  async lead(options: LeadOptions): Promise<void> {
    this.#checkOpen();
    const leading = leadAlone(options, this.#closing.signal);
    this.#leads.add(leading);
    try {
      await leading;
    } finally {
      this.#leads.delete(leading);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#wakeList.wakeAll();
    await Promise.allSettled(this.#leads);
  }

  #checkOpen(): void {
    if (this.#closing.signal.aborted) throw storeClosed();
  }

  /** The revision to read at, refused when it lies outside history. */
  #readable(revision: number | undefined): number {
    if (revision === undefined) return this.#revision;
    checkRevision(revision);
    if (revision > this.#revision) throw futureRevision(revision, this.#revision);
    if (revision < this.#compactedRevision) throw compacted(revision, this.#compactedRevision);
    return revision;
  }

  #at(key: string, revision: number): StoredValue | undefined {
    return this.#versions.get(key)?.findLast((version) => version.revision <= revision)?.stored;
  }

  *#keysFrom(prefix: string, startAfter: string): Generator<string> {
    // A key that sorts before the prefix would end the walk at once.
    const first = prefix > '' ? lowerBound(this.#sortedKeys, prefix) : 0;
    const after = startAfter > '' ? lowerBound(this.#sortedKeys, `${startAfter}\0`) : 0;
    for (let i = Math.max(first, after); i < this.#sortedKeys.length; i++) {
      const key = this.#sortedKeys[i];
      if (key === undefined || !key.startsWith(prefix)) return;
      yield key;
    }
  }

  /** Records one write; returns its event, none for the deletion of an absent key. */
  #apply(operation: Operation, revision: number): StoreEvent[] {
    const { key } = operation;
    const previous = this.#at(key, this.#revision);
    if (operation.type === 'delete') {
      if (previous === undefined) return [];
      this.#record(key, { revision, stored: undefined });
      return [{ type: 'delete', previous }];
    }
    const createRevision = previous?.createRevision ?? revision;
    const current = { key, value: operation.value, createRevision, modRevision: revision };
    this.#record(key, { revision, stored: current });
    return [previous === undefined ? { type: 'put', current } : { type: 'put', current, previous }];
  }

  #record(key: string, version: Version): void {
    const versions = this.#versions.get(key);
    if (versions !== undefined) {
      versions.push(version);
      return;
    }
    this.#versions.set(key, [version]);
    this.#sortedKeys.splice(lowerBound(this.#sortedKeys, key), 0, key);
  }

  /** Everything after a revision up to the next matching batch, or up to now. */
  #nextBatch(prefix: string, afterRevision: number): EventBatch | undefined {
    for (let i = afterRevision - this.#compactedRevision; i < this.#log.length; i++) {
      const batch = this.#log[i];
      if (batch === undefined) return undefined;
      const events = batch.events.filter((event) => keyOf(event).startsWith(prefix));
      if (events.length > 0) return { revision: batch.revision, events };
    }
    return afterRevision < this.#revision ? { revision: this.#revision, events: [] } : undefined;
  }

  #compactKey(key: string, versions: Version[]): void {
    const oldest = versions.findLastIndex(({ revision }) => revision <= this.#compactedRevision);
    if (oldest < 0) return;
    const deleted = versions[oldest]?.stored === undefined;
    versions.splice(0, deleted ? oldest + 1 : oldest);
    if (versions.length > 0) return;
    this.#versions.delete(key);
    this.#sortedKeys.splice(lowerBound(this.#sortedKeys, key), 1);
  }
}

function keyOf(event: StoreEvent): string {
  return event.type === 'put' ? event.current.key : event.previous.key;
}
