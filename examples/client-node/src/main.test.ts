import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('the program answers every question and ends', async () => {
  const main = join(import.meta.dirname, '../dist/main.js');
  const { stdout } = await promisify(execFile)(process.execPath, [main], { timeout: 30_000 });
  expect(stdout).toContain('team-a/app: latest');
  expect(stdout).toMatch(
    /Where does app:prod point.*\n {2}registry\.example\.com\/acme\/app@sha256:c0ffee/,
  );
  expect(stdout).toContain('conflict with "team-a"');
  expect(stdout).toMatch(/Why did the import fail\?\n {2}latest: \w+/);
  expect(stdout).toContain('DELETED base');
});
