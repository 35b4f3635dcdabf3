import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transform } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { missingEtcd, startEtcd } from '../../packages/store-etcd/src/etcd-process.test-support.js';
import { listFiles, ROOT } from './source-files.js';

interface CodeBlock {
  line: number;
  code: string;
  needsEtcd: boolean;
}

/** Where blocks fenced as `ts etcd` look for one. */
const documentedEtcd = 'http://127.0.0.1:2379';
const etcdIsMissing = missingEtcd() !== undefined;

/**
 * The TypeScript blocks of a document. A block that shows a shape only is fenced as `ts no-run`, one that needs an etcd as
 * `ts etcd`.
 */
function readBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(/^```(?:ts|typescript)( etcd)?\n([\s\S]*?)^```$/gm)].map(
    (match) => ({
      line: markdown.slice(0, match.index).split('\n').length,
      code: match[2] ?? '',
      needsEtcd: match[1] !== undefined,
    }),
  );
}

async function withEtcd(run: (endpoint: string) => Promise<void>): Promise<void> {
  const cluster = await startEtcd();
  try {
    await run(cluster.endpoints[0] ?? '');
  } finally {
    await cluster.close();
  }
}

const documents = listFiles(
  'README.md',
  'packages/*/README.md',
  'packages/*/docs/*.md',
  'examples/README.md',
)
  .map((path) => ({ path, blocks: readBlocks(readFileSync(join(ROOT, path), 'utf8')) }))
  .filter(({ blocks }) => blocks.length > 0);

describe.each(documents)('$path', ({ blocks }) => {
  for (const { line, code, needsEtcd } of blocks) {
    test.skipIf(needsEtcd && etcdIsMissing)(`the code at line ${line} runs`, () =>
      needsEtcd
        ? withEtcd((endpoint) => runBlock(code.replaceAll(documentedEtcd, endpoint)))
        : runBlock(code),
    );
  }
});

async function runBlock(code: string): Promise<void> {
  const parent = join(ROOT, 'test', 'node_modules', '.cache');
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, 'readme-'));
  try {
    const file = join(folder, 'block.mjs');
    const { code: script } = await transform(code, {
      loader: 'ts',
      format: 'esm',
      target: 'node20',
    });
    writeFileSync(file, script);
    await expect(import(/* @vite-ignore */ pathToFileURL(file).href)).resolves.toBeDefined();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('the README shows the two commands a newcomer needs', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  expect(readme).toContain('npm ci && npm run demo');
  expect(readme).toContain('npm ci && npm test');
});
