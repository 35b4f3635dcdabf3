/** Stores on etcd in memory, for tests. */
import type { Store } from '@imagestream/store';
import { EtcdStore, type EtcdStoreParts } from './etcd-store.js';
import { KeyLayout } from './key-layout.js';
import type { EtcdApi } from './rpc/etcd-api.js';

/**
 * Opens a store below `/test`. Pauses are short and not random, and it writes no marks: every
 * revision is one of the test's own.
 */
export function openOn(etcd: EtcdApi, parts: Partial<EtcdStoreParts> = {}): Store {
  return new EtcdStore({
    etcd,
    instance: 'one',
    requestTimeoutMs: 2_000,
    keys: new KeyLayout('/test'),
    knownRevision: 1,
    attemptTimeoutMs: 500,
    leaseSeconds: 3,
    markAfterMs: 600_000,
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
