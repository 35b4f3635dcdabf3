import { describe, expect, test } from 'vitest';
import { FakeEtcd } from './fake-etcd.test-support.js';
import { openOn } from './store.test-support.js';

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Stores on one etcd that all want to lead, and who does. */
function contenders(etcd: FakeEtcd, count: number) {
  const leading = new Set<number>();
  const told: string[] = [];
  const stores = Array.from({ length: count }, (_, i) => openOn(etcd, { instance: `no-${i}` }));
  const stops = stores.map(() => new AbortController());
  const leads = stores.map((store, i) =>
    store.lead({
      name: 'importer',
      signal: stops[i]?.signal ?? AbortSignal.abort(),
      work: async (signal) => {
        leading.add(i);
        told.push(`${i} of ${leading.size}`);
        await aborted(signal);
        leading.delete(i);
      },
    }),
  );
  return { leading, told, stores, stops, leads };
}

async function until(holds: () => boolean): Promise<void> {
  for (let waits = 0; !holds(); waits += 1) {
    if (waits > 1_000) throw new Error('it never came to that');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

// Evidence: store-etcd-lead
describe('of several stores on one etcd', () => {
  test('one leads at a time, and the next follows when it gives the lead up', async () => {
    const { told, leading, stops, leads, stores } = contenders(new FakeEtcd(), 3);
    for (let round = 1; round <= 3; round += 1) {
      await until(() => told.length === round && leading.size === 1);
      const [leader = -1] = leading;
      stops[leader]?.abort();
      await leads[leader];
    }
    expect(told.toSorted()).toEqual(['0 of 1', '1 of 1', '2 of 1']);
    await Promise.all(stores.map((store) => store.close()));
  });

  test('one whose lease has run out stops, and seeks the lead again', async () => {
    const etcd = new FakeEtcd();
    const { told, leading, stores, leads } = contenders(etcd, 1);
    await until(() => leading.size === 1);
    await etcd.leaseRevoke('1');
    await until(() => told.length === 2);
    await Promise.all(stores.map((store) => store.close()));
    await Promise.all(leads);
    expect(leading.size).toBe(0);
  });

  test('one that cannot renew stops before its lease runs out', async () => {
    const etcd = new FakeEtcd();
    const { leading, stores } = contenders(etcd, 1);
    await until(() => leading.size === 1);
    etcd.isAway = true;
    await until(() => leading.size === 0);
    expect(etcd.leaseIds()).toEqual(['1']);
    await Promise.all(stores.map((store) => store.close()));
  });
});
