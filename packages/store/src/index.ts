export {
  maxKeyBytes,
  type Condition,
  type DeleteEvent,
  type EventBatch,
  type LeadOptions,
  type Operation,
  type PutEvent,
  type RangeQuery,
  type RangeResult,
  type Store,
  type StoredValue,
  type StoreEvent,
  type StoreKey,
  type Transaction,
  type TransactionResult,
  type WatchQuery,
} from './store.js';
export {
  compacted,
  futureRevision,
  isStoreError,
  storeClosed,
  StoreError,
  type StoreErrorCode,
  type StoreErrorDetails,
} from './store-error.js';
export { compareKeys, endOfPrefix, lowerBound } from './key-order.js';
export { checkKey, checkRange, checkRevision, checkTransaction } from './check-arguments.js';
export { createMemoryStore, type MemoryStoreOptions } from './memory-store.js';
export { checkLeadName, leadAlone } from './lead-alone.js';
export { WakeList } from './wake-list.js';
