import { isStoreError } from '@imagestream/store';
import type { Store, StoredValue } from '@imagestream/store';
import { createCacheEntry } from './cache-entry.js';
import type { CacheCodec, CacheEntry } from './cache-entry.js';
import type { CacheState } from './event-history.js';
import { OrderedMap } from './ordered-map.js';

/** Keys read from the store at a time. */
const loadPageSize = 1000;

/** What a cache begins with. */
export interface LoadedState<T, A> {
  readonly revision: number;
  readonly state: CacheState<T, A>;
}

/**
 * Reads the whole store at a revision, or at the oldest readable one if that is newer; or at the current one when the store no
 * longer knows the revision, as one that was restored from a backup.
 */
export async function loadState<T extends object, A>(
  { store, codec }: { store: Store; codec: CacheCodec<T, A> },
  notBefore: number,
): Promise<LoadedState<T, A>> {
  let wanted = notBefore;
  for (;;) {
    const revision = Math.max(wanted, await store.compactedRevision());
    try {
      return { revision, state: await loadAt(store, codec, revision) };
    } catch (error) {
      if (isStoreError(error, 'FutureRevision')) wanted = await store.currentRevision();
      // Compaction got in between: there is a newer oldest revision to begin with.
      else if (!isStoreError(error, 'Compacted')) throw error;
    }
  }
}

async function loadAt<T extends object, A>(
  store: Store,
  codec: CacheCodec<T, A>,
  revision: number,
): Promise<CacheState<T, A>> {
  const entries: CacheEntry<T, A>[] = [];
  for (let more = true; more;) {
    const startAfter = entries.at(-1)?.key ?? '';
    const page = await store.range({ prefix: '', revision, startAfter, limit: loadPageSize });
    for (const stored of page.entries) entries.push(entryOf(stored, codec));
    more = page.more;
  }
  return OrderedMap.fromSorted(entries);
}

/** The cache's form of what the store returns. */
export function entryOf<T extends object, A>(
  { key, value, createRevision, modRevision }: StoredValue,
  codec: CacheCodec<T, A>,
): CacheEntry<T, A> {
  return createCacheEntry({ key, value, createRevision, revision: modRevision }, codec);
}

/** The entries of a state, to be found by key alone. */
export function entriesByKey<T, A>(state: CacheState<T, A>): Map<string, CacheEntry<T, A>> {
  const entries = new Map<string, CacheEntry<T, A>>();
  state.visitFrom('', (entry) => entries.set(entry.key, entry).size > 0);
  return entries;
}
