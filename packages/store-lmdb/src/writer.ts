import { StoreError } from '@imagestream/store';
import type {
  EventBatch,
  Operation,
  StoredValue,
  StoreEvent,
  Transaction,
  TransactionResult,
} from '@imagestream/store';
import { missingRecord, storedBy } from './tables.js';
import type { Tables } from './tables.js';
import type { KeyEntry, LogRecord, Position } from './layout.js';

/** A key as the newest transaction left it, durable or not. */
interface Latest {
  readonly position: Position;
  readonly stored: StoredValue | undefined;
}

interface PendingWrite {
  readonly position: Position;
  readonly record: LogRecord;
  readonly entry: KeyEntry;
}

/** Transactions that are committed together. */
class Group {
  readonly writes: PendingWrite[] = [];
  readonly batches: EventBatch[] = [];
  /** Settles when the group is durable or has failed. */
  readonly done: Promise<void>;
  settle: { resolve: () => void; reject: (error: unknown) => void } | undefined;

  constructor() {
    this.done = new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
    });
  }
}

/** What a writer is made from. */
export interface WriterParts {
  readonly tables: Tables;
  readonly committedRevision: number;
  /** Called in revision order with what has become durable, before its callers are told. */
  readonly onCommitted: (batches: readonly EventBatch[]) => void;
  /** Throws when this process may no longer write. */
  readonly checkLock: () => void;
}

/**
 * The one that writes. Transactions are judged and numbered at once, in the order they come, against
 * the state that all earlier ones will leave; then they wait for the disk in groups. While one
 * group is being flushed the next one fills, so many writers share the cost of one flush.
 *
 * Nobody learns anything from a transaction before what it was judged by is durable, refusals
 * included. When a group cannot be committed, it and everything judged after it is rejected.
 */
export class Writer {
  readonly #parts: WriterParts;
  #committedRevision: number;
  #lastRevision: number;
  /** Keys written by transactions that are not yet durable. */
  readonly #undurable = new Map<string, Latest>();
  /** The group that still takes transactions. */
  #filling: Group | undefined;
  /** The newest group that has not settled. */
  #newest: Group | undefined;
  /** Ends when everything queued so far has been done; never rejects. */
  #queue: Promise<void> = Promise.resolve();
  #broken: StoreError | undefined;

  constructor(parts: WriterParts) {
    this.#parts = parts;
    this.#committedRevision = parts.committedRevision;
    this.#lastRevision = parts.committedRevision;
  }

  get committedRevision(): number {
    return this.#committedRevision;
  }

