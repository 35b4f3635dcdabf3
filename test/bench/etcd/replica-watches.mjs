// What an event costs a replica on etcd that many watch, next to the same server on the memory store.
import { closeWatches, linesReached, openWatches } from '../server/http-load.mjs';
import { inTurns, median } from '../server/in-turns.mjs';

const changesPerRound = 40;

/** CPU per delivered event. What the changes cost without anybody watching is subtracted on both sides. */
export async function measureFanOut({ memory, etcd }, { rounds, ...place }) {
  const { collection, namespace, quietNamespace, watcherCount } = place;
  const path = `${collection}?watch=true&sendInitialEvents=false&resourceVersionMatch=NotOlderThan`;
  const opened = [];
  const side = async (child) => {
    const watchers = await openWatches(child.port, path, watcherCount);
    opened.push(watchers);
    const change = (where) => child.ask('change', { count: changesPerRound, namespace: where });
    return {
      child,
      work: async () => {
        const wanted = watchers.lines + watcherCount * changesPerRound;
        await change(namespace);
        await linesReached(watchers, wanted);
      },
      workBesides: () => change(quietNamespace),
    };
  };
  try {
    const sides = { peer: await side(memory), ours: await side(etcd) };
    return await inTurns(sides, watcherCount * changesPerRound, rounds);
  } finally {
    opened.forEach(closeWatches);
  }
}

/** CPU of a replica per event that another one wrote and nobody watches. */
export async function measureFollowing({ etcd, startFollower }, { namespace }) {
  const count = 500;
  const changes = () => etcd.ask('change', { namespace, count });
  const follower = await startFollower();
  try {
    const costs = [];
    for (let round = -1; round < 5; round += 1) {
      const before = await follower.cpu();
      await changes();
      if (round >= 0) costs.push(((await follower.cpu()) - before) / count);
    }
    return median(costs);
  } finally {
    await follower.stop();
  }
}
