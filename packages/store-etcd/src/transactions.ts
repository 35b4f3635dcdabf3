import type {
  Condition,
  Operation,
  StoredValue,
  Transaction,
  TransactionResult,
} from '@imagestream/store';
import { StoreError } from '@imagestream/store';
import { Fence, type Epoch } from './fence.js';
import type { KeyLayout } from './key-layout.js';
import { backoffMs, sleep } from './rpc/backoff.js';
import type { EtcdApi, RequestOp, ResponseOp, TxnRequest, TxnResponse } from './rpc/etcd-api.js';
import { isEtcdError, toStoreError } from './store-errors.js';
import { encodeStamped } from './stamp.js';
import { storedValue } from './stored-value.js';

/** What transactions are run with. */
export interface TransactionsOptions {
  readonly etcd: EtcdApi;
  readonly keys: KeyLayout;
  /** A name no other instance has, now or ever. */
  readonly instance: string;
  /** How long a transaction is tried. */
  readonly requestTimeoutMs: number;
  /** How long one member is waited for. */
  readonly attemptTimeoutMs: number;
  readonly random: () => number;
  /** Told of every revision at which something was written. */
  readonly onCommit: (revision: number) => void;
  readonly closed: AbortSignal;
}

/** etcd's own default is 128 steps in a branch; one is ours. */
const maxOperations = 127;

/**
 * Runs transactions exactly once.
 *
 * Every transaction is one etcd transaction: it compares the revisions of its conditions and the
 * instance's fence, and writes its id with what it writes. When the answer is lost, the fence is
 * raised, after which the transaction can no longer happen if it has not; etcd's history tells by the
 * id whether it has. Only what provably did not happen is sent again.
 *
 * Source: store-etcd-exactly-once.
 */
export class Transactions {
  readonly #options: TransactionsOptions;
  readonly #fence: Fence;
  #count = 0;

  constructor(options: TransactionsOptions) {
    this.#options = options;
    this.#fence = new Fence(options);
  }

  /** Takes note of a revision that exists, so that a lost answer is not searched for before it. */
  see(revision: number): void {
    this.#fence.see(revision);
  }

  /** Like `Store.txn`, for a transaction whose form has been checked. */
  async run(transaction: Transaction): Promise<TransactionResult> {
    checkSize(transaction);
    const until = performance.now() + this.#options.requestTimeoutMs;
    for (let attempt = 0; ; attempt += 1) {
      const result = await this.#try(transaction, until);
      if (result !== undefined) return result;
      if (performance.now() >= until) throw notWritten(this.#options.requestTimeoutMs);
      if (attempt > 0) await this.#pause(attempt);
    }
  }

  #pause(attempt: number): Promise<void> {
    const { random, closed } = this.#options;
    return sleep(backoffMs(attempt, random), [closed]);
  }

