// Reads of the newest state while somebody else writes in the same etcd, of which the replica's watch hears nothing.
import { openEtcdStore } from '@imagestream/store-etcd';
import { hammer } from '../server/http-load.mjs';
import { median } from '../server/in-turns.mjs';

const rounds = 5;
const readsPerRound = 400;

/** Milliseconds for a read, one at a time: alone, and while another store writes so often; in turns. */
export async function measureSharedReads({ etcd, endpoint }, { path, writesPerSecond }) {
  const other = await openEtcdStore({ endpoints: [endpoint], prefix: '/somebody-else' });
  try {
    const load = { path, total: readsPerRound, connections: 1 };
    await hammer(etcd.port, load);
    const alone = [];
    const shared = [];
    for (let round = 0; round < rounds; round += 1) {
      alone.push(await perRead(etcd, load));
      const stop = writeEvery(1000 / writesPerSecond, other);
      shared.push(await perRead(etcd, load));
      await stop();
    }
    return { alone: median(alone), shared: median(shared) };
  } finally {
    await other.close();
  }
}

async function perRead(child, load) {
  const start = performance.now();
  await hammer(child.port, load);
  return (performance.now() - start) / load.total;
}

/** Returns how to end it. */
function writeEvery(pauseMs, store) {
  let isOver = false;
  const operation = { type: 'put', key: '/x', value: Buffer.from('x') };
  const writing = (async () => {
    while (!isOver) {
      await store.txn({ conditions: [], operations: [operation] });
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  })();
  return () => {
    isOver = true;
    return writing;
  };
}
