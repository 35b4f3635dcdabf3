// Joins what tsc has compiled into one file per entry and the chunks they share, so that importing the client reads a
// handful of files instead of a hundred. What it uses of the core and the image models is taken in: their errors are
// recognised by guards (`isStatusError`), which work across copies.
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const dist = new URL('../dist/', import.meta.url).pathname;

const { metafile } = await build({
  entryPoints: ['index.js', 'node/index.js', 'testing/index.js'].map((file) => join(dist, file)),
  outdir: dist,
  outbase: dist,
  allowOverwrite: true,
  bundle: true,
  splitting: true,
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  sourcemap: true,
  metafile: true,
  chunkNames: 'chunks/[name]-[hash]',
  external: ['node:*', '@imagestream/server', 'openapi-fetch', 'yaml', 'https-proxy-agent'],
  logLevel: 'warning',
});

const written = new Set(Object.keys(metafile.outputs).map((path) => join(process.cwd(), path)));

/** Removes the JavaScript that has been joined; the declarations stay where they are. */
function sweep(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) sweep(path);
    else if (/\.js(\.map)?$/.test(name) && !written.has(path)) rmSync(path);
  }
}

sweep(dist);
