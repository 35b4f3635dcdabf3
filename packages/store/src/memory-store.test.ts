import { describe, expect, test } from 'vitest';
import { createMemoryStore } from './memory-store.js';
import type { Store } from './store.js';
import { ContractViolation, runDifferential, storeContract } from './suite/index.js';

describe('a memory store', () => {
  for (const { name, run } of storeContract) {
    test(name, async () => {
      const store = createMemoryStore();
      await run(store);
      await store.close();
    });
  }
});

describe('a memory store that takes the place of another', () => {
  const write = { type: 'put', key: '/a', value: new Uint8Array(1) } as const;

  test('goes on counting behind it', async () => {
    const store = createMemoryStore({ minRevision: 5000 });
    expect(await store.currentRevision()).toBe(5000);
    const written = await store.txn({ conditions: [], operations: [write] });
    expect(written).toEqual({ type: 'committed', revision: 5001 });
    const watch = store.watch({ prefix: '', afterRevision: 5000 });
    for await (const { revision, events } of watch) {
      expect({ revision, count: events.length }).toEqual({ revision: 5001, count: 1 });
      break;
    }
  });

  test('knows nothing of its history', async () => {
    const store = createMemoryStore({ minRevision: 5000 });
    expect(await store.compactedRevision()).toBe(5000);
    await expect(store.get('/a', 4999)).rejects.toMatchObject({ code: 'Compacted' });
  });

  test('keeps to the contract otherwise', async () => {
    const refused = (): Store => createMemoryStore({ minRevision: 0.5 });
    expect(refused).toThrow(expect.objectContaining({ code: 'InvalidArgument' }) as Error);
    const store = createMemoryStore({ minRevision: 7 });
    await store.txn({ conditions: [], operations: [write] });
    await store.compact(8);
    expect(await store.range({ prefix: '' })).toMatchObject({ revision: 8, more: false });
  });
});

describe('the suite notices a store that', () => {
  /** A memory store with some methods replaced. */
  function flawed(flaw: (sound: Store) => Partial<Store>): Store {
    const sound = createMemoryStore();
    return { ...methodsOf(sound), ...flaw(sound) };
  }

  async function violations(flaw: (sound: Store) => Partial<Store>): Promise<number> {
    let count = 0;
    for (const { run } of storeContract) {
      try {
        await run(flawed(flaw));
      } catch (error) {
        if (!(error instanceof ContractViolation)) throw error;
        count += 1;
      }
    }
    return count;
  }

  test('reads the newest state whatever the revision', async () => {
    expect(await violations((sound) => ({ get: (key) => sound.get(key) }))).toBeGreaterThan(0);
  });

  test('ignores conditions', async () => {
    const flaw = (sound: Store): Partial<Store> => ({
      txn: ({ operations }) => sound.txn({ conditions: [], operations }),
    });
    expect(await violations(flaw)).toBeGreaterThan(0);
  });

  test('splits the events of a revision', async () => {
    const flaw = (sound: Store): Partial<Store> => ({
      async *watch(query) {
        for await (const { revision, events } of sound.watch(query)) {
          for (const event of events) yield { revision, events: [event] };
          if (events.length === 0) yield { revision, events };
        }
      },
    });
    expect(await violations(flaw)).toBeGreaterThan(0);
  });

  test('forgets what was before', async () => {
    const flaw = (sound: Store): Partial<Store> => ({
      async *watch(query) {
        for await (const { revision, events } of sound.watch(query)) {
          const stripped = events.map((event) =>
            event.type === 'put' ? { type: event.type, current: event.current } : event,
          );
          yield { revision, events: stripped };
        }
      },
    });
    expect(await violations(flaw)).toBeGreaterThan(0);
    const reference = createMemoryStore();
    const run = runDifferential({ seed: 1, steps: 500, reference, candidate: flawed(flaw) });
    await expect(run).rejects.toThrow(/seed 1, step \d+: watch/);
  });

  test('compacts only in name', async () => {
    expect(await violations(() => ({ compact: async () => undefined }))).toBeGreaterThan(0);
  });
});

test('a store that takes concurrent transactions in another order does not differ', async () => {
  for (let seed = 0; seed < 5; seed++) {
    const sound = createMemoryStore();
    const calls: (() => void)[] = [];
    const candidate: Store = {
      ...methodsOf(sound),
      // All calls of one turn are made in reverse.
      txn: async (transaction) => {
        if (calls.length === 0) {
          queueMicrotask(() => {
            for (const call of calls.splice(0).reverse()) call();
          });
        }
        await new Promise<void>((resolve) => calls.push(resolve));
        return sound.txn(transaction);
      },
    };
    await runDifferential({ seed, steps: 300, reference: createMemoryStore(), candidate });
  }
});

test('two memory stores never differ', async () => {
  for (let seed = 0; seed < 10; seed++) {
    const [reference, candidate] = [createMemoryStore(), createMemoryStore()];
    await runDifferential({ seed, steps: 300, reference, candidate });
  }
});

/** The methods of a store, bound, so that some can be replaced. */
function methodsOf(store: Store): Store {
  return {
    isShared: store.isShared,
    currentRevision: () => store.currentRevision(),
    compactedRevision: () => store.compactedRevision(),
    get: (key, revision) => store.get(key, revision),
    range: (query) => store.range(query),
    txn: (transaction) => store.txn(transaction),
    watch: (query) => store.watch(query),
    compact: (revision) => store.compact(revision),
    lead: (options) => store.lead(options),
    close: () => store.close(),
  };
}
