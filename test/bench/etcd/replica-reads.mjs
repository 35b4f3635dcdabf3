// What reads cost a replica on etcd, next to the same server on the memory store.
import { costTo } from '../server/etcd.mjs';
import { hammer, readAnswer } from '../server/http-load.mjs';
import { inTurns, median } from '../server/in-turns.mjs';

/** CPU per answer from the cache: `path` asks for any state. */
export async function measureCachedReads({ memory, etcd }, { path, total, connections, rounds }) {
  const sizes = await Promise.all(
    [memory, etcd].map(async ({ port }) => (await (await readAnswer(port, path)).text()).length),
  );
  if (Math.abs(sizes[0] - sizes[1]) > sizes[0] / 100) {
    throw new Error(`the answers differ: ${sizes.join(' and ')} characters`);
  }
  const work = (child) => () => hammer(child.port, { path, total, connections });
  const cost = await inTurns(
    { peer: { child: memory, work: work(memory) }, ours: { child: etcd, work: work(etcd) } },
    total,
    rounds,
  );
  return { ...cost, bytes: sizes[1] };
}

/** A read of the newest state goes through etcd. Reads that come together share a question to it. */
export async function measureConsistentReads({ memory, etcd, endpoint }, { path, connections }) {
  const total = connections === 1 ? 1000 : 8000;
  const load = { path, total, connections };
  await hammer(etcd.port, load);
  const rates = [];
  const questions = [];
  const cpu = [];
  const memoryRates = [];
  for (let round = 0; round < 5; round += 1) {
    memoryRates.push(await perSecond(memory, load));
    const before = await etcd.cpu();
    const cost = await costTo(endpoint, async () => rates.push(await perSecond(etcd, load)));
    cpu.push(((await etcd.cpu()) - before) / total);
    questions.push(cost.ranges / total);
  }
  return {
    rate: median(rates),
    memoryRate: median(memoryRates),
    latencyMs: (connections * 1000) / median(rates),
    microseconds: median(cpu),
    questions: median(questions),
  };
}

async function perSecond(child, load) {
  const start = performance.now();
  await hammer(child.port, load);
  return (load.total * 1000) / (performance.now() - start);
}
