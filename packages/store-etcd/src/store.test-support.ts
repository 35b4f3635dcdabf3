/** Stores on etcd in memory, for tests. */
import type { Store } from '@imagestream/store';
import { EtcdStore, type EtcdStoreParts } from './etcd-store.js';
import type { FakeEtcd } from './fake-etcd.test-support.js';
import { KeyLayout } from './key-layout.js';

/** Opens a store below `/test`; pauses are short and not random. */
export function openOn(etcd: FakeEtcd, parts: Partial<EtcdStoreParts> = {}): Store {
  return new EtcdStore({
    etcd,
    instance: 'one',
    requestTimeoutMs: 2_000,
    keys: new KeyLayout('/test'),
    knownRevision: etcd.revision,
    attemptTimeoutMs: 500,
    leaseSeconds: 3,
    random: () => 0,
    onError: () => undefined,
    ...parts,
  });
}

/** The write that gives a key a text. */
export async function write(store: Store, key: string, text: string): Promise<number> {
  const operation = { type: 'put', key, value: new TextEncoder().encode(text) } as const;
  const { revision } = await store.txn({ conditions: [], operations: [operation] });
  return revision;
}
