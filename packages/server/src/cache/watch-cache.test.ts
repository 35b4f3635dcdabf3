import { createMemoryStore } from '@imagestream/store';
import type { Operation, Store } from '@imagestream/store';
import { describe, expect, test } from 'vitest';
import { RevisionExpiredError, RevisionTooLargeError } from './cache-errors.js';
import type { CacheCodec } from './cache-entry.js';
import type { CacheEvent } from './cache-event.js';
import { Connection } from '../testing/connection.js';
import { createWatchCache } from './create-watch-cache.js';
import type { WatchCache, WatchCacheOptions } from './watch-cache.js';
import type { WatchSubscription } from './watch-subscription.js';

interface Thing {
  readonly color: string;
  readonly resourceVersion: string;
}
type Cache = WatchCache<Thing, string>;

function countingCodec(): { codec: CacheCodec<Thing, string>; encoded: string[] } {
  const encoded: string[] = [];
  const codec: CacheCodec<Thing, string> = {
    decode: ({ value, revision }) => ({
      color: new TextDecoder().decode(value),
      resourceVersion: String(revision),
    }),
    encode: (thing, { key }) => {
      encoded.push(`${key}@${thing.resourceVersion}`);
      return new TextEncoder().encode(JSON.stringify(thing));
    },
    attributes: ({ color }) => color,
  };
  return { codec, encoded };
}

function put(key: string, color: string): Operation {
  return { type: 'put', key, value: new TextEncoder().encode(color) };
}

function remove(key: string): Operation {
  return { type: 'delete', key };
}

interface Setup {
  readonly store: Store;
  readonly cache: Cache;
  readonly encoded: string[];
  readonly errors: unknown[];
  readonly clock: { nowMs: number };
  /** Writes in one transaction and waits until the cache has seen it. */
  readonly write: (...operations: Operation[]) => Promise<number>;
}

async function setUp(
  options: Partial<WatchCacheOptions<Thing, string>> = {},
  store: Store = createMemoryStore(),
): Promise<Setup> {
  const { codec, encoded } = countingCodec();
  const errors: unknown[] = [];
  const clock = { nowMs: 0 };
  const cache = await createWatchCache<Thing, string>({
    store,
    codec,
    now: () => clock.nowMs,
    onError: (error) => errors.push(error),
    ...options,
  });
  const write = async (...operations: Operation[]): Promise<number> => {
    const { revision } = await store.txn({ conditions: [], operations });
    await cache.waitFor(revision);
    return revision;
  };
  return { store, cache, encoded, errors, clock, write };
}

async function writeMany(setup: Setup, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await setup.write(put(`/things/a/${String(i).padStart(3, '0')}`, i % 2 === 0 ? 'red' : 'blue'));
  }
}

function describeEvent(event: CacheEvent<Thing, string>): string {
  if (event.type === 'BOOKMARK') {
    return `BOOKMARK ${event.revision}${event.endsInitialEvents ? ' end of initial events' : ''}`;
  }
  const { object } = event.entry;
  return `${event.type} ${event.key} ${object.color} ${object.resourceVersion}`;
}

function takeAll(subscription: WatchSubscription<Thing, string>): string[] {
  const lines: string[] = [];
  for (let events = subscription.take(); events.length > 0; events = subscription.take()) {
    lines.push(...events.map(describeEvent));
  }
  return lines;
}

function namesOf(list: { entries: readonly { key: string }[] }): string[] {
  return list.entries.map(({ key }) => key.slice(key.lastIndexOf('/') + 1));
}

