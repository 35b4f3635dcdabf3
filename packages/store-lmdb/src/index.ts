export { openLmdbStore, type LmdbStoreOptions } from './open-lmdb-store.js';
