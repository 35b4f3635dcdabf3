/** etcd in memory, with the faults a network has: answers that are lost, requests that arrive late. */
import { WakeList } from '@imagestream/store';
import { sameKey } from './key-layout.js';
import {
  EtcdError,
  type EtcdApi,
  type KeyValue,
  type RangeRequest,
  type RangeResponse,
  type RequestOp,
  type ResponseHeader,
  type ResponseOp,
  type TxnRequest,
  type TxnResponse,
  type WatchEvent,
  type WatchRequest,
  type WatchResponse,
} from './rpc/etcd-api.js';

/**
 * What becomes of a transaction. `refuse`: it never leaves. `lose-request`: it is sent and gets
 * nowhere. `lose-answer`: it happens and nobody hears of it. `late`: as if lost, but it arrives
 * after `lateBy` further transactions.
 */
export type TxnFate = 'ok' | 'refuse' | 'lose-request' | 'lose-answer' | 'late';

const lateBy = 3;

/** One process's worth of etcd for tests. */
export class FakeEtcd implements EtcdApi {
  /** Decides what becomes of each transaction; replace it. */
  fate: () => TxnFate = () => 'ok';
  /** While true, nothing is answered. */
  isAway = false;
  revision = 1;
  compacted = 0;
  readonly #log: WatchEvent[] = [];
  readonly #wakeList = new WakeList();
  readonly #late: { due: number; request: TxnRequest }[] = [];
  readonly #leases = new Set<string>();
  readonly #leased: { key: Uint8Array; leaseId: string }[] = [];
  #broken = new AbortController();
  #sent = 0;
  #granted = 0;

  async range(request: RangeRequest): Promise<RangeResponse> {
    await this.#beThere();
    return this.#range(request, this.revision);
  }

