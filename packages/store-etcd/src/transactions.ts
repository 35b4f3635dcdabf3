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
  readonly closed: AbortSignal;
}

/** etcd's own default is 128 steps in a branch; two are ours. */
const maxOperations = 126;

/**
 * Runs transactions exactly once.
 *
 * Every transaction is one etcd transaction: it compares the revisions of its conditions and the
 * instance's fence, and writes its keys and the head. When the answer is lost, the fence is raised,
 * after which the transaction can no longer happen if it has not; the history of the head tells
 * whether it has. Only what provably did not happen is sent again.
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
    const prepared = await this.#prepare(given);
    if (prepared.type === 'settled') return prepared.result;
    const { transaction } = prepared;
    const epoch = this.#fence.epoch;
    const id = this.#nextId();
    const sent = epoch.begin(this.#fence.newestRevision);
    try {
      const answer = await this.#options.etcd.txn(this.#request(transaction, { epoch, id }), {
        timeoutMs: this.#options.attemptTimeoutMs,
      });
      this.#fence.see(answer.header.revision);
      if (answer.succeeded) return { type: 'committed', revision: answer.header.revision };
      return this.#refusal(given, { epoch, answer });
    } catch (error) {
      if (!isEtcdError(error)) throw error;
      if (error.outcome === 'unknown') {
        const revision = await this.#lookUp(epoch, id, until);
        return revision === undefined ? undefined : { type: 'committed', revision };
      }
      if (error.code !== 'Unavailable') throw toStoreError(error);
      return undefined;
    } finally {
      epoch.end(sent);
    }
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
   * A transaction that only deletes may change nothing, and then must not write the head. Unless its
   * conditions say that something is there, what there is to delete is read first, and has to be
   * the same when it is deleted.
   */
  async #prepare(
    transaction: Transaction,
  ): Promise<
    | { readonly type: 'ready'; readonly transaction: Transaction }
    | { readonly type: 'settled'; readonly result: TransactionResult }
  > {
    if (changesSurely(transaction)) return { type: 'ready', transaction };
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

  /** What some keys hold, and the store's revision, all at one moment. */
  async #read(
    keys: readonly string[],
  ): Promise<{ revision: number; current: (StoredValue | undefined)[] }> {
    try {
      const { responses } = await this.#options.etcd.txn({
        compare: [],
        success: [this.#readHead(), ...keys.map((key) => this.#readObject(key))],
        failure: [],
      });
      const [head, ...objects] = responses;
      return { revision: revisionOf(head), current: objects.map((op) => this.#stored(op)) };
    } catch (error) {
      throw toStoreError(error);
    }
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
      success: [
        ...operations.map((operation) => this.#write(operation)),
        { type: 'put', key: keys.head, value: Buffer.from(id, 'latin1') },
      ],
      failure: [
        { type: 'range', range: { key: fence, keysOnly: true } },
        this.#readHead(),
        ...conditions.map(({ key }) => this.#readObject(key)),
      ],
    };
  }

  #write(operation: Operation): RequestOp {
    const key = this.#options.keys.object(operation.key);
    return operation.type === 'delete'
      ? { type: 'delete', key }
      : { type: 'put', key, value: operation.value };
  }

  #readHead(): RequestOp {
    return { type: 'range', range: { key: this.#options.keys.head, keysOnly: true } };
  }

  #readObject(key: string): RequestOp {
    return { type: 'range', range: { key: this.#options.keys.object(key) } };
  }

  #stored(op: ResponseOp): StoredValue | undefined {
    const kv = op.type === 'range' ? op.range.kvs[0] : undefined;
    return kv && storedValue(this.#options.keys, kv);
  }

  /** What a refused attempt means: the caller's conditions failed, or only what was added to them. */
  #refusal(
    { conditions }: Transaction,
    { epoch, answer }: { readonly epoch: Epoch; readonly answer: TxnResponse },
  ): TransactionResult | undefined {
    const [fence, head, ...objects] = answer.responses;
    const raised = revisionOf(fence, 0);
    if (raised !== epoch.revision) {
      this.#fence.adopt(epoch, raised);
      return undefined;
    }
    const current = objects.slice(0, conditions.length).map((op) => this.#stored(op));
    if (hold(conditions, current)) return undefined;
    return { type: 'refused', revision: revisionOf(head), current };
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

/** The revision of the one key a step read; that of an empty store when there is none. */
function revisionOf(op: ResponseOp | undefined, absent = 1): number {
  return (op?.type === 'range' ? op.range.kvs[0]?.modRevision : undefined) ?? absent;
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
