import {
  checkKey,
  checkLeadName,
  checkRange,
  checkRevision,
  checkTransaction,
  storeClosed,
  StoreError,
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
import { follow } from './follow.js';
import type { KeyLayout } from './key-layout.js';
import { lead } from './leadership.js';
import { Progress } from './progress.js';
import type { EtcdApi, RangeRequest, RangeResponse } from './rpc/etcd-api.js';
import { isEtcdError, toStoreError } from './store-errors.js';
import { storedValue } from './stored-value.js';
import { Transactions } from './transactions.js';
import { withTimeLimit } from './with-time-limit.js';

/** What a store on etcd is made of. */
export interface EtcdStoreParts {
  readonly etcd: EtcdApi;
  readonly keys: KeyLayout;
  /** A name no other store that is open has, now or ever. */
  readonly instance: string;
  /** A revision of etcd that exists. */
  readonly knownRevision: number;
  readonly requestTimeoutMs: number;
  readonly attemptTimeoutMs: number;
  readonly leaseSeconds: number;
  /** How long a watch waits at most for an event before it is brought forward by a mark. */
  readonly markAfterMs: number;
  readonly random: () => number;
  readonly onError: (error: unknown) => void;
}

/** Keys asked for at a time when all of a range are wanted: one answer stays in the megabytes. */
const keysPerRead = 500;

/**
 * The contract of `Store` on etcd. It keeps nothing in memory but what is under way.
 *
 * Source: store-etcd-revision.
 */
export class EtcdStore implements Store {
  readonly isShared = true;
  readonly #parts: EtcdStoreParts;
  readonly #etcd: EtcdApi;
  readonly #keys: KeyLayout;
  readonly #transactions: Transactions;
  readonly #progress: Progress;
  readonly #closed = new AbortController();
  /** Transactions and leads that `close` waits for. */
  readonly #underWay = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  constructor(parts: EtcdStoreParts) {
    this.#parts = parts;
    this.#etcd = parts.etcd;
    this.#keys = parts.keys;
    const closed = this.#closed.signal;
    this.#progress = new Progress({ ...parts, closed, mark: () => this.#mark() });
    this.#transactions = new Transactions({
      ...parts,
      closed,
      onCommit: (revision) => this.#progress.happened(revision),
    });
    this.#transactions.see(parts.knownRevision);
  }

  /** etcd's, so it may be that of somebody who writes elsewhere in it. */
  async currentRevision(): Promise<number> {
    this.#checkOpen();
    const { header } = await this.#range({ key: this.#keys.mark, countOnly: true });
    this.#progress.told(header.revision);
    return header.revision;
  }

  async #mark(): Promise<number> {
    const mark = { type: 'put', key: this.#keys.mark, value: new Uint8Array(0) } as const;
    const { header } = await this.#etcd.txn({ compare: [], success: [mark], failure: [] });
    return header.revision;
  }

  async compactedRevision(): Promise<number> {
    this.#checkOpen();
    try {
      await this.#etcd.range({ key: this.#keys.mark, revision: 1, countOnly: true });
      return 1;
    } catch (error) {
      if (!isEtcdError(error, 'Compacted')) throw toStoreError(error);
    }
    return this.#readCompactedRevision();
  }

  /** etcd tells what it was compacted at only to those who watch from before that. */
  async #readCompactedRevision(): Promise<number> {
    const { requestTimeoutMs, onError } = this.#parts;
    const found = await withTimeLimit(requestTimeoutMs, this.#closed.signal, async (stop) => {
      while (!stop.aborted) {
        try {
          const watch = this.#etcd.watch({ key: this.#keys.mark, startRevision: 1 }, stop);
          for await (const { compactRevision } of watch) {
            if (compactRevision > 0) return compactRevision;
          }
        } catch (error) {
          if (!isEtcdError(error, 'Unavailable')) throw toStoreError(error);
          onError(error);
        }
      }
      return undefined;
    });
    this.#checkOpen();
    if (found !== undefined) return found;
    throw new StoreError('Unavailable', 'etcd did not tell in time what it was compacted at');
  }

  async get(key: string, revision?: number): Promise<StoredValue | undefined> {
    this.#checkOpen();
    checkKey(key);
    if (revision !== undefined) checkRevision(revision);
    const { kvs } = await this.#range({ key: this.#keys.object(key), ...at(revision) });
    return kvs[0] && storedValue(this.#keys, kvs[0]);
  }

  async range(query: RangeQuery): Promise<RangeResult> {
    this.#checkOpen();
    checkRange(query);
    const { prefix, limit = Infinity } = query;
    const entries: StoredValue[] = [];
    let { revision, startAfter } = query;
    for (;;) {
      const wanted = Math.min(keysPerRead, limit - entries.length);
      const range = this.#keys.objects(prefix, startAfter);
      const answer = await this.#range({ ...range, limit: wanted, ...at(revision) });
      revision ??= answer.header.revision;
      for (const kv of answer.kvs) {
        const stored = storedValue(this.#keys, kv);
        if (stored !== undefined) entries.push(stored);
      }
      startAfter = entries.at(-1)?.key ?? startAfter;
      if (!answer.more || entries.length >= limit) return { revision, entries, more: answer.more };
    }
  }

  async txn(transaction: Transaction): Promise<TransactionResult> {
    this.#checkOpen();
    checkTransaction(transaction);
    const result = await this.#track(this.#transactions.run(transaction));
    this.#progress.told(result.revision);
    return result;
  }

  async *watch({ prefix, afterRevision, signal }: WatchQuery): AsyncGenerator<EventBatch> {
    checkRevision(afterRevision);
    this.#checkOpen();
    const { onError, random } = this.#parts;
    const closed = this.#closed.signal;
    const position = this.#progress.watch(afterRevision);
    try {
      yield* follow({
        etcd: this.#etcd,
        keys: this.#keys,
        prefix,
        afterRevision,
        position,
        signal: signal === undefined ? closed : AbortSignal.any([signal, closed]),
        random,
        onError,
      });
    } finally {
      position.end();
    }
  }

  async compact(revision: number): Promise<void> {
    this.#checkOpen();
    checkRevision(revision);
    try {
      await this.#etcd.compact(revision);
    } catch (error) {
      // Somebody else has compacted further: there is nothing left to do.
      if (!isEtcdError(error, 'Compacted')) throw toStoreError(error, revision);
    }
  }

  async lead(options: LeadOptions): Promise<void> {
    this.#checkOpen();
    checkLeadName(options.name);
    const signal = AbortSignal.any([options.signal, this.#closed.signal]);
    await this.#track(lead({ ...options, signal }, this.#parts));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#closed.abort();
    await Promise.allSettled(this.#underWay);
    this.#etcd.close();
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw storeClosed();
  }

  async #range(request: RangeRequest): Promise<RangeResponse> {
    try {
      const { requestTimeoutMs: timeoutMs } = this.#parts;
      const answer = await this.#etcd.range(request, { timeoutMs });
      this.#transactions.see(answer.header.revision);
      return answer;
    } catch (error) {
      throw toStoreError(error, request.revision);
    }
  }

  async #track<T>(work: Promise<T>): Promise<T> {
    this.#underWay.add(work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(work);
    }
  }
}

function at(revision: number | undefined): Pick<RangeRequest, 'revision'> {
  return revision === undefined ? {} : { revision };
}
