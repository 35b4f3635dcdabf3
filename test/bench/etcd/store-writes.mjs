// Acknowledged writes: the store's compare-and-swap transactions next to raw puts of the same bytes.
import { openEtcdStore } from '@imagestream/store-etcd';
import { costTo } from '../server/etcd.mjs';
import { median } from '../server/in-turns.mjs';
import { connectForPuts, connectForTransactions } from './raw-client.mjs';
import { storedStream } from './stored-streams.mjs';

/** Many short ones: what else goes on then hits all who write alike. */
const rounds = 31;
const warmUpRounds = 2;
/** Keys of one lane: each is written by one lane only, so that every compare holds. */
const keysPerLane = 8;

/** How many are under way at once, and how many are written in a round. */
const loads = [
  { inFlight: 1, perRound: 120 },
  { inFlight: 16, perRound: 500 },
  { inFlight: 100, perRound: 1000 },
];

/** Measures on a cluster; all clients talk to its leader. */
export function measureStoreWrites({ endpoints: [endpoint] }, { name }) {
  return withWriters(endpoint, async (writers) => {
    const lines = [];
    for (const load of loads) {
      const figures = await inRounds(load, writers);
      lines.push(`writes, ${name}, ${load.inFlight} in flight: ${describe(figures)}`);
    }
    lines.push(`writes, ${name}, cost to the leader: ${await leaderCost(endpoint, writers)}`);
    return lines;
  });
}

/** The heaviest load only, on etcd that is set up in another way. */
export function measureTuned({ endpoints: [endpoint] }, { name }) {
  return withWriters(endpoint, async (writers) => {
    const load = loads.at(-1);
    const figures = await inRounds(load, writers);
    return `writes, ${name}, ${load.inFlight} in flight: ${describe(figures)}`;
  });
}

async function withWriters(endpoint, measure) {
  const store = await openEtcdStore({ endpoints: [endpoint] });
  const raw = connectForPuts(endpoint);
  const bare = connectForTransactions(endpoint);
  try {
    return await measure({
      puts: rawWriter(raw, '/imagestream-raw'),
      transactions: rawWriter(bare, '/imagestream-txn'),
      ours: storeWriter(store),
    });
  } finally {
    raw.close();
    bare.close();
    await store.close();
  }
}

function describe({ rates, ratios, p50, p99 }) {
  const { ours, puts, transactions } = rates;
  return (
    `${ours.toFixed(0)}/s, raw puts ${puts.toFixed(0)}/s, ratio ${ratios.puts.toFixed(2)} (limit 0.7), ` +
    `bare transactions ${transactions.toFixed(0)}/s, ratio ${ratios.transactions.toFixed(2)}; ` +
    `latency ${p50.toFixed(2)} ms, 99th percentile ${p99.toFixed(2)} ms`
  );
}

/** In turns, so that all see the same disk. Medians, and the median of what each pair of rounds says. */
async function inRounds({ inFlight, perRound }, writers) {
  const perSecond = mapValues(writers, () => []);
  const lanes = mapValues(writers, () => makeLanes(inFlight));
  const latencies = [];
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    for (const [name, write] of inTurn(Object.entries(writers), round)) {
      const { rate, times } = await runRound({ perRound, lanes: lanes[name], write });
      if (round < 0) continue;
      perSecond[name].push(rate);
      if (name === 'ours') latencies.push(...times);
    }
  }
  latencies.sort((a, b) => a - b);
  return {
    rates: mapValues(perSecond, median),
    ratios: mapValues(perSecond, (peer) => median(perSecond.ours.map((rate, i) => rate / peer[i]))),
    p50: latencies[latencies.length >> 1],
    p99: latencies[Math.floor(latencies.length * 0.99)],
  };
}

/** What writing costs the member that leads, with many in flight. */
async function leaderCost(endpoint, writers) {
  const { inFlight } = loads.at(-1);
  const perRound = 4000;
  const parts = [];
  for (const name of ['puts', 'ours']) {
    const lanes = makeLanes(inFlight);
    const round = () => runRound({ perRound, lanes, write: writers[name] });
    await round();
    const cost = await costTo(endpoint, round);
    parts.push(
      `${name === 'ours' ? 'a write' : 'a raw put'} ${((cost.cpuSeconds / perRound) * 1e6).toFixed(0)} us CPU, ` +
        `${(perRound / cost.flushes).toFixed(0)} in one flush of ${((cost.flushSeconds / cost.flushes) * 1e3).toFixed(2)} ms`,
    );
  }
  return parts.join('; ');
}

/** Everybody is first, in the middle and last equally often: the one before leaves etcd work behind. */
function inTurn(list, round) {
  const first = (round + warmUpRounds) % list.length;
  return [...list.slice(first), ...list.slice(0, first)];
}

function mapValues(record, change) {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

function makeLanes(inFlight) {
  return Array.from({ length: inFlight }, (_, lane) =>
    Array.from({ length: keysPerLane }, (_, i) => storedStream(lane * keysPerLane + i)),
  );
}

async function runRound({ perRound, lanes, write }) {
  const times = [];
  const perLane = Math.ceil(perRound / lanes.length);
  const start = performance.now();
  await Promise.all(
    lanes.map(async (objects) => {
      for (let n = 0; n < perLane; n += 1) {
        const began = performance.now();
        await write(objects[n % objects.length]);
        times.push(performance.now() - began);
      }
    }),
  );
  return { rate: (times.length * 1000) / (performance.now() - start), times };
}

/** Keys as long as those of the store. */
function rawWriter(client, prefix) {
  return ({ key, value }) => client.put(`${prefix}/objects${key}`, value);
}

/** Compare-and-swap as the server sends it: the key stands where it was seen last. */
function storeWriter(store) {
  const revisions = new Map();
  return async ({ key, value }) => {
    const modRevision = revisions.get(key) ?? 0;
    const result = await store.txn({
      conditions: [{ key, modRevision }],
      operations: [{ type: 'put', key, value }],
    });
    if (result.type !== 'committed') throw new Error(`${key} was written by somebody else`);
    revisions.set(key, result.revision);
  };
}
