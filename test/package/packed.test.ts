import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPublished } from './published.js';

const published = readPublished();
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'packed-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function pack(packageFolder: string): string {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const output = execFileSync('npm', args, {
    cwd: packageFolder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [packed] = JSON.parse(output) as { filename: string }[];
  return join(folder, packed!.filename);
}

// Node 20.19 requires modules of this format too, so what CommonJS resolvers of older Nodes see is no fault of ours (decision 0001).
const NOT_OURS = new Set(['CJSResolvesToESM', 'NoResolution', 'UntypedResolution']);

describe.each(published)('$name as it is packed', ({ folder: packageFolder, manifest }) => {
  test(
    'has no fault that publint or the type checker of packages knows',
    { timeout: 120_000 },
    async () => {
      const tarball = readFileSync(pack(packageFolder));
      const bytes = new Uint8Array(tarball);
      const { messages, pkg } = await publint({ strict: true, pack: { tarball: bytes.buffer } });
      expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
      const result = await checkPackage(createPackageFromTarballData(bytes));
      const problems = result.types === false ? [{ kind: 'NoTypes' }] : result.problems;
      const ours = problems.filter((problem) => {
        const mode = 'resolutionKind' in problem ? String(problem.resolutionKind) : '';
        return !(NOT_OURS.has(problem.kind) && mode !== 'node16-esm' && mode !== 'bundler');
      });
      expect(ours).toEqual([]);
    },
  );

  test('runs nothing when it is installed', () => {
    const hooks = ['preinstall', 'install', 'postinstall', 'prepare'];
    expect(Object.keys(manifest.scripts ?? {}).filter((name) => hooks.includes(name))).toEqual([]);
  });
});
