import { createMemoryStore, StoreError } from '@imagestream/store';
import type { Operation, Store } from '@imagestream/store';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Connection } from '../testing/connection.js';
import { SharedCounterStore } from '../testing/shared-counter-store.js';
import { RevisionTooLargeError } from './cache-errors.js';
import type { CacheCodec } from './cache-entry.js';
import { createWatchCache } from './create-watch-cache.js';
import { loadState } from './load-state.js';
import type { WatchCache, WatchCacheOptions } from './watch-cache.js';
import type { WatchSubscription } from './watch-subscription.js';

type Cache = WatchCache<{ text: string }, string>;

const codec: CacheCodec<{ text: string }, string> = {
  decode: ({ value }) => ({ text: new TextDecoder().decode(value) }),
  encode: ({ text }) => new TextEncoder().encode(text),
  attributes: ({ text }) => text,
};

const opened: Cache[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const cache of opened.splice(0)) await cache.close();
});

/** A replica: its own connection to a store, and the cache on it. */
async function openReplica(
  store: Store,
  options: Partial<WatchCacheOptions<{ text: string }, string>> = {},
): Promise<{ connection: Connection; cache: Cache; errors: unknown[] }> {
  const connection = new Connection(store);
  const errors: unknown[] = [];
  const cache = await createWatchCache({
    store: connection,
    codec,
    now: () => 0,
    onError: (error) => errors.push(error),
    ...options,
  });
  opened.push(cache);
  return { connection, cache, errors };
}

function put(key: string, text: string): Operation {
  return { type: 'put', key, value: new TextEncoder().encode(text) };
}

async function write(store: Store, key: string, text: string): Promise<number> {
  const { revision } = await store.txn({ conditions: [], operations: [put(key, text)] });
  return revision;
}

function takeAll(subscription: WatchSubscription<{ text: string }, string>): string[] {
  const lines: string[] = [];
  for (let events = subscription.take(); events.length > 0; events = subscription.take()) {
    for (const event of events) {
      const what = event.type === 'BOOKMARK' ? '' : ` ${event.entry.attributes}`;
      lines.push(`${event.type} ${event.revision}${what}`);
    }
  }
  return lines;
}

describe('a cache on a store that was away', () => {
  // Evidence: replica-store-away
  test('goes on where it was: its watchers miss nothing and get nothing twice', async () => {
    const store = createMemoryStore();
    const { connection, cache, errors } = await openReplica(store);
    const watcher = cache.watch({ prefix: '/' });
    await write(store, '/a', '2');
    await cache.catchUp();
    connection.set({ isWatchHeld: true });
    await write(store, '/a', '3');
    const fault = new StoreError('Unavailable', 'no member answers');
    connection.breakWatch(fault);
    await write(store, '/b', '4');
    connection.set({ isWatchHeld: false });
    await cache.catchUp();
    expect(takeAll(watcher)).toEqual(['ADDED 2 2', 'MODIFIED 3 3', 'ADDED 4 4']);
    expect(watcher.end).toBeUndefined();
    expect(errors).toEqual([fault]);
    expect(connection.calls).toMatchObject({ watch: 2, range: 1 });
  });

  test('answers from memory what any state will do for, and nothing else', async () => {
    const store = createMemoryStore();
    const revision = await write(store, '/a', '2');
    const { connection, cache } = await openReplica(store);
    connection.set({ health: 'away' });
    expect(cache.get('/a')?.attributes).toBe('2');
    expect(await cache.reach(revision)).toBe(true);
    await expect(cache.catchUp()).rejects.toMatchObject({ code: 'Unavailable' });
    await expect(cache.latest('/a')).rejects.toMatchObject({ code: 'Unavailable' });
  });
});

