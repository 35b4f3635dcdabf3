/**
 * A key as a store holds it: a non-empty string without NUL and without lone surrogates, at most
 * `maxKeyBytes` long in UTF-8. Stores give keys no meaning; those who use one write paths such as
 * `/imagestreams/web/app`. Keys are ordered by their UTF-8 bytes (`compareKeys`).
 */
export type StoreKey = string;

/** The longest key a store takes, in bytes of UTF-8. Fits the page of an embedded store. */
export const maxKeyBytes = 1536;

/** One key as it stood at some revision. */
export interface StoredValue {
  readonly key: StoreKey;
  /** Owned by the store and by all its readers at once: nobody may change these bytes. */
  readonly value: Uint8Array;
  /** Revision of the write that brought the key into being (again, if it had been deleted). */
  readonly createRevision: number;
  /** Revision of the write that gave the key this value: the `resourceVersion` clients see. */
  readonly modRevision: number;
}

/** The key now holds `current`. `previous` is what it held before, absent when it is new. */
export interface PutEvent {
  readonly type: 'put';
  readonly current: StoredValue;
  readonly previous?: StoredValue;
}

/** The key is gone. `previous` is what it held last. */
export interface DeleteEvent {
  readonly type: 'delete';
  readonly previous: StoredValue;
}

/** What happened to one key. */
export type StoreEvent = PutEvent | DeleteEvent;

/**
 * Everything that happened at one revision, in the order the transaction named its keys. A batch
 * without events is progress: nothing the watcher asked for happened up to `revision`, and
 * everything that did was delivered before.
 */
export interface EventBatch {
  readonly revision: number;
  readonly events: readonly StoreEvent[];
}

/** Must hold for a transaction to run: the key's `modRevision`, or 0 when it must be absent. */
export interface Condition {
  readonly key: StoreKey;
  readonly modRevision: number;
}

/** One write of a transaction. Deleting an absent key is allowed and does nothing. */
export type Operation =
  | { readonly type: 'put'; readonly key: StoreKey; readonly value: Uint8Array }
  | { readonly type: 'delete'; readonly key: StoreKey };

/** Conditions and writes that happen together or not at all. */
export interface Transaction {
  readonly conditions: readonly Condition[];
  /** No key may occur twice. */
  readonly operations: readonly Operation[];
}

/**
 * `committed`: `revision` is the one all its writes share. A transaction that changed nothing
 * (only deletes of absent keys) reports the revision the store stood at.
 *
 * `refused`: a condition did not hold. `current` is what each condition's key held, in the order
 * of the conditions, so that the caller can try again without reading first.
 */
export type TransactionResult =
  | { readonly type: 'committed'; readonly revision: number }
  | {
      readonly type: 'refused';
      readonly revision: number;
      readonly current: readonly (StoredValue | undefined)[];
    };

/** Which keys a range read returns. */
export interface RangeQuery {
  /** Keys that start with this text; `''` is all of them. */
  readonly prefix: string;
  /** The revision to read at; absent = the current one. */
  readonly revision?: number;
  /** Only keys after this one in key order. It need not exist. */
  readonly startAfter?: string;
  /** At most so many entries, at least 1; absent = all. */
  readonly limit?: number;
}

/** A consistent cut through a range. */
export interface RangeResult {
  /** The revision the range was read at. Pass it on to read the next page of the same cut. */
  readonly revision: number;
  /** In key order. */
  readonly entries: readonly StoredValue[];
  /** Whether the limit left out further entries. */
  readonly more: boolean;
}

/** Where a watch starts and what it sees. */
export interface WatchQuery {
  readonly prefix: string;
  /** Events strictly after this revision. A future one is waited for. */
  readonly afterRevision: number;
  /** Ends the watch: the iterator finishes without an error. */
  readonly signal?: AbortSignal;
}

/** What is to be done by one process only. */
export interface LeadOptions {
  /** What is led, such as `importer`: lower-case letters, digits and `-`. */
  readonly name: string;
  readonly work: (signal: AbortSignal) => Promise<void>;
  /** Gives the lead up, or the wait for it. */
  readonly signal: AbortSignal;
}

