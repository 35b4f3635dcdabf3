import { StoreError } from '@imagestream/store';
import type { HistorySize } from './event-history.js';
import { loadState } from './load-state.js';
import { StoreCache } from './store-cache.js';
import { StoreCompaction } from './store-compaction.js';
import type { WatchCache, WatchCacheOptions } from './watch-cache.js';

const defaultHistory: HistorySize = {
  maxAgeMs: 10 * 60_000,
  maxEvents: 10_000,
  maxBytes: 64 * 1024 * 1024,
};
/** Revisions read again at the start. More would be nice for clients that resume, but not free. */
const maxReplayed = 1000;
/** How long the store may take at the start to tell what it already told once. */
const startLimitMs = 30_000;

/**
 * Loads a store and follows it. Resolves when the cache has seen everything the store held at the
 * time of the call; history then reaches back by up to 1,000 revisions, if the store and the limits
 * allow it, so that clients can resume their watches after a restart.
 *
 * Rejects with the store's error when the store cannot be read, and with `Unavailable` when it does not tell of its changes.
 */
export async function createWatchCache<T extends object, A>(
  options: WatchCacheOptions<T, A>,
): Promise<WatchCache<T, A>> {
  const limits = { ...defaultHistory, ...options.history };
  const current = await options.store.currentRevision();
  const replayed = Math.min(maxReplayed, limits.maxEvents);
  const loaded = await loadState(options, Math.max(1, current - replayed));
  const { store, onError } = options;
  const minStoreAgeMs = options.history?.minStoreAgeMs ?? 0;
  const compaction = new StoreCompaction(
    { store, onError, minStoreAgeMs },
    await store.compactedRevision(),
  );
  const cache = new StoreCache({ options, limits, compaction }, loaded);
  cache.follow();
  if (await cache.waitFor(current, { limitMs: startLimitMs })) return cache;
  await cache.close();
  throw new StoreError('Unavailable', 'the store does not tell of its changes');
}