describe('a cache that is behind its store', () => {
  // Evidence: replica-freshness
  test('reads one object from the store itself, and refuses after three seconds what needs all of them', async () => {
    const store = createMemoryStore();
    const { connection, cache } = await openReplica(store);
    connection.set({ isWatchHeld: true });
    const revision = await write(store, '/a', 'new');
    vi.useFakeTimers();
    const one = cache.latest('/a');
    const all = cache.catchUp();
    const refusal = expect(all).rejects.toEqual(new RevisionTooLargeError(revision, 1));
    const settled = vi.fn();
    all.then(settled, settled);
    await vi.advanceTimersByTimeAsync(2900);
    expect(await one).toMatchObject({ key: '/a', revision, attributes: 'new' });
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(200);
    await refusal;
  });

  test('finds nothing where the newest write was a deletion', async () => {
    const store = createMemoryStore();
    await write(store, '/a', 'old');
    const { connection, cache } = await openReplica(store);
    connection.set({ isWatchHeld: true });
    await store.txn({ conditions: [], operations: [{ type: 'delete', key: '/a' }] });
    vi.useFakeTimers();
    const gone = cache.latest('/a');
    await vi.advanceTimersByTimeAsync(600);
    expect(await gone).toBeUndefined();
  });

  test('tells those who wait when it is closed', async () => {
    const { connection, cache } = await openReplica(createMemoryStore());
    connection.set({ isWatchHeld: true });
    await write(connection, '/a', 'new');
    const waiting = [cache.catchUp(), cache.latest('/a')];
    const refusals = waiting.map((read) => expect(read).rejects.toMatchObject({ code: 'Closed' }));
    await new Promise((resolve) => setTimeout(resolve, 0));
    await cache.close();
    await Promise.all(refusals);
  });
});

describe('a cache on a store that shares its counter', () => {
  test('opens where others have compacted beyond the newest write', async () => {
    const store = new SharedCounterStore();
    await write(store, '/a', 'old');
    store.othersWrite(1000);
    store.othersCompact(900);
    const { cache } = await openReplica(store);
    expect(cache).toMatchObject({ revision: 900, oldestRevision: 900 });
    await cache.catchUp();
    const revision = await write(store, '/a', 'new');
    await cache.catchUp();
    expect(cache.list({ prefix: '/' })).toMatchObject({ revision: 1003, entries: [{ revision }] });
  });

  test('keeps its watchers when others compact while nothing happened here and its watch breaks', async () => {
    const store = new SharedCounterStore();
    const { connection, cache } = await openReplica(store);
    await write(store, '/a', 'a');
    await cache.catchUp();
    const watcher = cache.watch({ prefix: '/' });
    store.othersWrite(1000);
    store.othersCompact(900);
    connection.breakWatch(new StoreError('Unavailable', 'no member answers'));
    while (cache.revision < 900) await new Promise((resolve) => setTimeout(resolve, 0));
    const revision = await write(store, '/b', 'b');
    await cache.catchUp();
    expect([takeAll(watcher), watcher.end]).toEqual([[`ADDED ${revision} b`], undefined]);
  });

  test('shows in lists, pages and bookmarks revisions that fit its objects', async () => {
    const store = new SharedCounterStore();
    const { cache } = await openReplica(store);
    const watcher = cache.watch({ prefix: '/' });
    for (const name of ['a', 'b', 'c']) {
      store.othersWrite(10);
      await write(store, `/${name}`, name);
    }
    await cache.catchUp();
    const page = cache.list({ prefix: '/', limit: 2 });
    expect([page.revision, page.entries.map(({ revision }) => revision)]).toEqual([34, [12, 23]]);
    store.othersWrite(10);
    await write(store, '/b', 'changed');
    await cache.catchUp();
    watcher.bookmark();
    expect(takeAll(watcher)).toEqual([
      ...['ADDED 12 a', 'ADDED 23 b', 'ADDED 34 c'],
      ...['MODIFIED 45 changed', 'BOOKMARK 45'],
    ]);
    // Revisions that are nobody's are states as well.
    for (const [revision, text] of [
      [34, 'b'],
      [40, 'b'],
      [44, 'b'],
      [45, 'changed'],
    ] as const) {
      const list = cache.list({ prefix: '/', revision, start: '/b', limit: 1 });
      expect([list.revision, list.entries[0]?.attributes]).toEqual([revision, text]);
    }
    const late = cache.watch({ prefix: '/', afterRevision: 30 });
    expect(takeAll(late)).toEqual(['ADDED 34 c', 'MODIFIED 45 changed']);
  });

  // Evidence: replica-freshness
  test('is as new as a revision that only another replica has heard of', async () => {
    const store = new SharedCounterStore();
    const [told, other] = [await openReplica(store), await openReplica(store)];
    await write(store, '/a', 'a');
    const heard = store.othersWrite(50);
    await told.cache.catchUp();
    told.connection.tellProgress(heard);
    expect(await told.cache.waitFor(heard, { limitMs: 1000 })).toBe(true);
    expect(told.cache.list({ prefix: '/' }).revision).toBe(heard);
    expect(other.cache.revision).toBeLessThan(heard);
    expect(await other.cache.reach(heard)).toBe(true);
    expect(other.cache.list({ prefix: '/', revision: heard }).entries).toHaveLength(1);
    const watcher = other.cache.watch({ prefix: '/', afterRevision: heard });
    const revision = await write(store, '/b', 'b');
    await other.cache.catchUp();
    expect(takeAll(watcher)).toEqual([`ADDED ${revision} b`]);
  });

  test('is not as new as a revision that does not exist, or whose writes it has not seen', async () => {
    const store = new SharedCounterStore();
    const { connection, cache } = await openReplica(store);
    const newest = store.othersWrite(50);
    expect(await cache.reach(newest + 1, { limitMs: 300 })).toBe(false);
    connection.set({ isWatchHeld: true });
    await write(store, '/a', 'a');
    const later = store.othersWrite(50);
    expect(await cache.reach(later, { limitMs: 400 })).toBe(false);
    expect(cache.revision).toBeLessThan(newest);
    connection.set({ isWatchHeld: false });
    expect(await cache.reach(later)).toBe(true);
    expect(cache.get('/a')?.attributes).toBe('a');
  });

  test('does not go back when it has to start over', async () => {
    const store = new SharedCounterStore();
    const { connection, cache } = await openReplica(store);
    await write(store, '/a', 'a');
    const heard = store.othersWrite(50);
    connection.tellProgress(heard);
    await cache.waitFor(heard);
    const watcher = cache.watch({ prefix: '/' });
    connection.breakWatch(new Error('broken'));
    while (watcher.end === undefined) await new Promise((resolve) => setTimeout(resolve, 0));
    expect([watcher.end, cache.revision]).toEqual(['lost', heard]);
    connection.tellProgress(heard - 10);
    const revision = await write(store, '/b', 'b');
    await cache.catchUp();
    expect(cache.revision).toBe(revision);
  });

  test('begins with the present of a store that has forgotten the revision it knew', async () => {
    const store = createMemoryStore();
    await write(store, '/a', 'a');
    expect(await loadState({ store, codec }, 1000)).toMatchObject({ revision: 2 });
  });
});

