import { storeClosed, StoreError } from '@imagestream/store';
import type {
  EventBatch,
  LeadOptions,
  RangeQuery,
  RangeResult,
  Store,
  StoredValue,
  StoreErrorDetails,
  Transaction,
  TransactionResult,
  WatchQuery,
} from '@imagestream/store';
import { Election } from './election.js';

/**
 * How the store does: `well`; `away`, which it says at once; or `silent`, where calls hang until it is well again.
 */
export type Health = 'well' | 'away' | 'silent';

/**
 * What becomes of writes: `kept` are done; `unconfirmed` are done, and the one who writes is not told; `lost` are not, and it is
 * not told either; of `refused` ones it knows that they are not.
 */
export type WriteFate = 'kept' | 'unconfirmed' | 'lost' | 'refused';

/**
 * One server's own connection to a store that several servers share, and everything that can be wrong with it. Closing it leaves
 * the store open.
 */
export class Connection implements Store {
  readonly isShared = true;
  health: Health = 'well';
  writes: WriteFate = 'kept';
  /** While true, nothing of what happens is told. */
  isWatchHeld = false;
  /** Calls so far, by method. */
  readonly calls: Record<string, number> = {};
  readonly #shared: Store;
  readonly #election: Election;
  readonly #closed = new AbortController();
  #changed: (() => void)[] = [];
  #progress: number | undefined;
  #fault: Error | undefined;

  constructor(shared: Store, election: Election = new Election()) {
    this.#shared = shared;
    this.#election = election;
  }

  /** Changes how the store does or what it tells, and lets those who wait find out. */
  set(change: Partial<Pick<Connection, 'health' | 'writes' | 'isWatchHeld'>>): void {
    Object.assign(this, change);
    this.#tellAll();
  }

  /** Tells the watches of this connection alone that nothing happened up to a revision. */
  tellProgress(revision: number): void {
    this.#progress = revision;
    this.#tellAll();
  }

  /** Breaks the watch that is open, or the next one. */
  breakWatch(fault: Error): void {
    this.#fault = fault;
    this.#tellAll();
  }

  currentRevision(): Promise<number> {
    return this.#call('currentRevision', () => this.#shared.currentRevision());
  }

  compactedRevision(): Promise<number> {
    return this.#call('compactedRevision', () => this.#shared.compactedRevision());
  }

  get(key: string, revision?: number): Promise<StoredValue | undefined> {
    return this.#call('get', () => this.#shared.get(key, revision));
  }

  range(query: RangeQuery): Promise<RangeResult> {
    return this.#call('range', () => this.#shared.range(query));
  }

  txn(transaction: Transaction): Promise<TransactionResult> {
    return this.#call('txn', async () => {
      if (this.writes === 'refused') throw away({ unwritten: true });
      if (this.writes === 'lost') throw away();
      const result = await this.#shared.txn(transaction);
      if (this.writes === 'unconfirmed') throw away();
      return result;
    });
  }

  async *watch(query: WatchQuery): AsyncGenerator<EventBatch> {
    this.#count('watch');
    const stop = new AbortController();
    const end = (): void => {
      stop.abort();
      this.#tellAll();
    };
    for (const signal of [this.#closed.signal, query.signal]) {
      if (signal?.aborted === true) end();
      signal?.addEventListener('abort', end, { once: true });
    }
    const batches = this.#shared.watch({ ...query, signal: stop.signal })[Symbol.asyncIterator]();
    let next = batches.next();
    while (!stop.signal.aborted) {
      const change = this.#change();
      const came = await (this.isWatchHeld ? change : Promise.race([next, change]));
      this.#throwFault();
      if (stop.signal.aborted || this.isWatchHeld) continue;
      if (this.#progress !== undefined) {
        yield { revision: this.#progress, events: [] };
        this.#progress = undefined;
      }
      if (came === undefined) continue;
      if (came.done === true) return;
      yield came.value;
      next = batches.next();
    }
  }

  compact(revision: number): Promise<void> {
    return this.#call('compact', () => this.#shared.compact(revision));
  }

  async lead({ work, signal }: LeadOptions): Promise<void> {
    this.#count('lead');
    if (this.#closed.signal.aborted) throw storeClosed();
    await this.#election.lead(work, AbortSignal.any([signal, this.#closed.signal]));
  }

  async close(): Promise<void> {
    this.#closed.abort();
    this.#tellAll();
  }

  async #call<T>(name: string, ask: () => Promise<T>): Promise<T> {
    this.#count(name);
    while (this.health === 'silent' && !this.#closed.signal.aborted) {
      await this.#change();
    }
    if (this.#closed.signal.aborted) throw storeClosed();
    if (this.health === 'away') throw away();
    return ask();
  }

  #count(name: string): void {
    this.calls[name] = (this.calls[name] ?? 0) + 1;
  }

  #throwFault(): void {
    const fault = this.#fault;
    this.#fault = undefined;
    if (fault !== undefined) throw fault;
  }

  #change(): Promise<undefined> {
    return new Promise((resolve) => this.#changed.push(() => resolve(undefined)));
  }

  #tellAll(): void {
    const changed = this.#changed;
    this.#changed = [];
    for (const tell of changed) tell();
  }
}

function away(details: StoreErrorDetails = {}): StoreError {
  return new StoreError('Unavailable', 'no member answers', details);
}
