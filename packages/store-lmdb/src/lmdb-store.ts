import {
  checkKey,
  checkRange,
  checkRevision,
  checkTransaction,
  compacted,
  compareKeys,
  futureRevision,
  leadAlone,
  storeClosed,
  WakeList,
} from '@imagestream/store';
import type {
  EventBatch,
  LeadOptions,
  RangeQuery,
  RangeResult,
  Store,
  StoredValue,
  Transaction,
  TransactionResult,
  WatchQuery,
} from '@imagestream/store';
import { checkSpace } from './disk-space.js';
import { readBatches } from './event-log.js';
import type { Headroom } from './headroom.js';
import type { KeyEntry, Position } from './layout.js';
import { RecentBatches } from './recent-batches.js';
import { planScrub } from './scrub.js';
import { missingRecord, storedBy } from './tables.js';
import type { Tables, TableWriter } from './tables.js';
import type { WriterLock } from './writer-lock.js';
import { unavailable, Writer } from './writer.js';

/** What a store begins with, read from its tables. */
export interface StoreState {
  readonly committedRevision: number;
  readonly compactedRevision: number;
  readonly scrubbedRevision: number;
}

/** What a store is made of. */
export interface StoreParts {
  readonly tables: Tables;
  readonly lock: WriterLock;
  readonly directory: string;
  readonly headroom: Headroom;
  readonly onClosed: () => void;
}

/** The contract of `Store` on the tables of an LMDB environment. */
export class LmdbStore implements Store {
  readonly isShared = false;
  readonly #parts: StoreParts;
  readonly #tables: Tables;
  readonly #writer: Writer;
  readonly #recent = new RecentBatches();
  readonly #wakeList = new WakeList();
  #compactedRevision: number;
  #scrubbedRevision: number;
  readonly #leads = new Set<Promise<void>>();
  readonly #closed = new AbortController();
  #closing: Promise<void> | undefined;

