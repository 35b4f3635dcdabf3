import { randomUUID } from 'node:crypto';
import { createMemoryStore, isStoreError, type Store } from '@imagestream/store';
import { runDifferential, storeContract } from '@imagestream/store/suite';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { missingEtcd, startEtcd, type EtcdCluster } from './etcd-process.test-support.js';
import { FakeEtcd } from './fake-etcd.test-support.js';
import { openEtcdStore } from './open-etcd-store.js';
import { connectEtcd } from './rpc/connect-etcd.js';
import { openOn, write } from './store.test-support.js';

const missing = missingEtcd();
if (missing !== undefined) console.log(`tests on a real etcd are left out: ${missing}`);

/** A single member elects itself at once. */
const hasty = ['--heartbeat-interval=10', '--election-timeout=100'];

/** Counts from revision 1, as the contract's cases want it: an etcd for each of them. */
async function withFreshStore(run: (store: Store, cluster: EtcdCluster) => Promise<void>) {
  const cluster = await startEtcd({ args: hasty });
  try {
    const store = openExact(cluster);
    try {
      await run(store, cluster);
    } finally {
      await store.close();
    }
  } finally {
    await cluster.close();
  }
}

/** Like `openEtcdStore`, but all revisions come from what the test writes, however slow the machine is. */
function openExact({ endpoints }: Pick<EtcdCluster, 'endpoints'>): Store {
  const etcd = connectEtcd({ endpoints });
  return openOn(etcd, {
    instance: randomUUID(),
    requestTimeoutMs: 10_000,
    attemptTimeoutMs: 3_000,
  });
}

describe('a store on etcd in memory', () => {
  for (const { name, run } of storeContract) {
    test(name, async () => {
      const store = openOn(new FakeEtcd());
      await run(store);
      await store.close();
    });
  }

  test.each([1, 2])('never differs from a memory store (seed %i)', async (seed) => {
    const candidate = openOn(new FakeEtcd());
    const reference = createMemoryStore();
    await runDifferential({ seed, steps: 200, reference, candidate });
    await candidate.close();
  });
});

describe.skipIf(missing !== undefined)('a store on a real etcd', () => {
  for (const { name, run } of storeContract) {
    test.concurrent(name, () => withFreshStore(run));
  }

  test.each([1, 2, 3, 4])(
    'never differs from a memory store, closed and opened again in between (seed %i)',
    { timeout: 120_000 },
    async (seed) => {
      await withFreshStore(async (first, { endpoints }) => {
        const reopen = async (store: Store): Promise<Store> => {
          await store.close();
          return openExact({ endpoints });
        };
        const reference = createMemoryStore();
        const last = await runDifferential({
          seed,
          steps: 200,
          reference,
          candidate: first,
          reopen,
        });
        await last.close();
      });
    },
  );
});

