// What an event costs a replica on etcd that many watch, next to the same server on the memory store.
import { closeWatches, linesReached, openWatches } from '../server/http-load.mjs';
import { inTurns } from '../server/in-turns.mjs';

const changesPerRound = 40;

/** CPU per delivered event. What the changes cost without anybody watching is subtracted on both sides. */
export async function measureFanOut({ memory, etcd }, place) {
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
    return await inTurns(sides, watcherCount * changesPerRound);
  } finally {
    opened.forEach(closeWatches);
  }
}