  /** Like `Store.txn`, for a transaction whose form has been checked. */
  async txn({ conditions, operations }: Transaction): Promise<TransactionResult> {
    if (this.#broken !== undefined) throw this.#broken;
    const current = conditions.map(({ key }) => this.#latest(key)?.stored);
    const holds = conditions.every((c, i) => c.modRevision === (current[i]?.modRevision ?? 0));
    const result = holds
      ? ({ type: 'committed', revision: this.#write(operations) } as const)
      : ({ type: 'refused', revision: this.#lastRevision, current } as const);
    await this.#newest?.done;
    return result;
  }

  /** Runs `action` when no group is being committed and none will be until it is done. */
  exclusive(action: () => Promise<void>): Promise<void> {
    const run = this.#queue.then(action);
    this.#queue = run.catch(() => undefined);
    return run;
  }

  /** Resolves when all that is queued has been done, well or badly. */
  async idle(): Promise<void> {
    await this.#queue;
  }

  #latest(key: string): Latest | undefined {
    return this.#undurable.get(key) ?? this.#durable(key);
  }

  #durable(key: string): Latest | undefined {
    const { tables } = this.#parts;
    const entry = tables.keyEntry(key);
    if (entry === undefined) return undefined;
    const { position, createRevision } = entry;
    if (createRevision === undefined) return { position, stored: undefined };
    const record = tables.record(position);
    if (record === undefined) throw missingRecord(position);
    return { position, stored: storedBy(record, position) };
  }

  /** Numbers the writes and puts them into the filling group; returns the revision they lead to. */
  #write(operations: readonly Operation[]): number {
    const revision = this.#lastRevision + 1;
    const events: StoreEvent[] = [];
    for (const operation of operations) {
      const latest = this.#latest(operation.key);
      if (operation.type === 'delete' && latest?.stored === undefined) continue;
      const position = { revision, index: events.length };
      events.push(this.#enqueue(operation, position, latest));
    }
    if (events.length === 0) return this.#lastRevision;
    this.#group().batches.push({ revision, events });
    this.#lastRevision = revision;
    return revision;
  }

  #enqueue(operation: Operation, position: Position, latest: Latest | undefined): StoreEvent {
    const { key, type } = operation;
    const before = latest?.stored;
    const createRevision = before?.createRevision ?? position.revision;
    const value = operation.type === 'put' ? operation.value : new Uint8Array(0);
    const record: LogRecord = { type, key, value, createRevision, previous: latest?.position };
    const stored = storedBy(record, position);
    const entry = { position, createRevision: stored && createRevision };
    this.#group().writes.push({ position, record, entry });
    this.#undurable.set(key, { position, stored });
    return eventOf(stored, before);
  }

  /** The group that takes transactions, begun and queued if there is none. */
  #group(): Group {
    if (this.#filling !== undefined) return this.#filling;
    const group = new Group();
    this.#filling = group;
    this.#newest = group;
    this.#queue = this.#queue.then(() => this.#commit(group));
    return group;
  }

  /** Never rejects: the outcome goes to the group. */
  async #commit(group: Group): Promise<void> {
    // Already rejected together with a group before it.
    if (group.settle === undefined) return;
    if (this.#filling === group) this.#filling = undefined;
    try {
      this.#parts.checkLock();
      await this.#parts.tables.commit((writer) => {
        for (const { position, record, entry } of group.writes) {
          writer.putRecord(position, record);
          writer.putKey(record.key, entry);
        }
      });
    } catch (error) {
      this.#fail(group, error);
      return;
    }
    this.#succeed(group);
  }

  #succeed(group: Group): void {
    this.#committedRevision = group.batches.at(-1)?.revision ?? this.#committedRevision;
    for (const { position, record } of group.writes) {
      const undurable = this.#undurable.get(record.key);
      if (undurable?.position.revision === position.revision) this.#undurable.delete(record.key);
    }
    if (this.#newest === group) this.#newest = undefined;
    this.#parts.onCommitted(group.batches);
    settle(group)?.resolve();
  }

  /** Rejects the group and all that was judged by it. */
  #fail(group: Group, cause: unknown): void {
    const error = unavailable(cause);
    // If LMDB says that the transaction failed and yet shows it, its durability is unknown.
    if (!this.#isAsBefore()) this.#broken = error;
    const filling = this.#filling;
    this.#filling = undefined;
    this.#newest = undefined;
    this.#undurable.clear();
    this.#lastRevision = this.#committedRevision;
    settle(group)?.reject(error);
    if (filling !== undefined) settle(filling)?.reject(error);
  }

  /** Whether the log still ends where the last successful commit left it. */
  #isAsBefore(): boolean {
    try {
      this.#parts.checkLock();
      this.#parts.tables.refresh();
      const newest = this.#parts.tables.newestPosition();
      return (newest?.revision ?? 0) <= this.#committedRevision;
    } catch {
      // Whoever cannot even look must not write either.
      return false;
    }
  }
}

function settle(group: Group): Group['settle'] {
  const { settle: functions } = group;
  group.settle = undefined;
  return functions;
}

function eventOf(stored: StoredValue | undefined, before: StoredValue | undefined): StoreEvent {
  if (stored === undefined) {
    if (before === undefined) throw new Error('an absent key cannot be deleted');
    return { type: 'delete', previous: before };
  }
  return before === undefined
    ? { type: 'put', current: stored }
    : { type: 'put', current: stored, previous: before };
}

function unavailable(cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StoreError('Unavailable', `the store cannot write: ${reason}`, { cause });
}