describe('getting and listing', () => {
  test('an object is found as soon as its revision has been waited for', async () => {
    const { cache, write } = await setUp();
    const revision = await write(put('/things/a/x', 'red'));
    expect(cache.get('/things/a/x')).toMatchObject({ revision, createRevision: revision });
    expect(cache.get('/things/a/x')?.object).toEqual({ color: 'red', resourceVersion: '2' });
    await write(remove('/things/a/x'));
    expect(cache.get('/things/a/x')).toBeUndefined();
  });

  test('what the store held before is there from the start', async () => {
    const before = await setUp();
    await writeMany(before, 5);
    const { cache } = await setUp({}, before.store);
    expect(namesOf(cache.list({ prefix: '/things/' }))).toEqual([
      '000',
      '001',
      '002',
      '003',
      '004',
    ]);
    expect(cache.revision).toBe(6);
  });

  test('each object is encoded once however often it is served', async () => {
    const setup = await setUp();
    await writeMany(setup, 3);
    const serve = (): Uint8Array[] =>
      setup.cache.list({ prefix: '/' }).entries.map(({ bytes }) => bytes);
    const [first, second] = [serve(), serve()];
    expect(second.every((bytes, i) => bytes === first[i])).toBe(true);
    expect(setup.encoded).toEqual(['/things/a/000@2', '/things/a/001@3', '/things/a/002@4']);
  });

  test('pages cut from one revision show that revision whatever happens meanwhile', async () => {
    const setup = await setUp();
    await writeMany(setup, 7);
    const first = setup.cache.list({ prefix: '/things/a/', limit: 3 });
    expect(namesOf(first)).toEqual(['000', '001', '002']);
    expect(first).toMatchObject({ revision: 8, next: '/things/a/002\0', remaining: 4 });
    await setup.write(remove('/things/a/004'), put('/things/a/0025', 'green'));
    const { revision } = first;
    const second = setup.cache.list({
      prefix: '/things/a/',
      limit: 3,
      revision,
      start: first.next!,
    });
    expect(namesOf(second)).toEqual(['003', '004', '005']);
    expect(second.remaining).toBe(1);
    const third = setup.cache.list({
      prefix: '/things/a/',
      limit: 3,
      revision,
      start: second.next!,
    });
    expect(namesOf(third)).toEqual(['006']);
    expect(third).toMatchObject({ revision: 8, remaining: 0 });
    expect(third.next).toBeUndefined();
  });

  test('a limit counts objects after filtering, and a next page is offered while keys are left', async () => {
    const setup = await setUp();
    await writeMany(setup, 6);
    const filter = { filter: (entry: { attributes: string }) => entry.attributes === 'red' };
    const page = setup.cache.list({ prefix: '/things/a/', limit: 3, ...filter });
    expect(namesOf(page)).toEqual(['000', '002', '004']);
    expect(page).toMatchObject({ next: '/things/a/004\0', remaining: 1 });
    const rest = setup.cache.list({ prefix: '/things/a/', limit: 3, start: page.next!, ...filter });
    expect(rest.entries).toEqual([]);
    expect(rest.next).toBeUndefined();
  });

  test('a list by name finds it in every folder below the prefix', async () => {
    const { cache, write } = await setUp();
    await write(put('/things/a/x', 'red'), put('/things/b/x', 'red'), put('/things/b/xx', 'red'));
    const { entries } = cache.list({ prefix: '/things/', name: 'x' });
    expect(entries.map(({ key }) => key)).toEqual(['/things/a/x', '/things/b/x']);
  });

  test('equal pages are the same array until something below their prefix changes', async () => {
    const setup = await setUp();
    await writeMany(setup, 4);
    const query = { prefix: '/things/a/', limit: 2 };
    const first = setup.cache.list(query);
    await setup.write(put('/other/x', 'red'));
    const later = setup.cache.list(query);
    expect(later.entries).toBe(first.entries);
    expect(later.revision).toBe(first.revision + 1);
    await setup.write(put('/things/a/003', 'green'));
    expect(setup.cache.list(query)).toMatchObject({ remaining: 2 });
    expect(setup.cache.list(query).entries).not.toBe(first.entries);
  });

  test('an old revision never gets the page of a newer one', async () => {
    const { cache, write } = await setUp();
    const old = await write(put('/things/a/x', 'red'));
    await write(put('/things/a/x', 'blue'));
    cache.list({ prefix: '/things/' });
    expect(cache.list({ prefix: '/things/', revision: old }).entries[0]?.attributes).toBe('red');
  });

  test('a revision that has not been reached is refused, and can be waited for', async () => {
    const { cache, store } = await setUp();
    expect(() => cache.list({ prefix: '/', revision: 2 })).toThrow(RevisionTooLargeError);
    expect(await cache.waitFor(2, { signal: AbortSignal.timeout(5) })).toBe(false);
    expect(await cache.waitFor(2, { limitMs: 5 })).toBe(false);
    const waiting = cache.waitFor(2);
    await store.txn({ conditions: [], operations: [put('/things/a/x', 'red')] });
    expect(await waiting).toBe(true);
  });

  test('catching up waits for what the store held at the call', async () => {
    const { cache, store } = await setUp();
    await store.txn({ conditions: [], operations: [put('/things/a/x', 'red')] });
    await cache.catchUp();
    expect(cache.get('/things/a/x')?.attributes).toBe('red');
  });
});

