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
/**
 * Revisions read again at the start of a server that has a store for itself. More would be nice for clients that resume, but
 * not free.
 */
const replayedAlone = 1000;
/** How long the store may take at the start to tell what it already told once. */
const startLimitMs = 30_000;

/** How long a replica may be stopped or cut off and still go on with all its watchers. Source: replica-history. */
const sharedStoreAgeMs = 5 * 60_000;

/**
 * Loads a store and follows it. Resolves when the cache has seen everything the store held at the
 * time of the call; history then reaches back by up to 1,000 revisions, if the store and the limits
 * allow it, so that clients can resume their watches after a restart. On a store that several replicas share it
 * reaches back as far as that of a replica that went on: clients come over from those, all at once when one restarts.
 *
 * Rejects with the store's error when the store cannot be read, and with `Unavailable` when it does not tell of its changes.
 */
export async function createWatchCache<T extends object, A>(
  options: WatchCacheOptions<T, A>,
): Promise<WatchCache<T, A>> {
  const limits = { ...defaultHistory, ...options.history };
  const current = await options.store.currentRevision();
  const { isShared } = options.store;
  const minStoreAgeMs = options.history?.minStoreAgeMs ?? (isShared ? sharedStoreAgeMs : 0);
  const replayed = isShared ? limits.maxEvents : Math.min(replayedAlone, limits.maxEvents);
  const loaded = await loadState(options, Math.max(1, current - replayed));
  const { store, onError } = options;
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
