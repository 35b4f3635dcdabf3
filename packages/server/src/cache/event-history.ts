import type { CacheEntry } from './cache-entry.js';
import type { ObjectChange } from './object-change.js';
import type { OrderedMap } from './ordered-map.js';

/** The objects of a cache at one revision. */
export type CacheState<T, A> = OrderedMap<CacheEntry<T, A>>;

/** All changes of one revision and the state they led to. */
export interface RevisionRecord<T extends object, A> {
  readonly revision: number;
  readonly changes: readonly ObjectChange<T, A>[];
  readonly state: CacheState<T, A>;
  /** When the cache saw it, in milliseconds of the cache's clock. */
  readonly seenMs: number;
}

/** Limits of a history, all of them given. */
export interface HistorySize {
  readonly maxAgeMs: number;
  readonly maxEvents: number;
  readonly maxBytes: number;
}

/**
 * The window of the past a cache can answer from: the changes of each revision, with the state
 * after it. Since states share their nodes, keeping one per revision costs little.
 */
export class EventHistory<T extends object, A> {
  readonly #limits: HistorySize;
  #oldest: { readonly revision: number; readonly state: CacheState<T, A> };
  /** Records from `#head` on are kept; those before it wait to be cut off in one go. */
  #records: RevisionRecord<T, A>[] = [];
  #head = 0;
  #events = 0;
  #bytes = 0;

  constructor(limits: HistorySize, oldest: { revision: number; state: CacheState<T, A> }) {
    this.#limits = limits;
    this.#oldest = oldest;
  }

  get oldestRevision(): number {
    return this.#oldest.revision;
  }

  append(record: RevisionRecord<T, A>): void {
    this.#records.push(record);
    this.#events += record.changes.length;
    this.#bytes += sizeOf(record);
    this.expire(record.seenMs);
  }

  /** The state at a revision, which must not be older than the oldest one. */
  stateAt(revision: number): CacheState<T, A> {
    const next = this.#indexAfter(revision);
    return next > this.#head ? (this.#records[next - 1] ?? this.#oldest).state : this.#oldest.state;
  }

  /** All changes after a revision, oldest first. */
  changesAfter(revision: number): ObjectChange<T, A>[] {
    return this.#records.slice(this.#indexAfter(revision)).flatMap(({ changes }) => changes);
  }

  /** Forgets what exceeds a limit. */
  expire(nowMs: number): void {
    const { maxAgeMs, maxEvents, maxBytes } = this.#limits;
    for (let first = this.#records[this.#head]; first; first = this.#records[this.#head]) {
      const tooOld = nowMs - first.seenMs > maxAgeMs;
      if (!tooOld && this.#events <= maxEvents && this.#bytes <= maxBytes) return;
      this.#dropFirst(first);
    }
  }

  /** Forgets everything before a revision, which must not be newer than the newest one. */
  forgetBefore(revision: number): void {
    for (let first = this.#records[this.#head]; first; first = this.#records[this.#head]) {
      if (first.revision > revision) break;
      this.#dropFirst(first);
    }
    if (revision > this.#oldest.revision) this.#oldest = { revision, state: this.#oldest.state };
  }

  #dropFirst(first: RevisionRecord<T, A>): void {
    this.#oldest = first;
    this.#events -= first.changes.length;
    this.#bytes -= sizeOf(first);
    this.#head += 1;
    if (this.#head < 1024 && this.#head < this.#records.length) return;
    this.#records = this.#records.slice(this.#head);
    this.#head = 0;
  }

  /** The index of the first record after a revision. */
  #indexAfter(revision: number): number {
    let low = this.#head;
    let high = this.#records.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#records[middle]?.revision ?? Infinity) <= revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function sizeOf<T extends object, A>(record: RevisionRecord<T, A>): number {
  return record.changes.reduce((sum, change) => sum + change.sizeBytes, 0);
}
