import type { LeadOptions } from '@imagestream/store';
import type { KeyLayout } from './key-layout.js';
import { sleep } from './rpc/backoff.js';
import type { EtcdApi } from './rpc/etcd-api.js';
import { isEtcdError, toStoreError } from './store-errors.js';

/** What leading takes. */
export interface LeadershipOptions {
  readonly etcd: EtcdApi;
  readonly keys: KeyLayout;
  /** Written into the key, for people. */
  readonly instance: string;
  readonly leaseSeconds: number;
  readonly random: () => number;
  /** Told of what went wrong; it is tried again. */
  readonly onError: (error: unknown) => void;
}

/** A renewal that fails may be tried again twice before the lease runs out. */
const renewalsPerLease = 3;
/** How much earlier than etcd a leader thinks its lease is over. */
const marginMs = 1_000;
/** How long a leader that ends tries to say so. */
const resignWithinMs = 1_000;
/** How often others look whether the lead is free. */
const lookEveryMs = 1_000;

/**
 * `Store.lead` on etcd: who creates the key of the name leads for as long as its lease is renewed.
 * The key goes with the lease, so a leader that dies or is stopped is followed by another one within
 * the lease's time and a second. A leader that cannot renew stops a second before etcd would give
 * the lead to others.
 *
 * Source: store-etcd-lead.
 */
export async function lead(
  { name, work, signal }: LeadOptions,
  options: LeadershipOptions,
): Promise<void> {
  while (!signal.aborted) {
    const term = await campaign(name, signal, options);
    if (term === undefined) continue;
    try {
      const isDone = await term.run(work, signal);
      if (isDone) return;
    } finally {
      await term.resign();
    }
  }
}

/** Waits for the lead to be free and takes it; undefined when that did not work out. */
async function campaign(
  name: string,
  signal: AbortSignal,
  options: LeadershipOptions,
): Promise<Term | undefined> {
  const { etcd, keys, instance, leaseSeconds, random, onError } = options;
  const key = keys.leader(name);
  try {
    const { kvs } = await etcd.range({ key, keysOnly: true }, { signal });
    if (kvs.length > 0) {
      await sleep(lookEveryMs * (1 + random() / 2), [signal]);
      return undefined;
    }
    const grantedAt = performance.now();
    const { id } = await etcd.leaseGrant(leaseSeconds, { signal });
    const term = new Term(id, grantedAt, options);
    const isTaken = await takes(etcd, term, { key, value: Buffer.from(instance), leaseId: id });
    return isTaken ? term : undefined;
  } catch (error) {
    if (signal.aborted) return undefined;
    if (!isEtcdError(error, 'Unavailable')) throw toStoreError(error);
    onError(error);
    await sleep(lookEveryMs * (1 + random() / 2), [signal]);
  }
  return undefined;
}

/** Creates the key unless somebody else was faster. Whatever comes of it, no lease is left without need. */
async function takes(
  etcd: EtcdApi,
  term: Term,
  put: { readonly key: Uint8Array; readonly value: Uint8Array; readonly leaseId: string },
): Promise<boolean> {
  let succeeded = false;
  try {
    const answer = await etcd.txn({
      compare: [{ key: put.key, modRevision: 0 }],
      success: [{ type: 'put', ...put }],
      failure: [],
    });
    succeeded = answer.succeeded;
  } finally {
    if (!succeeded) await term.resign();
  }
  return succeeded;
}

/** The time one leads. */
class Term {
  readonly #leaseId: string;
  readonly #options: LeadershipOptions;
  readonly #over = new AbortController();
  #validUntil: number;
  #isLost = false;

  constructor(leaseId: string, grantedAt: number, options: LeadershipOptions) {
    this.#leaseId = leaseId;
    this.#options = options;
    this.#validUntil = this.#after(grantedAt);
  }

  /** Does the work until it ends or the lead is lost; says whether it ended of itself or was called off. */
  async run(work: LeadOptions['work'], signal: AbortSignal): Promise<boolean> {
    const isOver = this.#over.signal;
    const renewing = this.#renew();
    try {
      await work(AbortSignal.any([signal, isOver]));
    } catch (error) {
      // Work that was told to stop may say so by an error.
      if (!isOver.aborted && !signal.aborted) throw error;
    } finally {
      this.#over.abort();
      await renewing;
    }
    return signal.aborted || !this.#isLost;
  }

  /** Gives the lead back; if etcd cannot be told, the lease runs out by itself. */
  async resign(): Promise<void> {
    try {
      await this.#options.etcd.leaseRevoke(this.#leaseId, { timeoutMs: resignWithinMs });
    } catch (error) {
      if (!isEtcdError(error, 'Closed')) this.#options.onError(error);
    }
  }

  /** Renews the lease until the term is over, and ends the term when that fails for too long. */
  async #renew(): Promise<void> {
    const { leaseSeconds, onError } = this.#options;
    const everyMs = (leaseSeconds * 1_000) / renewalsPerLease;
    const signal = this.#over.signal;
    while (!signal.aborted) {
      const leftMs = this.#validUntil - performance.now();
      if (leftMs <= 0) {
        this.#lose();
        return;
      }
      await sleep(Math.min(everyMs, leftMs), [signal]);
      if (signal.aborted) return;
      try {
        await this.#renewOnce(signal);
      } catch (error) {
        if (signal.aborted) return;
        onError(error);
        if (isEtcdError(error, 'LeaseNotFound')) this.#lose();
        // Others than those that mend are tried again as well: the lease decides when it is over.
        else
          await sleep(Math.min(200, Math.max(0, this.#validUntil - performance.now())), [signal]);
      }
    }
  }

  async #renewOnce(signal: AbortSignal): Promise<void> {
    const askedAt = performance.now();
    const timeoutMs = Math.max(1, Math.min(1_000, this.#validUntil - askedAt));
    await this.#options.etcd.leaseKeepAlive(this.#leaseId, { signal, timeoutMs });
    this.#validUntil = this.#after(askedAt);
  }

  #lose(): void {
    this.#isLost = true;
    this.#over.abort();
  }

  #after(momentMs: number): number {
    return momentMs + this.#options.leaseSeconds * 1_000 - marginMs;
  }
}
