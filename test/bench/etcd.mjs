// The server on etcd, in one or several replicas, next to what it costs at least: raw puts through the
// same client, the same server on the memory store, a bare read of the same range.
// `node test/bench/etcd.mjs writes watch` measures some of it only.
import { measureApiWrites } from './etcd/api-writes.mjs';
import { measureColdStarts } from './etcd/cold-start.mjs';
import { measureCachedReads, measureConsistentReads } from './etcd/replica-reads.mjs';
import { measureFanOut, measureFollowing } from './etcd/replica-watches.mjs';
import { measureSharedReads } from './etcd/shared-reads.mjs';
import { measureStoreWrites, measureTuned } from './etcd/store-writes.mjs';
import { medianCost } from './server/in-turns.mjs';
import { missingEtcd, startEtcd, withEtcd } from './server/etcd.mjs';
import { MeasuredProcess } from './server/measured-process.mjs';

const namespace = 'bench';
const quietNamespace = 'quiet';
const collection = `/apis/image.openshift.io/v1/namespaces/${namespace}/imagestreams`;
const tagsPerStream = 3;
const watcherCount = 1000;

/**
 * A process is a little faster or slower than the next one of its kind for as long as it lives: what is
 * compared is measured on several pairs of processes, each for a short time.
 */
const pairs = 5;
const roundsOfPair = { rounds: 3, warmUpRounds: 1 };

async function inPairs(measure) {
  const results = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    results.push(await withServers(measure, { isEtcdFirst: pair % 2 === 1 }));
  }
  return results;
}

/** Runs with a server on the memory store and one on etcd; both hold 500 streams. */
async function withServers(measure, { isEtcdFirst = false } = {}) {
  return withEtcd({}, async ({ endpoints: [endpoint] }) => {
    const start = { memory: ['memory'], etcd: ['etcd', endpoint] };
    const children = { endpoint };
    try {
      for (const name of isEtcdFirst ? ['etcd', 'memory'] : ['memory', 'etcd']) {
        const child = await MeasuredProcess.start(...start[name]);
        children[name] = child;
        await child.ask('create', { namespace, count: 500, tags: tagsPerStream });
        await child.ask('create', { namespace: quietNamespace, count: 1, tags: tagsPerStream });
      }
      return await measure(children);
    } finally {
      await children.memory?.stop();
      await children.etcd?.stop();
    }
  });
}

function describe({ peerMicroseconds, oursMicroseconds, ratio }) {
  return `${oursMicroseconds.toFixed(1)} us CPU, on the memory store ${peerMicroseconds.toFixed(1)}, ratio ${ratio.toFixed(2)} (limit 0.95)`;
}

function describeConsistent({ rate, memoryRate, latencyMs, microseconds, questions }) {
  return (
    `${rate.toFixed(0)}/s, on the memory store ${memoryRate.toFixed(0)}/s; ${latencyMs.toFixed(2)} ms, ` +
    `${microseconds.toFixed(1)} us CPU, ${questions.toFixed(2)} questions to etcd for each`
  );
}

/** What can be measured, by name. Each yields the lines it has to say, with the limits they are held to. */
const measures = {
  async *writes() {
    const name = (members) => (members === 1 ? '1 member' : `${members} members`);
    for (const members of [1, 3]) {
      yield* await withEtcd({ members }, (etcd) =>
        measureStoreWrites(etcd, { name: name(members) }),
      );
    }
    // etcd 3.4 copies what it has not committed to its file for every transaction; later ones do not.
    const args = ['--backend-batch-interval', '20ms'];
    yield await withEtcd({ args }, (etcd) =>
      measureTuned(etcd, { name: `${name(1)} with ${args.join(' ')}` }),
    );
  },
  async *api() {
    for (const replicas of [1, 3]) {
      yield* await withEtcd({}, (etcd) => measureApiWrites(etcd, { replicas }));
    }
  },
  async *reads() {
    const loads = {
      get: { path: `${collection}/app-00000?resourceVersion=0`, total: 10_000, connections: 16 },
      list: { path: `${collection}?resourceVersion=0`, total: 500, connections: 4 },
    };
    const results = await inPairs(async (servers) => ({
      get: await measureCachedReads(servers, { ...loads.get, rounds: roundsOfPair }),
      list: await measureCachedReads(servers, { ...loads.list, rounds: roundsOfPair }),
    }));
    const [{ get, list }] = results;
    yield `cached GET of one stream (${get.bytes} bytes): ${describe(medianCost(results.map((one) => one.get)))}`;
    yield `cached list of 500 (${list.bytes} bytes): ${describe(medianCost(results.map((one) => one.list)))}`;
  },
  async *consistent() {
    const path = `${collection}/app-00000`;
    const figures = await withServers(async (servers) => {
      const list = [];
      for (const connections of [1, 16]) {
        list.push({
          connections,
          ...(await measureConsistentReads(servers, { path, connections })),
        });
      }
      return list;
    });
    for (const { connections, ...cost } of figures) {
      yield `consistent GET, ${connections} at a time: ${describeConsistent(cost)}`;
    }
  },
  async *shared() {
    const path = `${collection}/app-00000`;
    const writesPerSecond = 200;
    const { alone, shared } = await withServers((servers) =>
      measureSharedReads(servers, { path, writesPerSecond }),
    );
    yield `consistent GET while others write ${writesPerSecond} times a second in the same etcd: ${shared.toFixed(2)} ms, alone ${alone.toFixed(2)} ms`;
  },
  async *watch() {
    const place = { collection, namespace, quietNamespace, watcherCount };
    const cost = medianCost(
      await inPairs((servers) => measureFanOut(servers, { ...place, rounds: roundsOfPair })),
    );
    yield `event to one of ${watcherCount} watchers: ${describe(cost)}`;
  },
  async *follow() {
    const startFollower = (endpoint) => MeasuredProcess.start('etcd', endpoint);
    const microseconds = await withServers(({ etcd, endpoint }) =>
      measureFollowing({ etcd, startFollower: () => startFollower(endpoint) }, { namespace }),
    );
    yield `event of another replica that nobody watches: ${microseconds.toFixed(0)} us CPU`;
  },
  async *start() {
    const etcd = await startEtcd();
    try {
      yield* measureColdStarts(etcd, [10_000, 100_000]);
    } finally {
      await etcd.stop();
    }
  },
};

const missing = missingEtcd();
if (missing === undefined) {
  const wanted = process.argv.slice(2);
  for (const name of wanted.length > 0 ? wanted : Object.keys(measures)) {
    for await (const line of measures[name]()) console.log(line);
  }
} else {
  console.log(`left out: ${missing}`);
}
