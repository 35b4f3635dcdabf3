import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('generated files are what spec/ gives', () => {
  expect(existsSync(`${root}codegen/dist/index.js`), 'build first: npm run build').toBe(true);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['scripts/generate.mjs', '--check'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  expect({ status, output: status === 0 ? '' : stdout + stderr }).toEqual({
    status: 0,
    output: '',
  });
});
