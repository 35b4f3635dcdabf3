import type { CacheEntry } from './cache-entry.js';
import type { ObjectChange } from './object-change.js';
import type { OrderedMap } from './ordered-map.js';

/** The objects of a cache at one revision. */
export type CacheState<T, A> = OrderedMap<CacheEntry<T, A>>;

/** All changes of one revision. */
export interface RevisionRecord<T extends object, A> {
  readonly revision: number;
  readonly changes: readonly ObjectChange<T, A>[];
  /** When the cache saw it, in milliseconds of the cache's clock. */
  readonly seenMs: number;
}

/** A state and the revision it belongs to. */
export interface RevisionState<T, A> {
  readonly revision: number;
  readonly state: CacheState<T, A>;
}

/**
 * Each so many revisions the state is kept. Those in between are made from the one before by
 * applying a few changes; keeping all would cost more memory than the objects themselves.
 */
const revisionsPerState = 32;
/** Forgotten records that may wait to be cut off. They still hold their objects. */
const maxCutOff = 64;

/** Limits of a history, all of them given. */
export interface HistorySize {
  readonly maxAgeMs: number;
  readonly maxEvents: number;
  readonly maxBytes: number;
}

/**
 * The window of the past a cache can answer from: the changes of each revision, and the state at
 * any of them.
 */
export class EventHistory<T extends object, A> {
  readonly #limits: HistorySize;
  #oldest: RevisionState<T, A>;
  #newest: RevisionState<T, A>;
  /** Records from `#head` on are kept; those before it wait to be cut off in one go. */
  #records: (RevisionRecord<T, A> & { readonly state: CacheState<T, A> | undefined })[] = [];
  #head = 0;
  #events = 0;
  #bytes = 0;
  #untilNextState = 0;
  /** The last state that had to be made: pages of one list ask for the same. */
  #made: RevisionState<T, A> | undefined;

  constructor(limits: HistorySize, oldest: RevisionState<T, A>) {
    this.#limits = limits;
    this.#oldest = oldest;
    this.#newest = oldest;
  }

  get oldestRevision(): number {
    return this.#oldest.revision;
  }

  /** Adds what happened at a revision and the state it led to. */
  append(record: RevisionRecord<T, A>, state: CacheState<T, A>): void {
    const keepsState = this.#untilNextState === 0;
    this.#untilNextState = (this.#untilNextState || revisionsPerState) - 1;
    this.#records.push({ ...record, state: keepsState ? state : undefined });
    this.#newest = { revision: record.revision, state };
    this.#events += record.changes.length;
    this.#bytes += sizeOf(record);
    this.expire(record.seenMs);
  }

  /** The state at a revision, which must not be older than the oldest one. */
  stateAt(revision: number): CacheState<T, A> {
    if (revision >= this.#newest.revision) return this.#newest.state;
    if (revision !== this.#made?.revision) {
      this.#made = { revision, state: this.#makeState(this.#indexAfter(revision)) };
    }
    return this.#made.state;
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

  /** The state before the record of an index. */
  #makeState(index: number): CacheState<T, A> {
    let first = index;
    let state: CacheState<T, A> | undefined;
    while (state === undefined && first > this.#head) {
      first -= 1;
      state = this.#records[first]?.state;
    }
    const isKept = state !== undefined;
    const missing = this.#records.slice(isKept ? first + 1 : this.#head, index);
    return missing.reduce(applyRecord, state ?? this.#oldest.state);
  }

  #dropFirst(first: RevisionRecord<T, A>): void {
    const state = this.#makeState(this.#head + 1);
    this.#oldest = { revision: first.revision, state };
    this.#events -= first.changes.length;
    this.#bytes -= sizeOf(first);
    this.#head += 1;
    if (this.#head < maxCutOff && this.#head < this.#records.length) return;
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

function applyRecord<T extends object, A>(
  state: CacheState<T, A>,
  { changes }: RevisionRecord<T, A>,
): CacheState<T, A> {
  return changes.reduce(
    (before, { key, entry }) => (entry === undefined ? before.delete(key) : before.set(entry)),
    state,
  );
}

function sizeOf<T extends object, A>(record: RevisionRecord<T, A>): number {
  return record.changes.reduce((sum, change) => sum + change.sizeBytes, 0);
}
