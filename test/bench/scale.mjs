// What docs/scale.md says about more than one etcd, tried on a model that is fed with measured figures, and
// on real memory stores. The same every time. `node test/bench/scale.mjs writes lists` runs some of it only.
import { experiment } from './scale/list-experiment.mjs';
import { usefulReplicas, watchersPerCore, writesOverHttp } from './scale/replica-load.mjs';
import { readsBackwards, staleReads } from './scale/staleness.mjs';
import { oneEtcd, severalEtcds } from './scale/write-load.mjs';

/** What can be run, by name. */
const parts = {
  *writes() {
    yield* oneEtcd();
    yield* severalEtcds();
  },
  *replicas() {
    yield* watchersPerCore();
    yield* writesOverHttp();
    yield* usefulReplicas();
  },
  *staleness() {
    yield* staleReads();
    yield* readsBackwards();
  },
  async *lists() {
    yield* experiment({ shards: 1, runs: 50 });
    yield* experiment({ shards: 4, runs: 200 });
  },
};

const wanted = process.argv.slice(2);
for (const name of wanted.length > 0 ? wanted : Object.keys(parts)) {
  console.log(name);
  for await (const line of parts[name]()) console.log(`  ${line}`);
}