describe('history', () => {
  test('is forgotten by count, and what was forgotten is refused', async () => {
    const setup = await setUp({ history: { maxEvents: 3 } });
    await writeMany(setup, 5);
    expect(setup.cache.oldestRevision).toBe(3);
    expect(namesOf(setup.cache.list({ prefix: '/', revision: 3 }))).toEqual(['000', '001']);
    expect(() => setup.cache.list({ prefix: '/', revision: 2 })).toThrow(RevisionExpiredError);
    expect(() => setup.cache.watch({ prefix: '/', afterRevision: 2 })).toThrow(
      expect.objectContaining({ requestedRevision: 2, oldestRevision: 3 }),
    );
    const lines = takeAll(setup.cache.watch({ prefix: '/', afterRevision: 3 }));
    expect(lines).toHaveLength(3);
  });

  test('is forgotten by age', async () => {
    const setup = await setUp({ history: { maxAgeMs: 1000 } });
    await writeMany(setup, 2);
    setup.clock.nowMs = 600;
    await setup.write(put('/things/a/new', 'red'));
    setup.clock.nowMs = 1001;
    setup.cache.expire();
    expect(setup.cache.oldestRevision).toBe(3);
  });

  test('is forgotten by size', async () => {
    const setup = await setUp({ history: { maxBytes: 250 } });
    for (let i = 0; i < 4; i++) await setup.write(put('/big', 'x'.repeat(100)));
    expect(setup.cache.oldestRevision).toBe(setup.cache.revision - 2);
  });

  test('can be forgotten on demand, up to any revision', async () => {
    const setup = await setUp();
    await writeMany(setup, 5);
    setup.cache.forgetBefore(4);
    expect(setup.cache.oldestRevision).toBe(4);
    expect(namesOf(setup.cache.list({ prefix: '/', revision: 4 }))).toHaveLength(3);
    setup.cache.forgetBefore(1000);
    expect(setup.cache.oldestRevision).toBe(setup.cache.revision);
  });

  test('takes the history of the store with it, a good piece at a time', async () => {
    const setup = await setUp({ history: { maxEvents: 10 } });
    for (let i = 0; i < 505; i++) await setup.write(put('/a', String(i)));
    expect(await setup.store.compactedRevision()).toBe(1);
    for (let i = 0; i < 20; i++) await setup.write(put('/a', String(i)));
    const compacted = await setup.store.compactedRevision();
    expect(compacted).toBeGreaterThanOrEqual(500);
    expect(compacted).toBeLessThanOrEqual(setup.cache.oldestRevision);
    expect(setup.errors).toEqual([]);
  });

  test('reaches back over a restart as far as the store remembers', async () => {
    const before = await setUp();
    await writeMany(before, 6);
    await before.store.compact(4);
    const { cache } = await setUp({}, before.store);
    expect(cache.oldestRevision).toBe(4);
    expect(takeAll(cache.watch({ prefix: '/', afterRevision: 5 }))).toEqual([
      'ADDED /things/a/004 red 6',
      'ADDED /things/a/005 blue 7',
    ]);
    expect(namesOf(cache.list({ prefix: '/', revision: 5 }))).toHaveLength(4);
  });

  test.each([
    ['1,000 revisions of a store of its own', false, 1000],
    ['as much as it would keep of a shared store', true, 1500],
  ])('reaches back over a restart by %s', async (_what, isShared, reach) => {
    const before = await setUp();
    await writeMany(before, 2000);
    const store = isShared ? new Connection(before.store) : before.store;
    const { cache } = await setUp({ history: { maxEvents: 1500 } }, store);
    expect(cache.revision - cache.oldestRevision).toBe(reach);
  });
});