  async txn(request: TxnRequest): Promise<TxnResponse> {
    await Promise.resolve();
    if (onlyReads(request)) {
      if (this.isAway) throw unavailable('none');
      return this.#apply(request);
    }
    this.#sent += 1;
    const fate = this.isAway ? 'refuse' : this.fate();
    if (fate === 'refuse') throw unavailable('none');
    if (fate === 'late') this.#late.push({ due: this.#sent + lateBy, request });
    const answer = fate === 'ok' || fate === 'lose-answer' ? this.#apply(request) : undefined;
    for (const late of this.#late.splice(0)) {
      if (late.due > this.#sent) this.#late.push(late);
      else this.#apply(late.request);
    }
    if (fate !== 'ok' || answer === undefined) throw unavailable('unknown');
    return answer;
  }

  async compact(revision: number): Promise<void> {
    await this.#beThere();
    if (revision > this.revision)
      throw new EtcdError('FutureRevision', 'future', { outcome: 'none' });
    if (revision <= this.compacted)
      throw new EtcdError('Compacted', 'compacted', { outcome: 'none' });
    this.compacted = revision;
    this.#wakeList.wakeAll();
  }

  async *watch(request: WatchRequest, signal: AbortSignal): AsyncGenerator<WatchResponse> {
    await this.#beThere();
    const broken = this.#broken.signal;
    const over = AbortSignal.any([signal, broken]);
    yield { ...this.#response(), created: true };
    let next = request.startRevision;
    while (!over.aborted) {
      if (next < this.compacted) {
        yield { ...this.#response(), canceled: true, compactRevision: this.compacted };
        return;
      }
      const events = this.#log.filter(
        ({ kv }) => kv.modRevision >= next && isWithin(kv.key, request),
      );
      next = Math.max(next, this.revision + 1);
      if (events.length > 0) yield { ...this.#response(), events };
      else await this.#wakeList.wait(over);
    }
    if (!signal.aborted) throw unavailable('none');
  }

  /** Breaks all watches, as a member does that dies. */
  breakWatches(): void {
    this.#broken.abort();
    this.#broken = new AbortController();
  }

  async leaseGrant(ttlSeconds: number): ReturnType<EtcdApi['leaseGrant']> {
    await this.#beThere();
    this.#granted += 1;
    const id = String(this.#granted);
    this.#leases.add(id);
    return { header: this.#header(), id, ttlSeconds };
  }

  async leaseKeepAlive(id: string): ReturnType<EtcdApi['leaseKeepAlive']> {
    await this.#beThere();
    if (!this.#leases.has(id)) throw new EtcdError('LeaseNotFound', 'gone', { outcome: 'none' });
    return { header: this.#header(), id, ttlSeconds: 10 };
  }

  /** Revokes a lease, or lets it run out: its keys go. */
  async leaseRevoke(id: string): Promise<void> {
    await this.#beThere();
    this.#leases.delete(id);
    const keys = this.#leased.filter((leased) => leased.leaseId === id);
    const success = keys.map(({ key }): RequestOp => ({ type: 'delete', key }));
    this.#apply({ compare: [], success, failure: [] });
  }

  /** Leases that are not over. */
  leaseIds(): string[] {
    return [...this.#leases];
  }

  async status(): ReturnType<EtcdApi['status']> {
    await this.#beThere();
    return { header: this.#header(), version: '0.0.0', dbSizeBytes: 0, leaderId: '1', errors: [] };
  }

  close(): void {
    this.breakWatches();
  }

  async #beThere(): Promise<void> {
    await Promise.resolve();
    if (this.isAway) throw unavailable('none');
  }

  #header(): ResponseHeader {
    return { revision: this.revision, memberId: '1' };
  }

  #response(): WatchResponse {
    const header = this.#header();
    const base = { header, created: false, canceled: false, cancelReason: '', events: [] };
    return { ...base, compactRevision: 0 };
  }

  #at(key: Uint8Array, revision: number): KeyValue | undefined {
    const last = this.#log.findLast(({ kv }) => kv.modRevision <= revision && sameKey(kv.key, key));
    return last?.type === 'put' ? last.kv : undefined;
  }

  #range(request: RangeRequest, now: number): RangeResponse {
    const revision = request.revision ?? now;
    if (revision > now) throw new EtcdError('FutureRevision', 'future', { outcome: 'none' });
    if (revision < this.compacted) throw new EtcdError('Compacted', 'old', { outcome: 'none' });
    const found = new Map<string, KeyValue>();
    for (const { kv } of this.#log) {
      if (!isWithin(kv.key, request)) continue;
      const held = this.#at(kv.key, revision);
      if (held !== undefined) found.set(Buffer.from(kv.key).toString('hex'), held);
    }
    const all = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, kv]) => kv);
    const kvs = all.slice(0, request.limit ?? Infinity);
    return { header: this.#header(), kvs, more: kvs.length < all.length, count: all.length };
  }

  #apply({ compare, success, failure }: TxnRequest): TxnResponse {
    const before = this.revision;
    const succeeded = compare.every(
      ({ key, modRevision }) => (this.#at(key, before)?.modRevision ?? 0) === modRevision,
    );
    const steps = succeeded ? success : failure;
    const responses = steps.map((step) => this.#step(step, before));
    if (this.#log.at(-1)?.kv.modRevision === before + 1) this.revision = before + 1;
    this.#wakeList.wakeAll();
    return { header: this.#header(), succeeded, responses };
  }

  #step(step: RequestOp, before: number): ResponseOp {
    if (step.type === 'range') return { type: 'range', range: this.#range(step.range, before) };
    const { key } = step;
    const prevKv = this.#at(key, before);
    const modRevision = before + 1;
    if (step.type === 'delete') {
      if (prevKv === undefined) return { type: 'delete', deleted: 0 };
      const kv = { key, value: new Uint8Array(0), createRevision: 0, modRevision };
      this.#log.push({ type: 'delete', kv, prevKv });
      return { type: 'delete', deleted: 1 };
    }
    if (step.leaseId !== undefined) this.#leased.push({ key, leaseId: step.leaseId });
    const createRevision = prevKv?.createRevision ?? modRevision;
    const kv = { key, value: step.value, createRevision, modRevision };
    this.#log.push(prevKv === undefined ? { type: 'put', kv } : { type: 'put', kv, prevKv });
    return { type: 'put' };
  }
}

function onlyReads({ success, failure }: TxnRequest): boolean {
  return [...success, ...failure].every(({ type }) => type === 'range');
}

function isWithin(
  key: Uint8Array,
  range: { readonly key: Uint8Array; readonly rangeEnd?: Uint8Array },
): boolean {
  if (range.rangeEnd === undefined) return sameKey(key, range.key);
  return Buffer.compare(key, range.key) >= 0 && Buffer.compare(key, range.rangeEnd) < 0;
}

function unavailable(outcome: 'none' | 'unknown'): EtcdError {
  return new EtcdError('Unavailable', 'etcd cannot be reached', { outcome });
}
