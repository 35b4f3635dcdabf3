import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const folder = fileURLToPath(
  new URL('../../packages/validators/src/gen/image-v1', import.meta.url),
);

async function bundle(entry: string, format: 'esm' | 'iife' = 'esm'): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: folder, loader: 'js' },
    bundle: true,
    minify: true,
    platform: 'browser',
    format,
    write: false,
    globalName: 'bundle',
  });
  return outputFiles[0]?.text ?? '';
}

test('the check of one kind fits into 38 kB, 4 kB compressed', async () => {
  const text = await bundle(`export { validateImageStream } from './ImageStream.js'`);
  expect(text.length).toBeLessThanOrEqual(38_000);
  expect(gzipSync(text).length).toBeLessThanOrEqual(4_000);
});

test('the checks of all kinds fit into 120 kB, 9 kB compressed', async () => {
  const text = await bundle(`export * from './shared.js'`);
  expect(text.length).toBeLessThanOrEqual(120_000);
  expect(gzipSync(text).length).toBeLessThanOrEqual(9_000);
});

test('compiled checks run where code may not be made from strings, and import nothing', async () => {
  const text = await bundle(`export * from './shared.js'`, 'iife');
  expect(text).not.toMatch(/\b(?:require|eval|import|Function)\s*\(/);
  const code = `${text}; bundle.validateImageStream({ spec: { tags: [{ name: 1 }] } })`;
  const result: unknown = runInNewContext(
    code,
    {},
    { contextCodeGeneration: { strings: false, wasm: false } },
  );
  expect(result).toBe(false);
});
