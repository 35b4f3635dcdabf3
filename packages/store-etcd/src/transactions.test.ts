import { isStoreError, type Store } from '@imagestream/store';
import { afterEach, describe, expect, test } from 'vitest';
import { FakeEtcd, type TxnFate } from './fake-etcd.test-support.js';
import { KeyLayout } from './key-layout.js';
import { openOn } from './store.test-support.js';

const stores: Store[] = [];

afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.close()));
});

function open(etcd: FakeEtcd, instance = 'one', requestTimeoutMs = 2_000): Store {
  const store = openOn(etcd, { instance, requestTimeoutMs });
  stores.push(store);
  return store;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (value: Uint8Array | undefined): string => new TextDecoder().decode(value);

/** Fates of the next transactions; all that follow are fine. */
function fates(...next: TxnFate[]): () => TxnFate {
  return () => next.shift() ?? 'ok';
}

function create(store: Store, value = 'mine'): ReturnType<Store['txn']> {
  return store.txn({
    conditions: [{ key: '/a', modRevision: 0 }],
    operations: [{ type: 'put', key: '/a', value: bytes(value) }],
  });
}

describe('a write whose answer is lost', () => {
  // Evidence: store-etcd-exactly-once
  test('is told of when it happened, under the revision it has', async () => {
    const etcd = new FakeEtcd();
    const store = open(etcd);
    etcd.fate = fates('lose-answer');
    expect(await create(store)).toEqual({ type: 'committed', revision: 2 });
    expect(await store.get('/a')).toMatchObject({ modRevision: 2 });
  });

  test('is told of also when others have written since', async () => {
    const etcd = new FakeEtcd();
    const [store, other] = [open(etcd), open(etcd, 'other')];
    let calls = 0;
    etcd.fate = () => {
      calls += 1;
      return calls === 1 ? 'lose-answer' : 'ok';
    };
    const mine = create(store);
    await other.txn({
      conditions: [],
      operations: [{ type: 'put', key: '/a', value: bytes('theirs') }],
    });
    expect(await mine).toEqual({ type: 'committed', revision: 2 });
    expect(text((await store.get('/a'))?.value)).toBe('theirs');
  });

  test('is told of also when it only deleted', async () => {
    const etcd = new FakeEtcd();
    const store = open(etcd);
    await create(store);
    etcd.fate = fates('lose-answer');
    const remove = {
      conditions: [{ key: '/a', modRevision: 2 }],
      operations: [{ type: 'delete', key: '/a' }],
    } as const;
    expect(await store.txn(remove)).toEqual({ type: 'committed', revision: 3 });
  });

  test('is not taken for the same one of somebody else', async () => {
    const etcd = new FakeEtcd();
    const [store, other] = [open(etcd), open(etcd, 'other')];
    await create(store);
    const remove = {
      conditions: [{ key: '/a', modRevision: 2 }],
      operations: [{ type: 'delete', key: '/a' }],
    } as const;
    etcd.fate = fates('lose-request');
    const mine = store.txn(remove);
    const theirs = other.txn(remove);
    expect(await theirs).toEqual({ type: 'committed', revision: 3 });
    expect(await mine).toMatchObject({ type: 'refused', current: [undefined] });
  });

  test('is made again when it got nowhere', async () => {
    const etcd = new FakeEtcd();
    const store = open(etcd);
    etcd.fate = fates('lose-request');
    // Revision 2 is that of the fence.
    expect(await create(store)).toEqual({ type: 'committed', revision: 3 });
  });

  test('never happens later, once it was said not to have happened', async () => {
    const etcd = new FakeEtcd();
    const store = open(etcd);
    etcd.fate = fates('late');
    expect(await create(store, 'first')).toMatchObject({ type: 'committed' });
    await store.txn({ conditions: [], operations: [{ type: 'delete', key: '/a' }] });
    for (let i = 0; i < 6; i += 1) {
      await store.txn({
        conditions: [],
        operations: [{ type: 'put', key: '/b', value: bytes('') }],
      });
    }
    expect(await store.get('/a')).toBeUndefined();
  });

  test('is reported as unknown while etcd stays away, and the next one goes through', async () => {
    const etcd = new FakeEtcd();
    const store = open(etcd, 'one', 200);
    etcd.fate = () => {
      etcd.isAway = true;
      return 'lose-answer';
    };
    const lost = await create(store).catch((error: unknown) => error);
    expect(isStoreError(lost, 'Unavailable')).toBe(true);
    etcd.isAway = false;
    etcd.fate = () => 'ok';
    expect(await create(store)).toMatchObject({ type: 'refused' });
    expect(text((await store.get('/a'))?.value)).toBe('mine');
  });

  test('costs nothing while none is lost: only what was asked for is written', async () => {
    const etcd = new FakeEtcd();
    const store = open(etcd);
    await create(store);
    const { all } = new KeyLayout('/test');
    const { kvs } = await etcd.range(all);
    expect(kvs.map(({ key }) => text(key))).toEqual(['/test/objects/a']);
  });
});

describe('many writers over a network that loses things', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'lose no increment and make none twice (seed %i)',
    async (seed) => {
      const etcd = new FakeEtcd();
      const random = generator(seed);
      const all: readonly TxnFate[] = ['refuse', 'lose-request', 'lose-answer', 'late'];
      etcd.fate = () => (random() < 0.3 ? (all[Math.floor(random() * all.length)] ?? 'ok') : 'ok');
      const writers = Array.from({ length: 3 }, (_, i) => open(etcd, `writer-${i}`, 10_000));
      const revisions: number[] = [];
      const increment = async (store: Store): Promise<void> => {
        for (let seen = await store.get('/n'); ;) {
          const result = await store.txn({
            conditions: [{ key: '/n', modRevision: seen?.modRevision ?? 0 }],
            operations: [
              { type: 'put', key: '/n', value: bytes(`${Number(text(seen?.value)) + 1}`) },
            ],
          });
          if (result.type === 'committed') {
            revisions.push(result.revision);
            return;
          }
          seen = result.current[0];
        }
      };
      await Promise.all(
        writers.flatMap((store) =>
          Array.from({ length: 3 }, async () => {
            for (let i = 0; i < 5; i += 1) await increment(store);
          }),
        ),
      );
      expect(text((await writers[0]?.get('/n'))?.value)).toBe('45');
      expect(new Set(revisions).size).toBe(45);
    },
  );
});

/** A small generator of numbers from 0 up to 1, the same for the same seed. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
