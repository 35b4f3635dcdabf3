import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePorts } from '../../packages/store-etcd/src/etcd-process.test-support.js';
import { runChaos } from './chaos.js';
import { Replica, waitUntilHealthy } from './replicas.js';
import { describeRun } from './summary.js';

let folder: string;
let replica: Replica;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'imagestream-cluster-'));
  const [port = 0] = await freePorts(1);
  const args = ['--data-dir', join(folder, 'data'), '--no-import-controller'];
  replica = new Replica({ name: 'server-0', port, args, maxLifeMs: 120_000 });
  replica.start();
  await waitUntilHealthy(replica);
});

afterEach(async () => {
  await replica.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('one server on a folder, killed and stopped under load, is linearizable and loses nothing', async () => {
  const report = await runChaos(
    { replicas: [replica], members: [] },
    { seed: 1, loadMs: 8_000, maxFreezeMs: 4_500, pauseMs: 40, log: () => undefined },
  );
  console.log(describeRun(report));
  expect(report.problems.slice(0, 3)).toEqual([]);
  expect(report.recorder.operations.length).toBeGreaterThan(200);
  expect(report.unknown).toBeGreaterThan(0);
}, 90_000);
