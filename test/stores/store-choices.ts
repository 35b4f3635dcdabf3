import { createMemoryStore, type Store } from '@imagestream/store';
import { openEtcdStore } from '@imagestream/store-etcd';
import {
  missingEtcd,
  startEtcd,
  type EtcdCluster,
} from '../../packages/store-etcd/src/etcd-process.test-support.js';

/** A kind of store that tests of the whole server run on. */
export interface StoreChoice {
  readonly name: string;
  /** Why it cannot be used here; undefined when it can. */
  readonly missing: string | undefined;
  /** Starts what all its stores need. */
  start(): Promise<void>;
  /** Opens an empty store. */
  open(): Promise<Store>;
  /** Ends what was started. The stores are closed by whoever has them. */
  stop(): Promise<void>;
}

/** Memory, and a real etcd. Each gives the one who asks an etcd of their own, and each store a prefix of its own. */
export function storeChoices(): StoreChoice[] {
  return [memory(), etcd()];
}

function memory(): StoreChoice {
  return {
    name: 'in memory',
    missing: undefined,
    start: () => Promise.resolve(),
    open: () => Promise.resolve(createMemoryStore()),
    stop: () => Promise.resolve(),
  };
}

function etcd(): StoreChoice {
  const missing = missingEtcd();
  if (missing !== undefined) console.warn(`skipped: stories on etcd, because ${missing}`);
  let cluster: EtcdCluster | undefined;
  let opened = 0;
  return {
    name: 'on etcd',
    missing,
    async start() {
      cluster = await startEtcd({ args: ['--heartbeat-interval=10', '--election-timeout=100'] });
    },
    open() {
      opened += 1;
      return openEtcdStore({ endpoints: cluster?.endpoints ?? [], prefix: `/story-${opened}` });
    },
    async stop() {
      await cluster?.close();
    },
  };
}
