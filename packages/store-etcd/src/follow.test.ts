import { isStoreError, type EventBatch, type Store } from '@imagestream/store';
import { describe, expect, test } from 'vitest';
import { FakeEtcd } from './fake-etcd.test-support.js';
import { openOn, write } from './store.test-support.js';

/** Each batch as `revision: text text`, until one reaches a revision. */
async function readUntil(batches: AsyncIterable<EventBatch>, revision: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const batch of batches) {
    const texts = batch.events.map((event) =>
      event.type === 'put' ? new TextDecoder().decode(event.current.value) : 'gone',
    );
    lines.push([`${batch.revision}:`, ...texts].join(' '));
    if (batch.revision >= revision) break;
  }
  return lines;
}

async function withStore(run: (store: Store, etcd: FakeEtcd) => Promise<void>): Promise<void> {
  const etcd = new FakeEtcd();
  const store = openOn(etcd);
  await run(store, etcd);
  await store.close();
}

// Evidence: store-etcd-watch
describe('a watch on etcd', () => {
  test('goes on where it was when its member is lost, again and again', async () => {
    await withStore(async (store, etcd) => {
      const reading = readUntil(store.watch({ prefix: '', afterRevision: 1 }), 7);
      for (let i = 2; i <= 7; i += 1) {
        await write(store, '/a', String(i));
        await new Promise((resolve) => setTimeout(resolve, 5));
        etcd.breakWatches();
      }
      expect(await reading).toEqual(['2: 2', '3: 3', '4: 4', '5: 5', '6: 6', '7: 7']);
    });
  });

  test('waits for an etcd that is away, and tells what happened meanwhile', async () => {
    const etcd = new FakeEtcd();
    const errors: unknown[] = [];
    const [store, other] = [
      openOn(etcd, { onError: (error) => errors.push(error) }),
      openOn(etcd, { instance: 'other' }),
    ];
    await write(other, '/a', '2');
    const watch = store.watch({ prefix: '', afterRevision: 1 });
    const reading = readUntil(watch, 4);
    await new Promise((resolve) => setTimeout(resolve, 20));
    etcd.isAway = true;
    etcd.breakWatches();
    await new Promise((resolve) => setTimeout(resolve, 50));
    etcd.isAway = false;
    await write(other, '/a', '3');
    await write(other, '/a', '4');
    expect(await reading).toEqual(['2: 2', '3: 3', '4: 4']);
    expect(errors.length).toBeGreaterThan(0);
    await Promise.all([store.close(), other.close()]);
  });

  test('that was away for too long fails with Compacted, also when only the last revision is gone', async () => {
    await withStore(async (store, etcd) => {
      for (const text of ['2', '3', '4']) await write(store, '/a', text);
      await store.txn({ conditions: [], operations: [{ type: 'delete', key: '/a' }] });
      await etcd.compact(5);
      // etcd itself would serve a watch from revision 5 on, without the delete that made it.
      const lost = await readUntil(store.watch({ prefix: '', afterRevision: 4 }), 5).catch(
        (error: unknown) => error,
      );
      expect(isStoreError(lost, 'Compacted')).toBe(true);
      await write(store, '/a', '6');
      expect(await readUntil(store.watch({ prefix: '', afterRevision: 5 }), 6)).toEqual(['6: 6']);
    });
  });

  test('tells of every revision of the store, and of no other', async () => {
    const etcd = new FakeEtcd();
    const [store, other] = [openOn(etcd), openOn(etcd, { instance: 'other' })];
    const elsewhere = {
      type: 'put',
      key: Buffer.from('/elsewhere'),
      value: Buffer.from('x'),
    } as const;
    await write(store, '/a/1', 'a');
    await etcd.txn({ compare: [], success: [elsewhere], failure: [] });
    await write(other, '/b/1', 'b');
    expect(await readUntil(store.watch({ prefix: '/a/', afterRevision: 1 }), 4)).toEqual([
      '2: a',
      '4:',
    ]);
    await Promise.all([store.close(), other.close()]);
  });
});
