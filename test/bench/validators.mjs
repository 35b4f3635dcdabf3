// Validating an ImageStream: the compiled checks we ship next to Ajv with ajv-formats on the same object.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { gzipSync } from 'node:zlib';

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** An ImageStream of about 15 kB as a server sends it, without nulls, so that every validator takes it. */
export function sampleImageStream() {
  const time = (n) =>
    `2024-03-${String(1 + (n % 28)).padStart(2, '0')}T10:${String(n % 60).padStart(2, '0')}:00Z`;
  const digest = (n) => `sha256:${String(n).padStart(64, '0')}`;
  const names = Array.from({ length: 10 }, (_, n) => `v1.${n}`);
  const item = (n) => ({
    created: time(n),
    dockerImageReference: `image-registry.openshift-image-registry.svc:5000/team/web@${digest(n)}`,
    image: digest(n),
    generation: n,
  });
  return {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    metadata: {
      name: 'web',
      namespace: 'team',
      uid: '6f2c9f7e-5a0e-4c7a-9c1a-0a5f0c7d9b11',
      resourceVersion: '48151623',
      generation: 42,
      creationTimestamp: time(1),
      labels: { app: 'web', tier: 'front' },
      annotations: {
        'openshift.io/display-name': 'Web',
        'openshift.io/image.dockerRepositoryCheck': time(2),
      },
    },
    spec: {
      lookupPolicy: { local: false },
      tags: names.map((name, n) => ({
        name,
        annotations: {
          description: `Build ${n} of the web front end. ${'Static files and the server that hands them out. '.repeat(5)}`,
          tags: 'builder,web',
          version: name,
        },
        from: { kind: 'DockerImage', name: `quay.io/team/web:${name}` },
        generation: n,
        importPolicy: { importMode: 'Legacy', scheduled: true },
        referencePolicy: { type: 'Source' },
      })),
    },
    status: {
      dockerImageRepository: 'image-registry.openshift-image-registry.svc:5000/team/web',
      publicDockerImageRepository: 'registry.apps.example.com/team/web',
      tags: names.map((tag, n) => ({ tag, items: [item(n), item(n + 10), item(n + 20)] })),
    },
  };
}

/** Median operations per second of a function over `samples` runs of `ms` milliseconds. */
function opsPerSecond(work, { samples = 7, ms = 120 } = {}) {
  for (let n = 0; n < 2000; n += 1) work();
  const rates = [];
  for (let n = 0; n < samples; n += 1) {
    const end = process.hrtime.bigint() + BigInt(ms) * 1_000_000n;
    const start = process.hrtime.bigint();
    let count = 0;
    while (process.hrtime.bigint() < end) for (let k = 0; k < 50; k += 1, count += 1) work();
    rates.push((count * 1e9) / Number(process.hrtime.bigint() - start));
  }
  return rates.sort((a, b) => a - b)[samples >> 1];
}

/** What a user would write: Ajv on the published definitions, with ajv-formats. */
function plainAjv(options) {
  const { Ajv } = require('ajv');
  const addFormats = require('ajv-formats');
  const document = JSON.parse(readFileSync(`${root}spec/openapi/v2.json`, 'utf8'));
  const ajv = new Ajv({ strict: false, logger: false, ...options });
  addFormats(ajv);
  ajv.addSchema({ $id: 'api', definitions: document.definitions });
  return ajv.getSchema('api#/definitions/com.github.openshift.api.image.v1.ImageStream');
}

async function bundleSize(entry) {
  const result = await build({
    stdin: { contents: entry, resolveDir: `${root}packages/validators/dist/gen/image-v1` },
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
  });
  const [{ contents }] = result.outputFiles;
  return { min: contents.length, gzip: gzipSync(contents).length };
}

/** Runs the bench; rows of figures, and the ratios that are promised. */
export async function run() {
  const { validateImageStream } = await import(
    `${root}packages/validators/dist/gen/image-v1/ImageStream.js`
  );
  const valid = sampleImageStream();
  const late = structuredClone(valid);
  late.status.tags[9].items[2].generation = 'x';
  const first = plainAjv({});
  const all = plainAjv({ allErrors: true });
  for (const check of [validateImageStream, first, all]) {
    if (!check(valid) || check(late)) throw new Error('the validators do not agree on the sample');
  }
  const ops = {
    'ours, all errors, valid': opsPerSecond(() => validateImageStream(valid)),
    'ours, all errors, one late error': opsPerSecond(() => validateImageStream(late)),
    'Ajv + ajv-formats, first error, valid': opsPerSecond(() => first(valid)),
    'Ajv + ajv-formats, all errors, valid': opsPerSecond(() => all(valid)),
    'JSON.parse of the same object': opsPerSecond(
      (
        (text) => () =>
          JSON.parse(text)
      )(JSON.stringify(valid)),
    ),
  };
  const rows = Object.entries(ops).map(([name, rate]) => ({
    name,
    value: Math.round(rate),
    unit: 'ops/s',
  }));
  const ratio = ops['ours, all errors, valid'] / ops['Ajv + ajv-formats, first error, valid'];
  const one = await bundleSize(`export * from './ImageStream.js'`);
  const every = await bundleSize(`export * from './shared.js'`);
  rows.push(
    {
      name: 'ours against Ajv + ajv-formats, valid',
      value: Number(ratio.toFixed(2)),
      unit: 'times',
    },
    { name: 'sample object', value: JSON.stringify(valid).length, unit: 'bytes' },
    { name: 'bundle of ImageStream, minified', value: one.min, unit: 'bytes' },
    { name: 'bundle of ImageStream, gzip', value: one.gzip, unit: 'bytes' },
    { name: 'bundle of every kind, minified', value: every.min, unit: 'bytes' },
    { name: 'bundle of every kind, gzip', value: every.gzip, unit: 'bytes' },
  );
  return { title: 'schema validation', rows };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { title, rows } = await run();
  console.log(title);
  for (const { name, value, unit } of rows) console.log(`  ${name}: ${value} ${unit}`);
}