describe('a replica that was stopped while others wrote', () => {
  const history = { maxEvents: 50 };

  async function stopAndGoOn(
    minStoreAgeMs: number,
  ): Promise<{ lines: string[]; end: string | undefined }> {
    const store = createMemoryStore();
    let nowMs = 0;
    const options = { history: { ...history, minStoreAgeMs }, now: () => nowMs };
    const stopped = await openReplica(store, options);
    const busy = await openReplica(store, options);
    const watcher = stopped.cache.watch({ prefix: '/', maxQueued: 10_000 });
    stopped.connection.set({ isWatchHeld: true });
    for (let count = 0; count < 2000; count++) {
      nowMs += 30;
      const revision = await write(store, '/a', String(count));
      await busy.cache.waitFor(revision);
    }
    stopped.connection.set({ isWatchHeld: false });
    await stopped.cache.catchUp();
    return { lines: takeAll(watcher), end: watcher.end };
  }

  // Evidence: replica-history
  test('goes on with all its watchers if the store kept what happened', async () => {
    const { lines, end } = await stopAndGoOn(5 * 60_000);
    expect([lines.length, end]).toEqual([2000, undefined]);
    expect(lines.at(-1)).toBe('MODIFIED 2001 1999');
  });

  test('has to start over if it did not', async () => {
    expect((await stopAndGoOn(0)).end).toBe('lost');
  });
});
