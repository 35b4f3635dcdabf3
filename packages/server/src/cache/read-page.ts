import { endOfPrefix } from '@imagestream/store';
import type { CacheEntry } from './cache-entry.js';
import type { CacheState } from './event-history.js';
import { coversKey } from './queued-subscription.js';
import type { EntryFilter } from './watch-cache.js';

/** A page without the revision it shows: the same for as long as nothing in its prefix changes. */
export interface Page<T, A> {
  readonly entries: readonly CacheEntry<T, A>[];
  readonly next: string | undefined;
  readonly remaining: number;
}

/** What tells pages apart. */
export interface PageKey {
  readonly prefix: string;
  readonly start: string;
  readonly limit: number;
  readonly name: string | undefined;
}

/** Cuts a page out of a state. */
export function readPage<T extends object, A>(
  state: CacheState<T, A>,
  { prefix, start, limit, name }: PageKey,
  filter: EntryFilter<T, A> | undefined,
): Page<T, A> {
  const scope = { prefix, name, filter };
  const entries: CacheEntry<T, A>[] = [];
  let next: string | undefined;
  state.visitFrom(start, (entry) => {
    if (!entry.key.startsWith(prefix)) return false;
    if (!coversKey(scope, entry.key) || (filter !== undefined && !filter(entry))) return true;
    entries.push(entry);
    // The smallest text after a key is the key and a NUL.
    if (entries.length === limit) next = `${entry.key}\0`;
    return next === undefined;
  });
  if (next === undefined) return { entries, next, remaining: 0 };
  const end = endOfPrefix(prefix);
  const remaining = (end === undefined ? state.size : state.rank(end)) - state.rank(next);
  return { entries, next: remaining > 0 ? next : undefined, remaining };
}
