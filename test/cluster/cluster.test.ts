import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { missingEtcd } from '../../packages/store-etcd/src/etcd-process.test-support.js';
import { runChaos, type ChaosReport } from './chaos.js';
import { startEtcdStage, type EtcdStage } from './etcd-stage.js';
import { describeRun } from './summary.js';

const missing = missingEtcd();
if (missing !== undefined) console.log(`servers on etcd are not tested: ${missing}`);

// `npm run test:cluster -- --minutes 10 --seed 7` sets these.
const minutes = Number(process.env['CLUSTER_MINUTES'] ?? '0.6');
const seed = Number(process.env['CLUSTER_SEED'] ?? '1');

/** Then what happens is told as it happens. */
const isLong = process.env['CLUSTER_MINUTES'] !== undefined;

const loadMs = minutes * 60_000;
/** What a run takes besides: starts, an outage in which servers are given time to say so, the last looks. */
const aroundMs = 140_000;

test.skipIf(missing !== undefined)(
  'three servers on three members lose, repeat and reorder nothing while any of them dies',
  async () => {
    const stage = await startEtcdStage({ maxLifeMs: loadMs + aroundMs });
    try {
      const report = await runChaos(stage, {
        seed,
        loadMs,
        maxFreezeMs: loadMs < 120_000 ? 4_000 : 8_000,
        log: (line) => {
          if (isLong) console.log(line);
        },
      });
      console.log(describeRun(report));
      if (report.problems.length > 0) console.log(keepEvidence(report, stage));
      expect(report.problems.slice(0, 3)).toEqual([]);
      // What has to have happened for any of this to mean something.
      expect(report.recorder.operations.length).toBeGreaterThan(400);
      expect(report.faults.length).toBeGreaterThan(10);
      expect(report.unknown).toBeGreaterThan(0);
    } finally {
      await stage.close();
    }
  },
  loadMs + aroundMs,
);

/** Writes everything down that a failed run has seen, and says where. */
function keepEvidence(
  { recorder, faults, problems }: ChaosReport,
  { replicas }: EtcdStage,
): string {
  const folder = mkdtempSync(join(tmpdir(), 'imagestream-cluster-failed-'));
  const operations = recorder.operations.map((operation) => JSON.stringify(operation));
  writeFileSync(join(folder, 'operations.jsonl'), `${operations.join('\n')}\n`);
  writeFileSync(join(folder, 'problems.txt'), `${problems.join('\n')}\n`);
  writeFileSync(join(folder, 'faults.txt'), `${faults.join('\n')}\n`);
  for (const { name, output } of replicas) writeFileSync(join(folder, `${name}.log`), output);
  return `what was seen is in ${folder}`;
}
