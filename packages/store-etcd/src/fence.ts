import type { KeyLayout } from './key-layout.js';
import { backoffMs, sleep } from './rpc/backoff.js';
import { EtcdError, type EtcdApi } from './rpc/etcd-api.js';
import { decodeStamped } from './stamp.js';
import { isEtcdError } from './store-errors.js';
import { withTimeLimit } from './with-time-limit.js';

/** Where own transactions took place, by their id. One that is not in it never happened. */
export type Settlement = ReadonlyMap<string, number>;

/** The transactions of an instance that were sent while its fence stood at one revision. */
export class Epoch {
  /** The fence's revision; 0 = it was never raised. */
  readonly revision: number;
  readonly #sent = new Set<{ readonly after: number }>();
  /** The one attempt to settle it, shared by all whose answer was lost. */
  settlement: Promise<Settlement> | undefined;

  constructor(revision: number) {
    this.revision = revision;
  }

  /** Notes a transaction that is about to be sent and must come after a revision. */
  begin(after: number): { readonly after: number } {
    const sent = { after };
    this.#sent.add(sent);
    return sent;
  }

  end(sent: { readonly after: number }): void {
    this.#sent.delete(sent);
  }

  /** A revision that all transactions under way come after. */
  oldest(): number {
    return Math.min(...[...this.#sent].map(({ after }) => after));
  }
}

/** What a fence is made with. */
export interface FenceOptions {
  readonly etcd: EtcdApi;
  readonly keys: KeyLayout;
  readonly instance: string;
  readonly attemptTimeoutMs: number;
  readonly random: () => number;
  readonly closed: AbortSignal;
}

/**
 * A key that only this instance writes. All its transactions compare it, so raising it makes an end
 * of those that are still under way somewhere: they have happened before, or never will.
 *
 * An instance that never lost an answer never writes its fence. One that did leaves a small key
 * behind: removing it could bring an old transaction back to life.
 *
 * Source: store-etcd-exactly-once.
 */
export class Fence {
  readonly #options: FenceOptions;
  #epoch = new Epoch(0);
  #newest = 1;

  constructor(options: FenceOptions) {
    this.#options = options;
  }

  /** Under which new transactions are sent. */
  get epoch(): Epoch {
    return this.#epoch;
  }

  /** The newest revision any answer told of. */
  get newestRevision(): number {
    return this.#newest;
  }

  /** Takes note of a revision that exists. */
  see(revision: number): void {
    if (revision > this.#newest) this.#newest = revision;
  }

  /** Goes on after the fence was found at another revision than that of an epoch. */
  adopt(epoch: Epoch, revision: number): void {
    this.see(revision);
    if (this.#epoch === epoch) this.#epoch = new Epoch(revision);
  }

  /**
   * Makes an end of an epoch's transactions and tells which of them happened. Rejects with an
   * `EtcdError` when etcd cannot be asked until the time is over; it may be tried again then.
   */
  settle(epoch: Epoch, until: number): Promise<Settlement> {
    epoch.settlement ??= this.#settle(epoch, until).catch((error: unknown) => {
      epoch.settlement = undefined;
      throw error;
    });
    return epoch.settlement;
  }

  async #settle(epoch: Epoch, until: number): Promise<Settlement> {
    const after = epoch.oldest();
    const raised = await this.#persist(until, () => this.#raise(epoch));
    this.adopt(epoch, raised);
    const { attemptTimeoutMs, closed } = this.#options;
    return this.#persist(until, () =>
      withTimeLimit(attemptTimeoutMs, closed, (stop) => this.#readHistory(after, raised, stop)),
    );
  }

  /** Tries until it works, the time is over or etcd says something that waiting does not change. */
  async #persist<T>(until: number, work: () => Promise<T>): Promise<T> {
    const { random, closed } = this.#options;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        const mayPass = isEtcdError(error, 'Unavailable') && !closed.aborted;
        if (!mayPass || performance.now() >= until) throw error;
      }
      await sleep(backoffMs(attempt, random), [closed]);
    }
  }

  /** Writes the fence once if it stands where the epoch knew it; returns where it stands now. */
  async #raise(epoch: Epoch): Promise<number> {
    const { etcd, keys, instance, attemptTimeoutMs } = this.#options;
    const key = keys.fence(instance);
    const answer = await etcd.txn(
      {
        compare: [{ key, modRevision: epoch.revision }],
        success: [{ type: 'put', key, value: new Uint8Array(0) }],
        failure: [{ type: 'range', range: { key, keysOnly: true } }],
      },
      { timeoutMs: attemptTimeoutMs },
    );
    if (answer.succeeded) return answer.header.revision;
    // An earlier attempt did it, whose answer was lost: nobody else writes this key.
    const [found] = answer.responses;
    const revision = found?.type === 'range' ? found.range.kvs[0]?.modRevision : undefined;
    if (revision !== undefined) return revision;
    throw new EtcdError('InvalidArgument', `the fence ${instance} was removed by somebody`, {
      outcome: 'unknown',
    });
  }

  /** The own transactions between two revisions, from what was written. */
  async #readHistory(after: number, until: number, stop: AbortSignal): Promise<Settlement> {
    const { etcd, keys, instance } = this.#options;
    const happened = new Map<string, number>();
    const own = `${instance}.`;
    // From `after` itself on: what lies behind a compaction then fails instead of being left out.
    const watch = etcd.watch({ ...keys.all, startRevision: after }, stop);
    for await (const { canceled, compactRevision, cancelReason, events } of watch) {
      if (canceled) {
        const code = compactRevision > 0 ? 'Compacted' : 'Unavailable';
        throw new EtcdError(code, `etcd's history cannot be read: ${cancelReason}`, {
          outcome: 'unknown',
        });
      }
      for (const { kv } of events) {
        // Deletes have no value, fences an empty one, and who leads is no stamped one.
        const id = decodeStamped(kv.value)?.id;
        if (id?.startsWith(own) === true) happened.set(id, kv.modRevision);
      }
      if ((events.at(-1)?.kv.modRevision ?? 0) >= until) return happened;
    }
    throw new EtcdError('Unavailable', 'etcd did not tell its history in time', {
      outcome: 'unknown',
    });
  }
}
