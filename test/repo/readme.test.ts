import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transform } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { listFiles, ROOT } from './source-files.js';

interface CodeBlock {
  line: number;
  code: string;
}

/** The TypeScript blocks of a document. A block that shows a shape only is fenced as `ts no-run`. */
function readBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(/^```(?:ts|typescript)\n([\s\S]*?)^```$/gm)].map((match) => ({
    line: markdown.slice(0, match.index).split('\n').length,
    code: match[1] ?? '',
  }));
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
  test.each(blocks)('the code at line $line runs', async ({ code }) => {
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
  });
});

test('the README shows the two commands a newcomer needs', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  expect(readme).toContain('npm ci && npm run demo');
  expect(readme).toContain('npm ci && npm test');
});