  /** One attempt; undefined when it provably did nothing and may be made again. */
  async #try(given: Transaction, until: number): Promise<TransactionResult | undefined> {
    let transaction = given;
    if (!changesSurely(given)) {
      const prepared = await this.#prepare(given);
      if (prepared.type === 'settled') return prepared.result;
      ({ transaction } = prepared);
    }
    const epoch = this.#fence.epoch;
    const id = this.#nextId();
    const sent = epoch.begin(this.#fence.newestRevision);
    try {
      const answer = await this.#options.etcd.txn(this.#request(transaction, { epoch, id }), {
        timeoutMs: this.#options.attemptTimeoutMs,
      });
      this.#fence.see(answer.header.revision);
      if (answer.succeeded) return this.#committed(answer.header.revision);
    } catch (error) {
      if (!isEtcdError(error)) throw error;
      if (error.outcome === 'unknown') {
        const revision = await this.#lookUp(epoch, id, until);
        return revision === undefined ? undefined : this.#committed(revision);
      }
      if (error.code !== 'Unavailable') throw toStoreError(error);
      return undefined;
    } finally {
      epoch.end(sent);
    }
    return this.#refusal(given, epoch);
  }

  #committed(revision: number): TransactionResult {
    this.#options.onCommit(revision);
    return { type: 'committed', revision };
  }

  /** The revision at which a transaction happened whose answer was lost; undefined = never. */
  async #lookUp(epoch: Epoch, id: string, until: number): Promise<number | undefined> {
    try {
      return (await this.#fence.settle(epoch, until)).get(id);
    } catch (error) {
      if (!isEtcdError(error)) throw error;
      throw new StoreError(
        'Unavailable',
        `etcd did not tell whether it wrote, and cannot be asked: ${error.message}`,
        { cause: error },
      );
    }
  }

  #nextId(): string {
    this.#count += 1;
    return `${this.#options.instance}.${this.#count}`;
  }

  /**
   * A transaction that only deletes may change nothing, and then must not write the mark. What there
   * is to delete is read first, and has to be the same when it is deleted.
   */
  async #prepare(
    transaction: Transaction,
  ): Promise<
    | { readonly type: 'ready'; readonly transaction: Transaction }
    | { readonly type: 'settled'; readonly result: TransactionResult }
  > {
    const { conditions, operations } = transaction;
    const keys = [...conditions, ...operations].map(({ key }) => key);
    const { revision, current } = await this.#read(keys);
    const ours = current.slice(0, conditions.length);
    if (!hold(conditions, ours)) {
      return { type: 'settled', result: { type: 'refused', revision, current: ours } };
    }
    const doomed = current.slice(conditions.length);
    if (doomed.every((stored) => stored === undefined)) {
      return { type: 'settled', result: { type: 'committed', revision } };
    }
    const seen = operations.map(({ key }, i) => ({
      key,
      modRevision: doomed[i]?.modRevision ?? 0,
    }));
    return { type: 'ready', transaction: { conditions: [...conditions, ...seen], operations } };
  }

  /** What some keys hold, and etcd's revision, all at one moment. */
  async #read(
    keys: readonly string[],
  ): Promise<{ revision: number; current: (StoredValue | undefined)[] }> {
    const { header, responses } = await this.#ask(keys.map((key) => this.#readObject(key)));
    return { revision: header.revision, current: responses.map((op) => this.#stored(op)) };
  }

  #request(
    { conditions, operations }: Transaction,
    { epoch, id }: { readonly epoch: Epoch; readonly id: string },
  ): TxnRequest {
    const { keys, instance } = this.#options;
    const fence = keys.fence(instance);
    return {
      compare: [
        { key: fence, modRevision: epoch.revision },
        ...conditions.map(({ key, modRevision }) => ({ key: keys.object(key), modRevision })),
      ],
      success: this.#writes(operations, id),
      // Every member keeps the whole request in its log: why it was refused is asked when it was.
      failure: [],
    };
  }

  /** What is deleted cannot carry an id: when nothing else does, the mark does. */
  #writes(operations: readonly Operation[], id: string): RequestOp[] {
    const { keys } = this.#options;
    const writes = operations.map((operation): RequestOp => {
      const key = keys.object(operation.key);
      return operation.type === 'delete'
        ? { type: 'delete', key }
        : { type: 'put', key, value: encodeStamped({ id, value: operation.value }) };
    });
    if (writes.some(({ type }) => type === 'put')) return writes;
    return [
      ...writes,
      { type: 'put', key: keys.mark, value: encodeStamped({ id, value: new Uint8Array(0) }) },
    ];
  }

  #readObject(key: string): RequestOp {
    return { type: 'range', range: { key: this.#options.keys.object(key) } };
  }

  #stored(op: ResponseOp): StoredValue | undefined {
    const kv = op.type === 'range' ? op.range.kvs[0] : undefined;
    return kv && storedValue(this.#options.keys, kv);
  }

  /**
   * What a refused attempt means: the caller's conditions do not hold, or it was made under a fence
   * that has been raised, or somebody wrote in between. Only the first is an answer; after the others
   * it is tried again.
   */
  async #refusal(
    { conditions }: Transaction,
    epoch: Epoch,
  ): Promise<TransactionResult | undefined> {
    const fence = this.#options.keys.fence(this.#options.instance);
    const reads = conditions.map(({ key }) => this.#readObject(key));
    const { header, responses } = await this.#ask([
      { type: 'range', range: { key: fence, keysOnly: true } },
      ...reads,
    ]);
    const [raised, ...objects] = responses;
    if (revisionOf(raised) !== epoch.revision) {
      this.#fence.adopt(epoch, revisionOf(raised));
      return undefined;
    }
    const current = objects.map((op) => this.#stored(op));
    if (hold(conditions, current)) return undefined;
    return { type: 'refused', revision: header.revision, current };
  }

  /** Some reads at one moment. */
  async #ask(reads: readonly RequestOp[]): Promise<TxnResponse> {
    try {
      return await this.#options.etcd.txn({ compare: [], success: reads, failure: [] });
    } catch (error) {
      throw toStoreError(error);
    }
  }
}

/** Whether a transaction whose conditions hold is certain to change something. */
function changesSurely({ conditions, operations }: Transaction): boolean {
  return operations.some(
    ({ type, key }) => type === 'put' || conditions.some((c) => c.key === key && c.modRevision > 0),
  );
}

function hold(
  conditions: readonly Condition[],
  current: readonly (StoredValue | undefined)[],
): boolean {
  return conditions.every((c, i) => c.modRevision === (current[i]?.modRevision ?? 0));
}

/** The revision of the one key a step read; 0 when there is none. */
function revisionOf(op: ResponseOp | undefined): number {
  return (op?.type === 'range' ? op.range.kvs[0]?.modRevision : undefined) ?? 0;
}

function checkSize(transaction: Transaction): void {
  const { conditions, operations } = transaction;
  // Deletes that may find nothing become conditions too.
  const count = changesSurely(transaction)
    ? Math.max(conditions.length, operations.length)
    : conditions.length + operations.length;
  if (count <= maxOperations) return;
  throw new StoreError(
    'TooLarge',
    `the transaction has ${count} steps, etcd takes ${maxOperations}: split it`,
  );
}

function notWritten(timeoutMs: number): StoreError {
  return new StoreError(
    'Unavailable',
    `etcd could not be reached for ${timeoutMs} ms; nothing was written`,
    { unwritten: true },
  );
}
