/**
 * Why a store refused.
 *
 * `Compacted`: the revision lies behind the compacted one. `FutureRevision`: it does not exist
 * yet. `InvalidArgument`: a key, limit or transaction breaks the rules of the contract.
 * `TooLarge`: a key or value is longer than the store takes. `Closed`: the store was closed.
 * `Locked`: another process has the store open. `Damaged`: what is on disk cannot be understood.
 * `Unavailable`: the store cannot be reached or cannot write; of a write, the outcome is unknown
 * unless the error says that it is `unwritten`.
 */
export type StoreErrorCode =
  | 'Compacted'
  | 'FutureRevision'
  | 'InvalidArgument'
  | 'TooLarge'
  | 'Closed'
  | 'Locked'
  | 'Damaged'
  | 'Unavailable';

/** What a `StoreError` may tell beside its message. */
export interface StoreErrorDetails {
  /** With `Compacted` and `FutureRevision`: the revision asked for. */
  readonly requestedRevision?: number;
  /** With `Compacted`: the oldest readable revision. With `FutureRevision`: the current one. */
  readonly boundRevision?: number;
  /** With `Unavailable`, of a write: it has not happened and will not; default false, which is to say unknown. */
  readonly unwritten?: boolean;
  readonly cause?: unknown;
}

/** The one exception stores throw. Decide by `code`; the message is for people. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;
  readonly requestedRevision: number | undefined;
  readonly boundRevision: number | undefined;
  readonly unwritten: boolean;

  constructor(code: StoreErrorCode, message: string, details: StoreErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.name = 'StoreError';
    this.code = code;
    this.requestedRevision = details.requestedRevision;
    this.boundRevision = details.boundRevision;
    this.unwritten = details.unwritten ?? false;
  }
}

/** Whether an exception came from a store, and from what cause when `code` is given. */
export function isStoreError(error: unknown, code?: StoreErrorCode): error is StoreError {
  if (!(error instanceof Error) || error.name !== 'StoreError' || !('code' in error)) return false;
  return code === undefined || error.code === code;
}

/** The error of a read behind the compacted revision. */
export function compacted(requestedRevision: number, compactedRevision: number): StoreError {
  return new StoreError(
    'Compacted',
    `revision ${requestedRevision} has been compacted, the oldest one kept is ${compactedRevision}`,
    { requestedRevision, boundRevision: compactedRevision },
  );
}

/** The error of a read at a revision that does not exist yet. */
export function futureRevision(requestedRevision: number, currentRevision: number): StoreError {
  return new StoreError(
    'FutureRevision',
    `revision ${requestedRevision} does not exist yet, the current one is ${currentRevision}`,
    { requestedRevision, boundRevision: currentRevision },
  );
}

/** The error of every call after `close`. */
export function storeClosed(): StoreError {
  return new StoreError('Closed', 'the store is closed');
}
