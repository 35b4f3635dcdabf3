import { createMemoryStore } from '@imagestream/store';
import type { Operation } from '@imagestream/store';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CacheCodec, CacheEntry } from './cache-entry.js';
import type { CacheEvent } from './cache-event.js';
import { createWatchCache } from './create-watch-cache.js';
import type { WatchCache } from './watch-cache.js';
import type { WatchSubscription } from './watch-subscription.js';

type Entry = CacheEntry<{ text: string }, string>;

const codec: CacheCodec<{ text: string }, string> = {
  decode: ({ value }) => ({ text: new TextDecoder().decode(value) }),
  encode: ({ text }) => new TextEncoder().encode(text),
  attributes: ({ text }) => text,
};

/** A client that lists, then watches, and believes what it is told. */
class Client {
  readonly held = new Map<string, string>();
  readonly query: { prefix: string; filter?: (entry: Entry) => boolean };
  readonly subscription: WatchSubscription<{ text: string }, string>;
  #revision: number;

  constructor(
    cache: WatchCache<{ text: string }, string>,
    options: { prefix: string; wants: string; initial: boolean },
  ) {
    const { prefix, wants, initial } = options;
    this.query = wants === '' ? { prefix } : { prefix, filter: (e) => e.attributes === wants };
    const list = initial ? undefined : cache.list(this.query);
    for (const { key, attributes } of list?.entries ?? []) this.held.set(key, attributes);
    this.#revision = list?.revision ?? cache.revision;
    this.subscription = cache.watch({
      ...this.query,
      maxQueued: 3,
      ...(list === undefined ? { initialEvents: true } : { afterRevision: list.revision }),
    });
  }

  read(maxEvents: number): void {
    const events = this.subscription.take(maxEvents);
    events.forEach((event) => this.#believe(event));
    // A revision is never taken in two pieces.
    const last = events.at(-1)?.revision;
    if (last !== undefined && last > this.#revision) this.#revision = last;
  }

  readAll(): void {
    for (let before = -1; before !== this.#revision; this.read(100)) before = this.#revision;
    while (this.subscription.take(100).length > 0) throw new Error('read too little');
  }

  #believe(event: CacheEvent<{ text: string }, string>): void {
    if (event.type === 'BOOKMARK') {
      expect(event.revision).toBeGreaterThanOrEqual(this.#revision);
      return;
    }
    const { key, type, entry } = event;
    // Types tell the truth about what the client holds.
    expect(this.held.has(key)).toBe(type !== 'ADDED');
    if (type === 'DELETED') {
      expect(entry.attributes).toBe(this.held.get(key));
      this.held.delete(key);
    } else {
      this.held.set(key, entry.attributes);
    }
  }
}

const keys = fc.constantFrom('/a/1', '/a/2', '/a/3', '/b/1', '/b/2', '/ab/1');
const texts = fc.constantFrom('red', 'blue');
const operations = fc
  .uniqueArray(fc.record({ key: keys, text: fc.option(texts) }), {
    minLength: 1,
    maxLength: 4,
    selector: ({ key }) => key,
  })
  .map((writes) => writes.map(({ key, text }) => toOperation(key, text)));
const actions = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: operations.map((list) => ({ type: 'write', list }) as const) },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant('join' as const),
        prefix: fc.constantFrom('', '/', '/a/', '/a', '/b/'),
        wants: fc.constantFrom('', 'red', 'blue'),
        initial: fc.boolean(),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constant('read' as const),
        client: fc.nat(5),
        max: fc.integer({ min: 1, max: 5 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('bookmark' as const) }) },
  ),
  { maxLength: 80 },
);

function toOperation(key: string, text: string | null): Operation {
  return text === null
    ? { type: 'delete', key }
    : { type: 'put', key, value: new TextEncoder().encode(text) };
}

test('whoever lists and then watches holds what a later list shows, however it reads', async () => {
  await fc.assert(
    fc.asyncProperty(actions, async (list) => {
      const store = createMemoryStore();
      const cache = await createWatchCache({
        store,
        codec,
        now: () => 0,
        onError: (error) => {
          throw error;
        },
      });
      const clients: Client[] = [];
      for (const action of list) {
        if (action.type === 'write') {
          await store.txn({ conditions: [], operations: action.list });
          await cache.catchUp();
        } else if (action.type === 'join') clients.push(new Client(cache, action));
        else if (action.type === 'read') clients[action.client]?.read(action.max);
        else clients.forEach(({ subscription }) => subscription.bookmark());
      }
      for (const client of clients) {
        client.readAll();
        const { entries } = cache.list(client.query);
        const listed = entries.map(({ key, attributes }) => [key, attributes]);
        expect([...client.held].sort()).toEqual(listed.sort());
      }
      await cache.close();
    }),
    { numRuns: 300 },
  );
});
