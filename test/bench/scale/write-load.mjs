// How many writes one etcd takes, and how many several take when namespaces are spread over them.
import * as measured from './constants.mjs';
import { closedLoop, fitEtcd, limitPerSecond, loadWithin, openLoop } from './etcd-model.mjs';
import { hashOf, quantile, seededRandom, zipfShares } from './random.mjs';

const p99Ms = 50;
const namespaceCount = 2000;
const { roundTripMs } = measured;

const etcd = fitEtcd({ ...measured, inFlight: 100 });

/** Says what the model makes of the measurements, and of loads in between. */
export function* oneEtcd() {
  yield `model: a commit takes ${etcd.commitMs.toFixed(2)} ms and ${etcd.writeMs.toFixed(3)} ms for each write; limit ${limitPerSecond(etcd).toFixed(0)} writes/s`;
  const check = [1, 16, 100].map((inFlight) => {
    const rate = closedLoop(etcd, { inFlight, random: seededRandom(inFlight) });
    return `${inFlight} in flight ${rate.toFixed(0)}/s`;
  });
  yield `model, to be compared with the bench etcd: ${check.join(', ')}`;
  const disks = [
    { name: 'disk as measured', model: etcd },
    { name: 'flush of 2 ms', model: { ...etcd, commitMs: 2 } },
    { name: 'flush of 10 ms', model: { ...etcd, commitMs: 10 } },
  ];
  for (const { name, model } of disks) {
    const parts = [0.1, 0.5, 0.8, 0.95].map((share) => {
      const perSecond = limitPerSecond(model) * share;
      const latencies = openLoop(model, { perSecond, random: seededRandom(1), roundTripMs });
      return `${perSecond.toFixed(0)}/s ${describe(latencies)}`;
    });
    yield `${name}: ${parts.join('; ')}`;
  }
}

function describe(latencies) {
  return `${quantile(latencies, 0.5).toFixed(1)} ms, 99th percentile ${quantile(latencies, 0.99).toFixed(1)} ms`;
}

/** Spreads namespaces over several etcds: the one that gets most decides. */
export function* severalEtcds() {
  const alone = loadWithin(etcd, { p99Ms, roundTripMs, makeRandom: () => seededRandom(7) });
  yield `one etcd answers 99 of 100 writes within ${p99Ms} ms up to ${alone.toFixed(0)}/s`;
  for (const exponent of [0, 0.8, 1, 1.2]) {
    const shares = zipfShares(namespaceCount, exponent);
    const parts = [2, 4, 8, 16].map((shards) => {
      const hashed = Math.max(...loadsByHash(shares, shards));
      const packed = Math.max(...loadsByPacking(shares, shards));
      return `${shards} shards ${(1 / hashed).toFixed(1)} (${(1 / packed).toFixed(1)}) times`;
    });
    yield `namespaces of weight n^-${exponent}, the busiest writes ${(shares[0] * 100).toFixed(1)} %: ${parts.join(', ')}`;
  }
  yield* checkHottest(alone);
}

/** The model of all shards at a load that the hottest one just takes, and at one it does not take. */
function* checkHottest(alone) {
  const shards = 8;
  const loads = loadsByHash(zipfShares(namespaceCount, 1), shards);
  const total = alone / Math.max(...loads);
  for (const factor of [1, 1.2]) {
    const p99 = loads.map((load, n) => {
      const perSecond = total * factor * load;
      const latencies = openLoop(etcd, {
        perSecond,
        random: seededRandom(n),
        writes: 60_000,
        roundTripMs,
      });
      return quantile(latencies, 0.99);
    });
    yield `${shards} shards, weight n^-1, ${(total * factor).toFixed(0)} writes/s in all: 99th percentile ${Math.min(...p99).toFixed(0)} ms on the coldest, ${Math.max(...p99).toFixed(0)} ms on the hottest`;
  }
}

/** Each namespace goes where its name hashes highest: nothing has to be remembered. */
function loadsByHash(shares, shards) {
  const loads = new Array(shards).fill(0);
  shares.forEach((share, n) => {
    const ranks = loads.map((_, shard) => hashOf(`${shard}/team-${n}`));
    loads[ranks.indexOf(Math.max(...ranks))] += share;
  });
  return loads;
}

/** The busiest namespace first, each where there is least: a table has to be kept, and namespaces moved. */
function loadsByPacking(shares, shards) {
  const loads = new Array(shards).fill(0);
  for (const share of shares) loads[loads.indexOf(Math.min(...loads))] += share;
  return loads;
}