describe('watching', () => {
  test('delivers what follows a revision, past and to come, without gaps', async () => {
    const { cache, write } = await setUp();
    const from = await write(put('/things/a/x', 'red'));
    await write(put('/things/a/x', 'blue'));
    const subscription = cache.watch({ prefix: '/things/', afterRevision: from });
    await write(remove('/things/a/x'));
    expect(takeAll(subscription)).toEqual([
      'MODIFIED /things/a/x blue 3',
      'DELETED /things/a/x blue 4',
    ]);
  });

  test('a deletion carries the last state under the revision of the deletion, and the state before', async () => {
    const { cache, write } = await setUp();
    await write(put('/things/a/x', 'red'));
    const subscription = cache.watch({ prefix: '/' });
    await write(remove('/things/a/x'));
    const [event] = subscription.take();
    expect(event).toMatchObject({ type: 'DELETED', revision: 3, entry: { revision: 3 } });
    expect(event?.type === 'DELETED' && event.previous?.revision).toBe(2);
  });

  test('an object that starts to match is added, one that stops is deleted with its old content', async () => {
    const { cache, write } = await setUp();
    const filter = (entry: { attributes: string }): boolean => entry.attributes === 'red';
    const subscription = cache.watch({ prefix: '/', filter });
    await write(put('/x', 'blue'));
    await write(put('/x', 'red'));
    await write(put('/x', 'blue'));
    await write(put('/x', 'green'));
    await write(remove('/x'));
    expect(takeAll(subscription)).toEqual(['ADDED /x red 3', 'DELETED /x red 4']);
  });

  test('sees its own folder, name or prefix and nothing else', async () => {
    const { cache, write } = await setUp();
    const watches = {
      all: cache.watch({ prefix: '' }),
      folder: cache.watch({ prefix: '/things/a/' }),
      name: cache.watch({ prefix: '/things/', name: 'x' }),
      text: cache.watch({ prefix: '/thing' }),
    };
    await write(put('/things/a/x', '1'));
    await write(put('/things/b/x', '2'));
    await write(put('/things/a/xx', '3'));
    await write(put('/other/x', '4'));
    const seen = Object.entries(watches).map(([name, subscription]) => {
      const events = subscription.take();
      return [name, events.map((e) => (e.type === 'BOOKMARK' ? '' : e.entry.attributes)).join('')];
    });
    expect(Object.fromEntries(seen)).toEqual({
      all: '1234',
      folder: '13',
      name: '12',
      text: '123',
    });
  });

  test('initial events are one state in key order, ended by a bookmark, then live events', async () => {
    const setup = await setUp();
    await writeMany(setup, 3);
    const subscription = setup.cache.watch({ prefix: '/things/', initialEvents: true });
    await setup.write(put('/things/a/001', 'green'));
    expect(subscription.take(2).map(describeEvent)).toEqual([
      'ADDED /things/a/000 red 2',
      'ADDED /things/a/001 blue 3',
    ]);
    expect(takeAll(subscription)).toEqual([
      'ADDED /things/a/002 red 4',
      'BOOKMARK 4 end of initial events',
      'MODIFIED /things/a/001 green 5',
    ]);
  });

  test('a future revision is waited for in silence', async () => {
    const setup = await setUp();
    const subscription = setup.cache.watch({ prefix: '/', afterRevision: 4 });
    await writeMany(setup, 4);
    subscription.bookmark();
    expect(takeAll(subscription)).toEqual(['ADDED /things/a/003 blue 5', 'BOOKMARK 5']);
  });

  test('a bookmark stays behind all events up to its revision and ahead of all later ones', async () => {
    const { cache, write } = await setUp();
    const subscription = cache.watch({ prefix: '/things/' });
    await write(put('/things/a/x', 'red'));
    await write(put('/other/x', 'red'));
    subscription.bookmark();
    subscription.bookmark();
    await write(put('/things/a/x', 'blue'));
    expect(takeAll(subscription)).toEqual([
      'ADDED /things/a/x red 2',
      'BOOKMARK 3',
      'MODIFIED /things/a/x blue 4',
    ]);
  });

  test('the events of one revision are taken together', async () => {
    const { cache, write } = await setUp();
    const live = cache.watch({ prefix: '/' });
    await write(put('/a', '1'));
    await write(put('/b', '2'), put('/c', '3'), put('/d', '4'));
    await write(put('/e', '5'));
    const past = cache.watch({ prefix: '/', afterRevision: 1 });
    for (const subscription of [live, past]) {
      expect(subscription.take(2).map(({ revision }) => revision)).toEqual([2, 3, 3, 3]);
      expect(subscription.take(2).map(({ revision }) => revision)).toEqual([4]);
    }
  });

  test('watchers that see a change alike share its event and what was made from it', async () => {
    const { cache, write } = await setUp();
    const first = cache.watch({ prefix: '/' });
    const second = cache.watch({ prefix: '', filter: () => true });
    await write(put('/x', 'red'));
    const [a] = first.take();
    const [b] = second.take();
    expect(a).toBe(b);
    let made = 0;
    const lines = [a, b].map(
      (event) => event?.type === 'ADDED' && event.memo('json', () => ++made),
    );
    expect(lines).toEqual([1, 1]);
  });

  test('a reader whose queue is full still gets everything, in order and revision by revision', async () => {
    const { cache, write } = await setUp();
    const slow = cache.watch({ prefix: '/', maxQueued: 3 });
    await write(put('/a', '2'));
    await write(put('/b', '3'), put('/c', '3'), put('/d', '3'));
    for (let i = 4; i < 8; i++) await write(put('/a', String(i)), put('/b', String(i)));
    slow.bookmark();
    await write(put('/a', '8'));
    expect(slow.take(1).map(({ revision }) => revision)).toEqual([2]);
    expect(slow.take(1).map(({ revision }) => revision)).toEqual([3, 3, 3]);
    await write(put('/a', '9'));
    expect(takeAll(slow)).toEqual([
      ...[4, 5, 6, 7].flatMap((n) => [`MODIFIED /a ${n} ${n}`, `MODIFIED /b ${n} ${n}`]),
      'MODIFIED /a 8 8',
      'BOOKMARK 8',
      'MODIFIED /a 9 9',
    ]);
    await write(put('/a', '10'));
    expect(takeAll(slow)).toEqual(['MODIFIED /a 10 10']);
  });

  test('a reader that history has left behind is ended and told so; it held up nobody', async () => {
    const { cache, write } = await setUp({ history: { maxEvents: 4 } });
    const slow = cache.watch({ prefix: '/', maxQueued: 2 });
    const quick = cache.watch({ prefix: '/' });
    let calls = 0;
    slow.onReady(() => (calls += 1));
    const seen: string[] = [];
    for (let i = 0; i < 10; i++) {
      await write(put(`/${i}`, 'red'));
      seen.push(...takeAll(quick));
    }
    expect(slow.end).toBe('slow');
    expect(calls).toBe(2);
    expect(slow.take()).toEqual([]);
    expect(seen).toHaveLength(10);
    expect(quick.end).toBeUndefined();
  });

  test('a reader behind its queue gets the rest when the cache closes', async () => {
    const { cache, write } = await setUp();
    const slow = cache.watch({ prefix: '/', maxQueued: 1 });
    for (let i = 0; i < 4; i++) await write(put('/a', String(i)));
    await cache.close();
    expect(takeAll(slow)).toHaveLength(4);
    expect(slow.end).toBe('closed');
  });

  test('a listener is called once until its reader takes', async () => {
    const { cache, write } = await setUp();
    const subscription = cache.watch({ prefix: '/' });
    let calls = 0;
    subscription.onReady(() => (calls += 1));
    await write(put('/a', '1'));
    await write(put('/b', '2'));
    expect(calls).toBe(1);
    subscription.take();
    await write(put('/c', '3'));
    expect(calls).toBe(2);
    subscription.take();
    subscription.close();
    expect(calls).toBe(3);
  });

  test('a listener that throws ends its own subscription only', async () => {
    const { cache, write, errors } = await setUp();
    const broken = cache.watch({ prefix: '/' });
    const sound = cache.watch({ prefix: '/' });
    const fault = new Error('broken listener');
    broken.onReady(() => {
      throw fault;
    });
    await write(put('/a', '1'));
    expect(broken.end).toBe('failed');
    expect(errors).toEqual([fault]);
    expect(takeAll(sound)).toEqual(['ADDED /a 1 2']);
  });

  test('can be iterated until its signal aborts', async () => {
    const setup = await setUp();
    const abort = new AbortController();
    const subscription = setup.cache.watch({ prefix: '/', signal: abort.signal });
    const seen: string[] = [];
    const reading = (async () => {
      for await (const event of subscription) {
        seen.push(describeEvent(event));
        if (seen.length === 3) abort.abort();
      }
    })();
    await writeMany(setup, 4);
    await reading;
    expect(seen).toHaveLength(3);
    expect(subscription.end).toBe('aborted');
  });

  test('closing the cache ends its watches after what they were still owed', async () => {
    const { cache, write } = await setUp();
    const subscription = cache.watch({ prefix: '/' });
    await write(put('/a', '1'));
    await cache.close();
    expect(takeAll(subscription)).toEqual(['ADDED /a 1 2']);
    expect(subscription.end).toBe('closed');
    expect(cache.watch({ prefix: '/' }).end).toBe('closed');
    expect(await cache.waitFor(99)).toBe(false);
  });

  test('when the watch of the store breaks, watchers are ended and the cache starts over', async () => {
    const memory = createMemoryStore();
    const broken = new AbortController();
    const fault = new Error('connection lost');
    let watches = 0;
    const store: Store = {
      isShared: memory.isShared,
      currentRevision: () => memory.currentRevision(),
      compactedRevision: () => memory.compactedRevision(),
      get: (key, revision) => memory.get(key, revision),
      range: (query) => memory.range(query),
      txn: (transaction) => memory.txn(transaction),
      async *watch(query) {
        watches += 1;
        const signal = watches === 1 ? broken.signal : query.signal;
        yield* memory.watch({ ...query, ...(signal === undefined ? {} : { signal }) });
        if (watches === 1) throw fault;
      },
      compact: (revision) => memory.compact(revision),
      lead: (options) => memory.lead(options),
      close: () => memory.close(),
    };
    const { cache, write, errors } = await setUp({}, store);
    await write(put('/a', '1'));
    const subscription = cache.watch({ prefix: '/' });
    const again: WatchSubscription<Thing, string>[] = [];
    subscription.onReady(() => again.push(cache.watch({ prefix: '/', initialEvents: true })));
    broken.abort();
    await write(put('/b', '2'));
    expect(errors).toEqual([fault]);
    expect(subscription.end).toBe('lost');
    expect(namesOf(cache.list({ prefix: '/' }))).toEqual(['a', 'b']);
    expect(() => cache.watch({ prefix: '/', afterRevision: 2 })).toThrow(RevisionExpiredError);
    // Who comes back at once finds the new state, and is not ended with the others.
    expect(again.map(takeAll)).toEqual([
      ['ADDED /a 1 2', 'ADDED /b 2 3', 'BOOKMARK 3 end of initial events'],
    ]);
    expect(again[0]?.end).toBeUndefined();
    await cache.close();
  });
});
