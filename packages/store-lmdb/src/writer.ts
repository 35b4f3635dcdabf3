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
  #settle: { resolve: () => void; reject: (error: unknown) => void } | undefined;

  constructor() {
    this.done = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  succeed(): void {
    this.#settle?.resolve();
  }

  fail(error: unknown): void {
    this.#settle?.reject(error);
  }
}

/** What a writer is made from. */
export interface WriterParts {
  readonly tables: Tables;
  readonly committedRevision: number;
  /** Called in revision order with what has become durable, before its callers are told. */
  readonly onCommitted: (batches: readonly EventBatch[]) => void;
  /** Called within each write transaction; throws when this process may no longer write. */
  readonly checkLock: () => void;
  /** Throws when the disk has no room for values of these sizes. */
  readonly checkSpace: (valueBytes: readonly number[]) => void;
}

/**
 * The one that writes. Transactions are judged and numbered at once, in the order they come, against
 * the state that all earlier ones will leave. All that come in one turn of the event loop are then
 * committed as one group and share its flush.
 *
 * The flush blocks the thread for as long as the disk takes. LMDB can do it on a thread of its own,
 * but the binding then neither reports nor survives a write that fails, as on a full disk; and the
 * blocking way is the faster one, since what arrives meanwhile makes the next group larger.
 *
 * Nobody learns anything from a transaction before what it was judged by is durable, refusals
 * included. When a group cannot be committed, all its transactions are rejected.
 */
export class Writer {
  readonly #parts: WriterParts;
  #committedRevision: number;
  #lastRevision: number;
  /** Keys written by transactions that are not yet durable. */
  readonly #undurable = new Map<string, Latest>();
  /** The group that takes transactions, if one has been begun. */
  #group: Group | undefined;
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
    await this.#group?.done;
    return result;
  }

  /** Resolves when nothing waits to be committed any more, whatever the outcome. */
  async idle(): Promise<void> {
    await Promise.allSettled([this.#group?.done]);
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

  /** Numbers the writes and puts them into the group; returns the revision they lead to. */
  #write(operations: readonly Operation[]): number {
    const revision = this.#lastRevision + 1;
    // Everything that can fail comes first, so that a transaction is never half in a group.
    const before = operations.map(({ key }) => this.#latest(key));
    const events: StoreEvent[] = [];
    operations.forEach((operation, i) => {
      const latest = before[i];
      if (operation.type === 'delete' && latest?.stored === undefined) return;
      const position = { revision, index: events.length };
      events.push(this.#enqueue(operation, position, latest));
    });
    if (events.length === 0) return this.#lastRevision;
    this.#openGroup().batches.push({ revision, events });
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
    this.#openGroup().writes.push({ position, record, entry });
    this.#undurable.set(key, { position, stored });
    return eventOf(stored, before);
  }

  /** The group that takes transactions, begun if there is none. */
  #openGroup(): Group {
    if (this.#group !== undefined) return this.#group;
    const group = new Group();
    this.#group = group;
    // Behind all input that is ready now, so that its transactions share the flush.
    setImmediate(() => this.#commit(group));
    return group;
  }

  #commit(group: Group): void {
    this.#group = undefined;
    this.#undurable.clear();
    try {
      this.#parts.checkSpace(group.writes.map(({ record }) => record.value.length));
      this.#commitWrites(group.writes);
    } catch (error) {
      this.#lastRevision = this.#committedRevision;
      group.fail(unavailable(error));
      return;
    }
    this.#committedRevision = this.#lastRevision;
    this.#parts.onCommitted(group.batches);
    group.succeed();
  }

  /** After a failure here the outcome on disk is unknown, so nothing is ever written again. */
  #commitWrites(writes: readonly PendingWrite[]): void {
    try {
      this.#parts.tables.transactSync((writer) => {
        this.#parts.checkLock();
        for (const { position, record, entry } of writes) {
          writer.putRecord(position, record);
          writer.putKey(record.key, entry);
        }
        return undefined;
      });
    } catch (error) {
      this.#broken = unavailable(error);
      throw error;
    }
  }
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

/** A failed write as the contract names it; store errors stay what they are. */
export function unavailable(cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StoreError('Unavailable', `the store cannot write: ${reason}`, { cause });
}
