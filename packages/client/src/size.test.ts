/** What a page has to load. The bundler is told that it is for a browser, so a Node built-in would fail the build. */
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

async function gzippedBytes(contents: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
  });
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length;
}

const index = JSON.stringify(join(import.meta.dirname, 'index.ts'));

test('list and watch with all their recovery weigh at most 8 kB', async () => {
  const bytes = await gzippedBytes(`
    import { connect, listObjects, watchObjects } from ${index};
    import { imageStreams } from '@imagestream/image-v1';
    const cluster = connect({ baseUrl: '/api/kubernetes' });
    for await (const stream of listObjects(cluster, imageStreams)) console.log(stream);
    for await (const event of watchObjects(cluster, imageStreams)) console.log(event);
  `);
  expect(bytes).toBeLessThanOrEqual(8 * 1024);
});

test('the whole client weighs at most 15 kB', async () => {
  const bytes = await gzippedBytes(`
    import { createImageClient } from ${index};
    console.log(createImageClient({ baseUrl: '/api/kubernetes' }));
  `);
  expect(bytes).toBeLessThanOrEqual(15 * 1024);
});
