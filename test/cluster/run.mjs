// The longer run: node test/cluster/run.mjs [--minutes N] [--seed N]. Needs a build and etcd.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
  },
});
for (const [name, value] of Object.entries(values)) {
  if (!(Number(value) > 0)) {
    console.error(`--${name} is a number above 0, not ${value}`);
    process.exit(2);
  }
}
const { status } = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    'test/cluster/cluster.test.ts',
    '--disable-console-intercept',
  ],
  {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: 'inherit',
    env: { ...process.env, CLUSTER_MINUTES: values.minutes, CLUSTER_SEED: values.seed },
  },
);
process.exitCode = status ?? 1;