describe.skipIf(missing !== undefined)('stores that share an etcd', () => {
  let cluster: EtcdCluster;
  const open: Store[] = [];

  beforeAll(async () => {
    cluster = await startEtcd({ args: hasty });
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((store) => store.close()));
  });
  afterAll(() => cluster.close());

  async function openAt(prefix: string): Promise<Store> {
    const store = await openEtcdStore({ endpoints: cluster.endpoints, prefix });
    open.push(store);
    return store;
  }

  // Evidence: store-etcd-keys
  test('do not see each other below different prefixes, one the beginning of the other', async () => {
    const [a, b] = [await openAt('/same'), await openAt('/same/more')];
    await write(a, '/x', 'in a');
    await write(b, '/x', 'in b');
    const keysOf = async (store: Store): Promise<unknown> => {
      const { entries } = await store.range({ prefix: '' });
      return entries.map(({ key, value }) => `${key} ${Buffer.from(value).toString()}`);
    };
    expect([await keysOf(a), await keysOf(b)]).toEqual([['/x in a'], ['/x in b']]);
  });

  // Evidence: store-etcd-revision
  test('see the same revisions below the same prefix, and skip those of others', async () => {
    const [a, b, other] = [await openAt('/one'), await openAt('/one'), await openAt('/other')];
    const first = await write(a, '/x', '1');
    await write(other, '/x', '1');
    const second = await write(b, '/x', '2');
    expect(second).toBe(first + 2);
    expect(await a.currentRevision()).toBe(second);
    expect(await a.get('/x')).toMatchObject({ createRevision: first, modRevision: second });
  });

  // Evidence: store-etcd-revision
  test('bring a watch to every revision they tell, also to those of others', async () => {
    const [a, b, other] = [await openAt('/idle'), await openAt('/idle'), await openAt('/busy')];
    const afterRevision = await write(a, '/x', '1');
    const stop = new AbortController();
    const { signal } = stop;
    const told: number[] = [];
    const writeElsewhere = async (): Promise<void> => {
      await write(other, '/x', 'something');
      told.push(await b.currentRevision());
    };
    await writeElsewhere();
    for await (const { revision, events } of b.watch({ prefix: '', afterRevision, signal })) {
      expect(events).toEqual([]);
      if (revision < (told.at(-1) ?? 0)) continue;
      if (told.length === 5) stop.abort();
      else await writeElsewhere();
    }
    expect(told.length).toBe(5);
  });

  test('may compact at the same time, and what is gone is Compacted to all of them', async () => {
    const [a, b] = [await openAt('/compacted'), await openAt('/compacted')];
    const first = await write(a, '/x', '1');
    const second = await write(b, '/x', '2');
    await Promise.all([a.compact(second), b.compact(second), a.compact(first)]);
    expect([await a.compactedRevision(), await b.compactedRevision()]).toEqual([second, second]);
    const error = await b.get('/x', first).catch((caught: unknown) => caught);
    expect(isStoreError(error, 'Compacted')).toBe(true);
  });

  test.each(['conditions', 'deletes', 'deletes of what may not be there'])(
    'take a transaction as long as etcd does, and refuse a longer one with TooLarge: %s',
    async (form) => {
      const store = await openAt('/steps');
      const many = (count: number): ReturnType<Store['txn']> => {
        const keys = Array.from({ length: count }, (_, i) => `/${i}`);
        const conditions = keys.map((key) => ({ key, modRevision: 0 }));
        if (form === 'conditions') {
          const put = { type: 'put', key: '/other', value: Buffer.from('x') } as const;
          return store.txn({ conditions, operations: [put] });
        }
        const held = form === 'deletes' ? [{ key: '/0', modRevision: first }] : [];
        const operations = keys.map((key) => ({ type: 'delete', key }) as const);
        return store.txn({ conditions: held, operations });
      };
      const first = form === 'conditions' ? 0 : await write(store, '/0', 'x');
      expect(await many(127)).toMatchObject({ type: 'committed' });
      const refused = await many(128).catch((error: unknown) => error);
      expect(isStoreError(refused, 'TooLarge')).toBe(true);
    },
  );

  test('are not opened where somebody else has written', async () => {
    const etcd = connectEtcd({ endpoints: cluster.endpoints });
    const key = Buffer.from('/foreign/objects/a');
    await etcd.txn({
      compare: [],
      success: [{ type: 'put', key, value: Buffer.from('{}') }],
      failure: [],
    });
    etcd.close();
    const opening = await openAt('/foreign').catch((error: unknown) => error);
    expect(isStoreError(opening, 'Damaged')).toBe(true);
    expect(String(opening)).toContain('"/a"');
  });

  // Evidence: server-import-forgets
  test('count on from another revision where they are told to', async () => {
    const behind = await (await openAt('/counted')).currentRevision();
    const minRevision = behind + 200;
    const store = await openEtcdStore({
      endpoints: cluster.endpoints,
      prefix: '/counted',
      minRevision,
    });
    open.push(store);
    expect(await write(store, '/x', '1')).toBeGreaterThan(minRevision);
  });

  test('read long ranges at one revision while they change', async () => {
    const [a, b] = [await openAt('/long'), await openAt('/long')];
    const keys = Array.from({ length: 1_200 }, (_, i) => `/${String(i).padStart(4, '0')}`);
    for (let i = 0; i < keys.length; i += 100) {
      const operations = keys.slice(i, i + 100).map((key) => {
        return { type: 'put', key, value: Buffer.from('old') } as const;
      });
      await a.txn({ conditions: [], operations });
    }
    const reading = b.range({ prefix: '' });
    await Promise.all([0, 600, 1_199].map((i) => write(a, keys[i] ?? '', 'new')));
    const { revision, entries, more } = await reading;
    expect([entries.length, more]).toEqual([1_200, false]);
    expect(entries.every(({ modRevision }) => modRevision <= revision)).toBe(true);
  });
});

describe.skipIf(missing !== undefined)('a store on an etcd whose quota is used up', () => {
  test('says of no write that it was not done if it was, and goes on reading', async () => {
    const cluster = await startEtcd({ args: [...hasty, `--quota-backend-bytes=${8 * 2 ** 20}`] });
    const store = await openEtcdStore({ endpoints: cluster.endpoints, requestTimeoutMs: 2_000 });
    try {
      let last = 1;
      const fill = async (): Promise<void> => {
        // etcd looks at the size of its file, which grows a tenth of a second later.
        for (let i = 0; i < 500; i += 1) last = await write(store, '/big', 'x'.repeat(1_000_000));
      };
      const refused = await fill().catch((error: unknown) => error);
      if (!isStoreError(refused, 'Unavailable')) throw refused;
      const held = await store.get('/big');
      // etcd does the write at which it notices, or not, and answers the same.
      const isUndone = held?.modRevision === last;
      expect(isUndone || !refused.unwritten).toBe(true);
      expect(held?.value.length).toBe(1_000_000);
    } finally {
      await store.close();
      await cluster.close();
    }
  });
});

describe('opening a store on etcd', () => {
  test('fails with Unavailable and the endpoint when nobody is there', async () => {
    const opening = openEtcdStore({ endpoints: ['http://127.0.0.1:1'], requestTimeoutMs: 300 });
    await expect(opening).rejects.toThrow(/127\.0\.0\.1:1/);
    expect(isStoreError(await opening.catch((error: unknown) => error), 'Unavailable')).toBe(true);
  });

  test.each(['', '/', 'relative', '/a//b', '/a\0'])('refuses the prefix %j', async (prefix) => {
    const opening = openEtcdStore({ endpoints: ['http://127.0.0.1:1'], prefix });
    expect(isStoreError(await opening.catch((error: unknown) => error), 'InvalidArgument')).toBe(
      true,
    );
  });
});
