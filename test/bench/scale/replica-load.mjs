// What events cost replicas. Each replica sees every event, whoever watches where.
import {
  deliveryMicroseconds,
  eventMicroseconds,
  maxLoad,
  writeMicroseconds,
} from './constants.mjs';
import { exponential, quantile, seededRandom } from './random.mjs';

const writeRates = [10, 100, 1000];

/** Watchers per core at some write rates, and how late events are then. */
export function* watchersPerCore() {
  for (const perSecond of writeRates) {
    const watchers = Math.floor(
      (maxLoad * 1e6 - perSecond * eventMicroseconds) / (perSecond * deliveryMicroseconds),
    );
    const delays = deliveryDelays({ perSecond, watchers });
    yield (
      `${perSecond} events/s: ${watchers.toLocaleString('en-US')} deliveries of each event fill ${maxLoad * 100} % of a core; ` +
      `the last watcher gets it after ${quantile(delays, 0.5).toFixed(0)} ms, 99th percentile ${quantile(delays, 0.99).toFixed(0)} ms`
    );
  }
}

/** Writes over HTTP with a core for each replica: each takes its part of them, and sees those of all others. */
export function* writesOverHttp() {
  const parts = [1, 3, 6, 12].map((replicas) => {
    const costMicroseconds = writeMicroseconds + (replicas - 1) * eventMicroseconds;
    return `${replicas} ${replicas === 1 ? 'replica' : 'replicas'} ${((replicas * 1e6) / costMicroseconds).toFixed(0)}/s`;
  });
  yield `writes over HTTP, a core for each replica: ${parts.join(', ')}, any number at most ${(1e6 / eventMicroseconds).toFixed(0)}/s`;
}

/** A replica works in one thread. Each more takes its part of the watchers, and all of the events. */
export function* usefulReplicas() {
  const [watchers, share] = [10_000, 0.1];
  for (const perSecond of [100, 1000, 3000]) {
    const following = (perSecond * eventMicroseconds) / 1e6;
    const delivering = (perSecond * watchers * share * deliveryMicroseconds) / 1e6;
    const replicas = Math.ceil(delivering / (maxLoad - following));
    yield (
      `${perSecond} events/s, ${watchers.toLocaleString('en-US')} watchers who each see a tenth of them: ${replicas} replicas, ` +
      `${delivering.toFixed(2)} cores for telling watchers and ${(following * replicas).toFixed(2)} for following etcd`
    );
  }
  yield `above ${((maxLoad * 1e6) / eventMicroseconds).toFixed(0)} events/s a replica has no time for watchers`;
}

/** Time from an event's arrival until the last delivery is written: one thread, first come, first served. */
function deliveryDelays({ perSecond, watchers, events = 50_000 }) {
  const random = seededRandom(perSecond);
  const serviceMs = (eventMicroseconds + watchers * deliveryMicroseconds) / 1000;
  const delays = [];
  let arrival = 0;
  let free = 0;
  for (let n = 0; n < events; n += 1) {
    arrival += exponential(random, 1000 / perSecond);
    free = Math.max(free, arrival) + serviceMs;
    delays.push(free - arrival);
  }
  return delays.sort((a, b) => a - b);
}
