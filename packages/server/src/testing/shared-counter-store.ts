import { compacted, createMemoryStore, futureRevision } from '@imagestream/store';
import type {
  EventBatch,
  LeadOptions,
  RangeQuery,
  RangeResult,
  Store,
  StoredValue,
  StoreEvent,
  Transaction,
  TransactionResult,
  WatchQuery,
} from '@imagestream/store';

/**
 * A store that shares its counter with others who write more often than it does, as one of several in an etcd: all its revisions
 * exist, but most of them are nobody's here. Can be compacted by others beyond its own newest revision.
 */
export class SharedCounterStore implements Store {
  readonly isShared = true;
  readonly #own: Store = createMemoryStore();
  /** The shared revision of each own one, from the first (1) on. */
  readonly #shared: number[] = [1];
  #counter = 1;
  #compacted = 1;

  /** Others write so often; returns where the counter stands then. */
  othersWrite(times: number): number {
    this.#counter += times;
    return this.#counter;
  }

  /** Others compact everything up to a revision. */
  othersCompact(revision: number): void {
    this.#compacted = Math.max(this.#compacted, revision);
  }

  async currentRevision(): Promise<number> {
    return this.#toShared(await this.#own.currentRevision());
  }

  async compactedRevision(): Promise<number> {
    return this.#compacted;
  }

  async get(key: string, revision?: number): Promise<StoredValue | undefined> {
    return this.#stored(await this.#own.get(key, this.#readable(revision)));
  }

  async range(query: RangeQuery): Promise<RangeResult> {
    const own = this.#readable(query.revision) ?? (await this.#own.currentRevision());
    const result = await this.#own.range({ ...query, revision: own });
    const entries = result.entries.map((entry) => this.#known(entry));
    return { ...result, entries, revision: query.revision ?? this.#toShared(own) };
  }

  async txn({ conditions, operations }: Transaction): Promise<TransactionResult> {
    const result = await this.#own.txn({
      operations,
      conditions: conditions.map(({ key, modRevision }) => ({
        key,
        modRevision: modRevision === 0 ? 0 : this.#exactly(modRevision),
      })),
    });
    const revision = this.#toShared(result.revision);
    if (result.type === 'committed') return { ...result, revision };
    return { ...result, revision, current: result.current.map((stored) => this.#stored(stored)) };
  }

  async *watch({ afterRevision, ...query }: WatchQuery): AsyncGenerator<EventBatch> {
    if (afterRevision < this.#compacted) throw compacted(afterRevision, this.#compacted);
    const after = this.#toOwn(afterRevision);
    for await (const { revision, events } of this.#own.watch({ ...query, afterRevision: after })) {
      const shared = this.#toShared(revision);
      yield { revision: shared, events: events.map((event) => this.#event(event)) };
    }
  }

  async compact(revision: number): Promise<void> {
    if (revision > this.#counter) throw futureRevision(revision, this.#counter);
    if (revision <= this.#compacted) throw compacted(revision, this.#compacted);
    this.#compacted = revision;
  }

  lead(options: LeadOptions): Promise<void> {
    return this.#own.lead(options);
  }

  close(): Promise<void> {
    return this.#own.close();
  }

  /** Whoever is the first to hear of an own revision gives it its place in the shared count. */
  #toShared(own: number): number {
    while (this.#shared.length < own) this.#shared.push((this.#counter += 1));
    return this.#shared[own - 1] ?? 0;
  }

  #toOwn(shared: number): number {
    return this.#shared.findLastIndex((revision) => revision <= shared) + 1;
  }

  /** The own revision that is this shared one, else one that does not exist. */
  #exactly(shared: number): number {
    return this.#shared.indexOf(shared) + 1 || Number.MAX_SAFE_INTEGER;
  }

  #readable(shared: number | undefined): number | undefined {
    if (shared === undefined) return undefined;
    if (shared > this.#counter) throw futureRevision(shared, this.#counter);
    if (shared < this.#compacted) throw compacted(shared, this.#compacted);
    return this.#toOwn(shared);
  }

  #stored(stored: StoredValue | undefined): StoredValue | undefined {
    return stored === undefined ? undefined : this.#known(stored);
  }

  #known(stored: StoredValue): StoredValue {
    const { createRevision, modRevision } = stored;
    return {
      ...stored,
      createRevision: this.#toShared(createRevision),
      modRevision: this.#toShared(modRevision),
    };
  }

  #event(event: StoreEvent): StoreEvent {
    if (event.type === 'delete') return { type: 'delete', previous: this.#known(event.previous) };
    const current = this.#known(event.current);
    return event.previous === undefined
      ? { type: 'put', current }
      : { type: 'put', current, previous: this.#known(event.previous) };
  }
}