/**
 * Where the server keeps its objects: a map of keys to bytes with a history, modelled on etcd so
 * that etcd can be one.
 *
 * Revisions. One counter counts the committed transactions of the whole store. An empty store
 * stands at revision 1 and the first write makes revision 2; a revision is never reused, whatever
 * fails or restarts. All writes of one transaction share its revision. A store that shares its
 * counter with others (several prefixes of one etcd) has no events at revisions that are not its own,
 * but may stand there. Revisions are the `resourceVersion`s that clients see, safe integers here and
 * decimal text on the wire.
 *
 * Writes are serialised: every transaction sees all earlier ones, and its conditions are judged
 * against that state. A resolved `txn` is as durable as the store promises to be, and every read
 * that starts later sees it. A rejected `txn` left nothing behind, unless its error says
 * `Unavailable` and not that it is `unwritten`: then the outcome is unknown and has to be read.
 *
 * Reads never see half a transaction, nor one that is not yet durable.
 *
 * History. Reads and watches reach back to the compacted revision. Behind it they fail with a
 * `StoreError` of code `Compacted`; nothing is ever silently left out. A revision that does not
 * exist yet fails with `FutureRevision`.
 *
 * All methods may be called concurrently. After `close` every one rejects with code `Closed`. Keys
 * that break the rules of `StoreKey` are refused with `InvalidArgument`, too much data with
 * `TooLarge`; both before anything is written.
 */
export interface Store {
  /**
   * Whether other processes may have the same data open. They write and compact it too, and what one
   * of them does not need any more may be needed by another.
   */
  readonly isShared: boolean;

  /**
   * Where the store stands: the revision of the newest transaction that reads can see, or a later
   * one up to which nothing happened here.
   */
  currentRevision(): Promise<number>;

  /** The oldest revision that can be read and watched from; 1 if nothing was ever compacted. */
  compactedRevision(): Promise<number>;

  /** What a key held at a revision (absent = the current one), `undefined` when it did not exist. */
  get(key: StoreKey, revision?: number): Promise<StoredValue | undefined>;

  /** Reads keys in order, all at one revision. */
  range(query: RangeQuery): Promise<RangeResult>;

  /**
   * Writes all operations if all conditions hold, nothing otherwise (compare-and-swap). The store
   * takes the value bytes over; the caller may not change them afterwards. Transactions under way at
   * the same time happen one after another, in whatever order the store chooses.
   */
  txn(transaction: Transaction): Promise<TransactionResult>;

  /**
   * Every change after a revision, in revision order, without gaps and without repeats; first what
   * history holds, then what happens, until the signal aborts or the store closes. One batch holds
   * all events of its revision that match the prefix. A watcher pulls: one that is slow costs the
   * store next to nothing and delays nobody, but when compaction overtakes it, it fails with
   * `Compacted` instead of leaving anything out. Events of a `put` and a `delete` both carry what the
   * key held before.
   *
   * Progress batches come soon after revisions in which nothing matched, so that every watcher gets
   * to whatever `currentRevision` has told; they never overtake an event.
   */
  watch(query: WatchQuery): AsyncIterable<EventBatch>;

  /**
   * Forgets what only reads behind `revision` could see. The state at `revision` itself and all
   * later changes stay, previous values included. Compacting at or behind the compacted revision
   * does nothing, so that several may do it at once. Failing with `FutureRevision` changes nothing.
   */
  compact(revision: number): Promise<void>;

  /**
   * Runs `work` while this is the one, of all that have the data open, that leads under a name: at
   * once in a store that nobody else can open, otherwise when its turn comes. The signal `work` gets
   * aborts when the lead is lost, when `signal` aborts and when the store closes; a lead that was
   * lost is sought again, so `work` may run several times. Leads do not overlap as long as `work`
   * stops on its signal.
   *
   * Resolves once `signal` has aborted or the store was closed and `work` has ended, and when `work`
   * returns of itself; rejects with what `work` throws while it leads.
   */
  lead(options: LeadOptions): Promise<void>;

  /** Waits for writes under way, ends all watches and leads, and frees what the store holds. */
  close(): Promise<void>;
}
