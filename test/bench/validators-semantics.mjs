// Judging objects as the server does: structure, defaults, lifecycle and rules; and reading references.
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { sampleImageStream } from './validators.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Median operations per second of a function over `samples` runs of `ms` milliseconds. */
function opsPerSecond(work, { samples = 5, ms = 150 } = {}) {
  for (let n = 0; n < 500; n += 1) work();
  const rates = [];
  for (let n = 0; n < samples; n += 1) {
    const start = performance.now();
    let count = 0;
    while (performance.now() - start < ms) for (let k = 0; k < 20; k += 1, count += 1) work();
    rates.push((count * 1000) / (performance.now() - start));
  }
  return rates.sort((a, b) => a - b)[samples >> 1];
}

/** Bytes of a browser bundle of the given exports of a package: minified, and gzipped on top. */
async function bundleSize(name, exports) {
  const result = await build({
    stdin: { contents: `export { ${exports} } from '@imagestream/${name}'`, resolveDir: root },
    bundle: true,
    format: 'esm',
    minify: true,
    platform: 'browser',
    write: false,
  });
  const [{ contents }] = result.outputFiles;
  return { min: contents.length, gzip: gzipSync(contents).length };
}

/** A stream of `count` tags that follow each other in a circle: what quadratic code would choke on. */
function circle(count) {
  const tags = Array.from({ length: count }, (_, index) => ({
    name: `t${index}`,
    from: { kind: 'ImageStreamTag', name: `t${(index + 1) % count}` },
  }));
  return { kind: 'ImageStream', metadata: { name: 'app', namespace: 'web' }, spec: { tags } };
}

/** Milliseconds of the fastest of three runs. */
function fastestMs(work) {
  const runs = Array.from({ length: 3 }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return Math.min(...runs);
}

/** Runs the bench; rows of figures. */
export async function run() {
  const { validate } = await import('@imagestream/validators');
  const { parseImageReference, formatImageReference } = await import('@imagestream/image-v1');
  const stream = sampleImageStream();
  const pullSpec = stream.status.tags[0].items[0].dockerImageReference;
  const reference = parseImageReference(pullSpec);
  const ops = {
    'validate a 15 kB ImageStream, create': () => validate(stream, { operation: 'create' }),
    'validate a 15 kB ImageStream, update': () =>
      validate(stream, { operation: 'update', oldObject: stream }),
    'validate a 15 kB ImageStream, as it stands': () => validate(stream),
    'parse a pull spec with digest': () => parseImageReference(pullSpec),
    'print a pull spec': () => formatImageReference(reference),
  };
  const rows = Object.entries(ops).map(([name, work]) => ({
    name,
    value: Math.round(opsPerSecond(work)),
    unit: 'ops/s',
  }));
  const [small, large] = [circle(10_000), circle(100_000)];
  const growth = fastestMs(() => validate(large)) / fastestMs(() => validate(small));
  const every = await bundleSize('validators', 'validate');
  const one = await bundleSize('validators', 'validateImageStream');
  const references = await bundleSize('image-v1', 'parseImageReference, formatImageReference');
  rows.push(
    { name: 'ten times as many tags, time', value: Number(growth.toFixed(1)), unit: 'times' },
    { name: 'bundle of validate, minified', value: every.min, unit: 'bytes' },
    { name: 'bundle of validate, gzip', value: every.gzip, unit: 'bytes' },
    { name: 'bundle of the rules of ImageStream, minified', value: one.min, unit: 'bytes' },
    { name: 'bundle of the rules of ImageStream, gzip', value: one.gzip, unit: 'bytes' },
    { name: 'bundle of references, minified', value: references.min, unit: 'bytes' },
    { name: 'bundle of references, gzip', value: references.gzip, unit: 'bytes' },
  );
  return { title: 'judging objects', rows };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { title, rows } = await run();
  console.log(title);
  for (const { name, value, unit } of rows) console.log(`  ${name}: ${value} ${unit}`);
}
