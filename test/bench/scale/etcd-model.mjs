// One etcd as a model: it takes all writes that wait, flushes them together and answers them together.
// A commit of n writes takes `commitMs + n * writeMs`; the first part is the flush, the second what each
// write costs whoever has the least of it (CPU, here).
import { exponential, quantile } from './random.mjs';

/**
 * The two constants from two measurements in which a client always has so many writes under way: 1, and
 * `inFlight`. Half of those are in a commit while the other half wait for the next one.
 */
export function fitEtcd({ oneByOnePerSecond, saturatedPerSecond, inFlight, slowFlush }) {
  const loneMs = 1000 / oneByOnePerSecond;
  const group = inFlight / 2;
  const writeMs = (1000 / saturatedPerSecond - loneMs / group) / (1 - 1 / group);
  const meanSlowdown = 1 + slowFlush.share * (slowFlush.times - 1);
  return { writeMs, commitMs: (loneMs - writeMs) / meanSlowdown, slowFlush };
}

function commitTime({ commitMs, writeMs, slowFlush }, count, random) {
  const times = random() < slowFlush.share ? slowFlush.times : 1;
  return commitMs * times + count * writeMs;
}

/** Writes per second with a fixed number always under way. */
export function closedLoop(etcd, { inFlight, random, commits = 20_000 }) {
  let waiting = inFlight;
  let now = 0;
  let done = 0;
  for (let n = 0; n < commits; n += 1) {
    // Those that were answered come back while the next commit is under way.
    const group = Math.max(1, Math.ceil(waiting / 2));
    now += commitTime(etcd, group, random);
    done += group;
    waiting = inFlight;
  }
  return (done * 1000) / now;
}

/** Latencies in ms, sorted, of writes that come independently of each other; what is over the limit queues up. */
export function openLoop(etcd, { perSecond, random, writes = 100_000, roundTripMs = 0 }) {
  const latencies = [];
  const gapMs = 1000 / perSecond;
  let next = exponential(random, gapMs);
  let now = 0;
  while (latencies.length < writes) {
    now = Math.max(now, next);
    const group = [];
    while (next <= now) {
      group.push(next);
      next += exponential(random, gapMs);
    }
    now += commitTime(etcd, group.length, random);
    for (const arrival of group) latencies.push(now - arrival + roundTripMs);
  }
  return latencies.sort((a, b) => a - b);
}

/** What one etcd takes at most. */
export function limitPerSecond({ writeMs }) {
  return 1000 / writeMs;
}

/** The highest load at which 99 of 100 writes are answered in time. */
export function loadWithin(etcd, { p99Ms, makeRandom, roundTripMs }) {
  let [low, high] = [0, limitPerSecond(etcd)];
  for (let step = 0; step < 12; step += 1) {
    const perSecond = (low + high) / 2;
    const latencies = openLoop(etcd, {
      perSecond,
      random: makeRandom(),
      writes: 30_000,
      roundTripMs,
    });
    if (quantile(latencies, 0.99) <= p99Ms) low = perSecond;
    else high = perSecond;
  }
  return low;
}
