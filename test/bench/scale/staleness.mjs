// How old is what a replica answers from its cache alone? And what does a client see that asks one replica
// after the other? A replica applies events in order, some time after they were committed.
import { eventMicroseconds, outage, roundTripMs } from './constants.mjs';
import { exponential, quantile, seededRandom } from './random.mjs';

const writesPerSecond = 200;
const simulatedMs = 10 * 60_000;
/** Now and then the one thread of a replica is busy with something big: a long list, collecting garbage. */
const pause = { everyMs: 5_000, meanMs: 50 };

/** Replicas of the first tier follow etcd; those of the second follow one of the first. */
export function* staleReads() {
  const commits = commitTimes(seededRandom(1));
  const first = followers(commits, { count: 1, seed: 10 })[0];
  const second = followers(first, { count: 1, seed: 20 })[0];
  const cut = cutOff(first, { atMs: simulatedMs / 2 });
  const cases = [
    ['follows etcd', first],
    ['follows a replica', second],
    ['follows etcd, connection lost once', cut],
  ];
  for (const [name, applied] of cases) {
    const { staleShare, ages } = askAtRandom(commits, applied, seededRandom(2));
    yield (
      `${name}: ${(staleShare * 100).toFixed(1)} % of reads are not the newest state; these are behind by ` +
      `${quantile(ages, 0.5).toFixed(1)} ms, 99th percentile ${quantile(ages, 0.99).toFixed(0)} ms, at most ${ages.at(-1).toFixed(0)} ms`
    );
  }
}

/** A client whose requests are spread over replicas, with and without saying what it has seen already. */
export function* readsBackwards() {
  const commits = commitTimes(seededRandom(1));
  const replicas = followers(commits, { count: 3, seed: 30 });
  for (const everyMs of [1, 10, 100]) {
    const { backwards, waits, reads } = readInTurns(replicas, { everyMs, random: seededRandom(4) });
    if (waits.some((wait) => wait < 0)) throw new Error('a wait cannot be negative');
    yield (
      `3 replicas in turns, a read every ${everyMs} ms: ${((backwards * 100) / reads).toFixed(2)} % go back in time; ` +
      `with "not older than what I have seen" none does, ${((waits.length * 100) / reads).toFixed(2)} % wait, ` +
      `99th percentile of those ${quantile(waits, 0.99).toFixed(0)} ms`
    );
  }
}

function commitTimes(random) {
  const times = [];
  for (let now = 0; now < simulatedMs; now += exponential(random, 1000 / writesPerSecond)) {
    times.push(now);
  }
  return times;
}

/** When each of some replicas has applied each event. */
function followers(sent, { count, seed }) {
  return Array.from({ length: count }, (_, n) => applyTimes(sent, seededRandom(seed + n)));
}

function applyTimes(sent, random) {
  let free = 0;
  let nextPause = exponential(random, pause.everyMs);
  let lastArrival = 0;
  return sent.map((time) => {
    const wayMs = roundTripMs / 2 + exponential(random, roundTripMs / 2);
    lastArrival = Math.max(lastArrival, time + wayMs); // One stream keeps its order.
    let start = Math.max(free, lastArrival);
    while (nextPause <= start) {
      start = Math.max(start, nextPause + exponential(random, pause.meanMs));
      nextPause += exponential(random, pause.everyMs);
    }
    free = start + eventMicroseconds / 1000;
    return free;
  });
}

/** The same replica when its connection falls silent: it notices, connects again, and catches up. */
function cutOff(applied, { atMs }) {
  const backMs = atMs + outage.noticedAfterMs + outage.healedAfterMs;
  let free = backMs;
  return applied.map((time) => {
    if (time < atMs || time > free) return time;
    free += eventMicroseconds / 1000;
    return free;
  });
}

/** What reads at random times find: behind by the age of the oldest event that is missing. */
function askAtRandom(commits, applied, random) {
  const ages = [];
  const reads = 200_000;
  for (let n = 0; n < reads; n += 1) {
    const now = random() * simulatedMs;
    const missing = commits[countUpTo(applied, now)];
    if (missing !== undefined && missing < now) ages.push(now - missing);
  }
  return { staleShare: ages.length / reads, ages: ages.sort((a, b) => a - b) };
}

function readInTurns(replicas, { everyMs, random }) {
  let seen = 0;
  let backwards = 0;
  let reads = 0;
  const waits = [];
  for (let now = 1000; now < simulatedMs - 1000; now += exponential(random, everyMs)) {
    const applied = replicas[reads % replicas.length];
    const revision = countUpTo(applied, now);
    reads += 1;
    if (revision < seen) {
      backwards += 1;
      waits.push(applied[seen - 1] - now);
    }
    seen = Math.max(seen, revision);
  }
  return { backwards, reads, waits: waits.sort((a, b) => a - b) };
}

/** How many of the ascending times are at most `now`. */
function countUpTo(times, now) {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= now) low = middle + 1;
    else high = middle;
  }
  return low;
}
