/**
 * The part of etcd's v3 API the store uses, in the shapes etcd has: keys and values are bytes,
 * revisions and lease ids of 64 bits are numbers (revisions stay far below 2^53) and decimal text.
 *
 * Source: etcd API reference v3, services KV, Watch, Lease, Auth, Maintenance.
 */

/** What every answer tells about the cluster. `revision` is the newest of the answering member. */
export interface ResponseHeader {
  readonly revision: number;
  readonly memberId: string;
}

/** A key with its value. */
export interface KeyValue {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly createRevision: number;
  readonly modRevision: number;
}

/** Keys from `key` up to but without `rangeEnd`; only `key` when that is absent. */
export interface RangeRequest {
  readonly key: Uint8Array;
  readonly rangeEnd?: Uint8Array;
  /** Absent = the newest. */
  readonly revision?: number;
  /** Absent = all. */
  readonly limit?: number;
  readonly keysOnly?: boolean;
  readonly countOnly?: boolean;
  /** Answered by whichever member is asked, perhaps from the past; otherwise linearizable. */
  readonly serializable?: boolean;
}

/** In key order. */
export interface RangeResponse {
  readonly header: ResponseHeader;
  readonly kvs: readonly KeyValue[];
  readonly more: boolean;
  readonly count: number;
}

/** Holds when the key's `modRevision` is this; 0 = the key is absent. */
export interface Compare {
  readonly key: Uint8Array;
  readonly modRevision: number;
}

/** One step of a transaction. */
export type RequestOp =
  | { readonly type: 'range'; readonly range: RangeRequest }
  | {
      readonly type: 'put';
      readonly key: Uint8Array;
      readonly value: Uint8Array;
      readonly leaseId?: string;
    }
  | { readonly type: 'delete'; readonly key: Uint8Array; readonly rangeEnd?: Uint8Array };

/** If all of `compare` hold, `success` happens, else `failure`; all of it at one revision. */
export interface TxnRequest {
  readonly compare: readonly Compare[];
  readonly success: readonly RequestOp[];
  readonly failure: readonly RequestOp[];
}

/** What came of one step. */
export type ResponseOp =
  | { readonly type: 'range'; readonly range: RangeResponse }
  | { readonly type: 'put' }
  | { readonly type: 'delete'; readonly deleted: number };

/** `responses` are those of the branch that happened, in its order. */
export interface TxnResponse {
  readonly header: ResponseHeader;
  readonly succeeded: boolean;
  readonly responses: readonly ResponseOp[];
}

/** What a watch sees and where it starts: at `startRevision`, that one included. */
export interface WatchRequest {
  readonly key: Uint8Array;
  readonly rangeEnd?: Uint8Array;
  readonly startRevision: number;
  readonly prevKv?: boolean;
  /** Whether etcd tells now and then how far it got when nothing happens. */
  readonly progressNotify?: boolean;
}

/** One change of one key. The `kv` of a delete has only key and `modRevision`. */
export interface WatchEvent {
  readonly type: 'put' | 'delete';
  readonly kv: KeyValue;
  readonly prevKv?: KeyValue;
}

/**
 * Events of one or several whole revisions, in order. None and no `canceled` = progress: nothing
 * the watcher asked for happened up to `header.revision`, and all that did was sent before.
 */
export interface WatchResponse {
  readonly header: ResponseHeader;
  readonly created: boolean;
  readonly canceled: boolean;
  readonly cancelReason: string;
  /** With `canceled`: the compacted revision, when that lies after the start; else 0. */
  readonly compactRevision: number;
  readonly events: readonly WatchEvent[];
}

/** A lease as granted or kept alive. `ttlSeconds` 0 = it is gone. */
export interface LeaseResponse {
  readonly header: ResponseHeader;
  readonly id: string;
  readonly ttlSeconds: number;
}

/** A member about itself. */
export interface StatusResponse {
  readonly header: ResponseHeader;
  readonly version: string;
  readonly dbSizeBytes: number;
  readonly leaderId: string;
  readonly errors: readonly string[];
}

/** How one call is made. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** How long the whole call may take, retries included. */
  readonly timeoutMs?: number;
}

/**
 * Why etcd did not do what was asked. `Unavailable`: no member could be reached or none answered in
 * time; whether something was done is told by `outcome`. `Aborted`: the signal of the call aborted,
 * `cause` is its reason.
 */
export type EtcdErrorCode =
  | 'Compacted'
  | 'FutureRevision'
  | 'TooLarge'
  | 'NoSpace'
  | 'NotAllowed'
  | 'InvalidArgument'
  | 'LeaseNotFound'
  | 'Unavailable'
  | 'Aborted'
  | 'Closed';

/** The one exception calls to etcd reject with. */
export class EtcdError extends Error {
  readonly code: EtcdErrorCode;
  /** `none`: nothing was done and nothing will be; `unknown`: it may have been, or still be done later. */
  readonly outcome: 'none' | 'unknown';

  constructor(
    code: EtcdErrorCode,
    message: string,
    { outcome, cause }: { readonly outcome: 'none' | 'unknown'; readonly cause?: unknown },
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'EtcdError';
    this.code = code;
    this.outcome = outcome;
  }
}

/** A cluster of etcd members, whichever of them answers. */
export interface EtcdApi {
  /** Asks other members when one does not answer, with growing pauses, until the time is over. */
  range(request: RangeRequest, options?: CallOptions): Promise<RangeResponse>;
  /**
   * Sent once: rejects with outcome `unknown` when it was sent and no answer came. What provably
   * never left (no connection) is tried on other members, as is one that only reads.
   */
  txn(request: TxnRequest, options?: CallOptions): Promise<TxnResponse>;
  /** May be repeated by itself: compacting twice is compacting once. */
  compact(revision: number, options?: CallOptions): Promise<void>;
  /**
   * One watch on one member. Yields what comes and ends without an error when the signal aborts,
   * and after a response with `canceled`; throws an `EtcdError` when the member is lost, does not
   * answer any more, or has no leader. Reads ahead only a little: who reads slowly slows etcd's
   * sending down.
   */
  watch(request: WatchRequest, signal: AbortSignal): AsyncIterable<WatchResponse>;
  leaseGrant(ttlSeconds: number, options?: CallOptions): Promise<LeaseResponse>;
  /** Renews a lease once; rejects with `LeaseNotFound` when it has run out. */
  leaseKeepAlive(id: string, options?: CallOptions): Promise<LeaseResponse>;
  leaseRevoke(id: string, options?: CallOptions): Promise<void>;
  /** What one member says, the one that is used now. */
  status(options?: CallOptions): Promise<StatusResponse>;
  /** Ends all calls and watches with `Closed`. */
  close(): void;
}
