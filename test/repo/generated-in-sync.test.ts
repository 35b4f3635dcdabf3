import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DiagnosticBag, generate, loadInputs } from '@imagestream/codegen';
import type { EmittedFile, GenerateOptions } from '@imagestream/codegen';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';

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

test('generated files do not depend on the order of keys in spec/', async () => {
  // The configuration is plain JavaScript, typed where it is written.
  const { config } = (await import(`${root}codegen/codegen.config.mjs`)) as {
    config: GenerateOptions;
  };
  const folder = mkdtempSync(join(tmpdir(), 'spec-'));
  try {
    const copy = join(folder, 'spec');
    for (const name of readdirSync(`${root}spec`, { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.yaml')) continue;
      mkdirSync(dirname(join(copy, name)), { recursive: true });
      const value: unknown = parse(readFileSync(`${root}spec/${name}`, 'utf8'));
      writeFileSync(join(copy, name), stringify(reverseKeys(value)));
    }
    expect(await filesFrom(copy, config)).toEqual(await filesFrom(`${root}spec`, config));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

async function filesFrom(spec: string, options: GenerateOptions): Promise<readonly EmittedFile[]> {
  return (await generate(loadInputs([spec], new DiagnosticBag()), options)).files;
}

function reverseKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reverseKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reverseKeys(member)]),
  );
}