  constructor(parts: StoreParts, state: StoreState) {
    const { tables, lock, directory } = parts;
    this.#parts = parts;
    this.#tables = tables;
    this.#compactedRevision = state.compactedRevision;
    this.#scrubbedRevision = state.scrubbedRevision;
    this.#writer = new Writer({
      tables,
      committedRevision: state.committedRevision,
      checkLock: () => lock.check(),
      checkSpace: (valueBytes) => {
        checkSpace({ directory, valueBytes, reusableBytes: () => tables.reusableBytes() });
      },
      onCommitted: (batches) => {
        this.#recent.add(batches);
        this.#wakeList.wakeAll();
        parts.headroom.ensure(tables.usedBytes());
      },
    });
  }

  async currentRevision(): Promise<number> {
    this.#checkOpen();
    return this.#writer.committedRevision;
  }

  async compactedRevision(): Promise<number> {
    this.#checkOpen();
    return this.#compactedRevision;
  }

  async get(key: string, revision?: number): Promise<StoredValue | undefined> {
    this.#checkOpen();
    checkKey(key);
    const at = this.#readable(revision);
    const entry = this.#tables.keyEntry(key);
    return entry && this.#at(entry, at);
  }

  async range(query: RangeQuery): Promise<RangeResult> {
    this.#checkOpen();
    checkRange(query);
    const { prefix, startAfter = '', limit = Infinity } = query;
    const revision = this.#readable(query.revision);
    const after = startAfter === '' ? '' : `${startAfter}\0`;
    const from = compareKeys(after, prefix) > 0 ? after : prefix;
    const entries: StoredValue[] = [];
    for (const { key, entry } of this.#tables.keysFrom(prefix, from)) {
      if (!key.startsWith(prefix)) break;
      const stored = this.#at(entry, revision);
      if (stored === undefined) continue;
      if (entries.length === limit) return { revision, entries, more: true };
      entries.push(stored);
    }
    return { revision, entries, more: false };
  }

  async txn(transaction: Transaction): Promise<TransactionResult> {
    this.#checkOpen();
    checkTransaction(transaction);
    return this.#writer.txn(transaction);
  }

  async *watch({ prefix, afterRevision, signal }: WatchQuery): AsyncGenerator<EventBatch> {
    checkRevision(afterRevision);
    let seen = afterRevision;
    const isOver = (): boolean => signal?.aborted === true;
    while (!isOver()) {
      this.#checkWatchable(seen);
      for (const batch of this.#batchesAfter(prefix, seen)) {
        // The reader may have taken its time since the last one.
        this.#checkWatchable(seen);
        seen = batch.revision;
        yield batch;
        if (isOver()) return;
      }
      if (seen < this.#writer.committedRevision) continue;
      await this.#wakeList.wait(signal);
      if (this.#closing !== undefined) return;
    }
  }

  async compact(revision: number): Promise<void> {
    this.#checkOpen();
    checkRevision(revision);
    const current = this.#writer.committedRevision;
    if (revision > current) throw futureRevision(revision, current);
    if (revision > this.#compactedRevision) this.#raiseCompacted(revision);
    while (this.#scrubbedRevision < this.#compactedRevision && this.#closing === undefined) {
      this.#scrub();
      // Removing much takes many steps; requests go on in between.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async lead(options: LeadOptions): Promise<void> {
    this.#checkOpen();
    const leading = leadAlone(options, this.#closed.signal);
    this.#leads.add(leading);
    try {
      await leading;
    } finally {
      this.#leads.delete(leading);
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#closed.abort();
    await Promise.allSettled(this.#leads);
    await this.#writer.idle();
    this.#wakeList.wakeAll();
    this.#parts.headroom.close();
    try {
      this.#parts.lock.release();
    } catch (error) {
      throw unavailable(error);
    } finally {
      await this.#tables.close();
      this.#parts.onClosed();
    }
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw storeClosed();
  }

  #checkWatchable(afterRevision: number): void {
    this.#checkOpen();
    if (afterRevision < this.#compactedRevision) {
      throw compacted(afterRevision, this.#compactedRevision);
    }
  }

  /** The revision to read at, refused when it lies outside history. */
  #readable(revision: number | undefined): number {
    const current = this.#writer.committedRevision;
    if (revision === undefined) return current;
    checkRevision(revision);
    if (revision > current) throw futureRevision(revision, current);
    if (revision < this.#compactedRevision) throw compacted(revision, this.#compactedRevision);
    return revision;
  }

  /** What a key held at a revision: the newest record of its chain that is not younger. */
  #at(entry: KeyEntry, revision: number): StoredValue | undefined {
    if (entry.createRevision === undefined && entry.position.revision <= revision) return undefined;
    for (let position: Position | undefined = entry.position; position !== undefined;) {
      const record = this.#tables.record(position);
      // The end of a chain may name a deletion that compaction has removed.
      if (record === undefined && position.revision <= this.#compactedRevision) return undefined;
      if (record === undefined) throw missingRecord(position);
      if (position.revision <= revision) return storedBy(record, position);
      position = record.previous;
    }
    return undefined;
  }

  #batchesAfter(prefix: string, revision: number): Iterable<EventBatch> {
    const current = this.#writer.committedRevision;
    if (revision >= current) return [];
    return (
      this.#recent.after(revision, prefix) ?? readBatches(this.#tables, prefix, revision, current)
    );
  }

  /** Makes the promise to forget durable before anything is forgotten. */
  #raiseCompacted(revision: number): void {
    this.#writeFacts([], (writer) => writer.putMeta('compacted', revision));
    this.#compactedRevision = revision;
    this.#wakeList.wakeAll();
  }

  #scrub(): void {
    const step = planScrub(this.#tables, this.#scrubbedRevision, this.#compactedRevision);
    this.#writeFacts(step.removals, (writer) => {
      step.apply(writer);
      writer.putMeta('scrubbed', step.scrubbedRevision);
    });
    this.#scrubbedRevision = step.scrubbedRevision;
  }

  /** Writes what is no revision. `removals` stands for the records it takes away. */
  #writeFacts(removals: readonly number[], write: (writer: TableWriter) => void): void {
    try {
      // Compaction is what makes room: it may always use the reserve.
      const { directory } = this.#parts;
      checkSpace({ directory, valueBytes: removals, reusableBytes: () => Infinity });
      this.#tables.transactSync((writer) => {
        this.#parts.lock.check();
        write(writer);
        // The log alone would not tell where to go on counting once its end is removed.
        writer.putMeta('revision', this.#writer.committedRevision);
        return undefined;
      });
    } catch (error) {
      throw unavailable(error);
    }
  }
}
