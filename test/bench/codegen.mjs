// Generating code: CPU seconds and peak memory of ours next to openapi-typescript on the same input, and
// what type-checking a consumer of the result costs. node test/bench/codegen.mjs [document.json …]
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs a module in a fresh process; CPU seconds and peak memory of that process, best of three runs. */
function measure(code, args = []) {
  const report = `
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    process.stdout.write('\\n@' + JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1e6, mib: maxRSS / 1024 }));`;
  const runs = [1, 2, 3].map(() => {
    const child = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', `${code}\n${report}`, ...args],
      { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 },
    );
    const found = /@(\{.*\})$/.exec(child.stdout);
    if (found === null) throw new Error(child.stderr || child.stdout);
    return JSON.parse(found[1]);
  });
  return runs.sort((a, b) => a.cpu - b.cpu)[0];
}

/** Ours: everything the command writes for an input by default. */
function measureOurs(input, out) {
  return measure(
    `import { run } from './codegen/dist/index.js';
     await run({ inputs: [process.argv[1]], out: process.argv[2], ownedFolders: [''] });`,
    [input, out],
  );
}

/** openapi-typescript: the schemas of the same document as types. It reads version 3 only. */
function measureTheirs(document, out) {
  return measure(
    `import { writeFileSync } from 'node:fs';
     import openapiTS, { astToString } from 'openapi-typescript';
     const nodes = await openapiTS(new URL('file://' + process.argv[1]), { silent: true });
     writeFileSync(process.argv[2], astToString(nodes));`,
    [document, out],
  );
}

/** The definitions of a document as a version 3 document without paths; references that lead nowhere get a stub. */
function toSchemasOnly(text) {
  const document = JSON.parse(text.replaceAll('#/definitions/', '#/components/schemas/'));
  const schemas = document.definitions ?? document.components.schemas;
  for (const [, name] of text.matchAll(/#\/(?:definitions|components\/schemas)\/([^"]+)"/g)) {
    schemas[name] ??= { type: 'object' };
  }
  return {
    openapi: '3.0.0',
    info: { title: 't', version: '1' },
    paths: {},
    components: { schemas },
  };
}

function figures(name, { cpu, mib }) {
  return [
    { name: `${name}, CPU`, value: Number(cpu.toFixed(2)), unit: 's' },
    { name: `${name}, peak memory`, value: Math.round(mib), unit: 'MiB' },
  ];
}

const consumer = `
import { createImageClient } from '@imagestream/client';

const client = createImageClient({ baseUrl: 'http://127.0.0.1:1' });
const streams = client.imageStreams.in('dev');
const tags = client.imageStreamTags.in('dev');

export async function calls(): Promise<readonly unknown[]> {
  const one = await streams.get('a');
  const maybe = await streams.getOrUndefined('a');
  const made = await streams.create({ metadata: { name: 'a' }, spec: { tags: [{ name: 'latest' }] } });
  const updated = await streams.update(one);
  const modified = await streams.modify('a', (stream) => ({ ...stream, metadata: { ...stream.metadata, labels: { a: 'b' } } }));
  const deleted = await streams.delete('a');
  const page = await streams.list({ labelSelector: 'a=b' });
  const every = await streams.list().all();
  const everywhere = await client.imageStreams.all.list();
  const status = await streams.status.get('a');
  const layers = await streams.layers.get('a');
  const secrets = await streams.secrets.get('a');
  const tag = await tags.get('a:latest');
  const tagMade = await tags.create({ metadata: { name: 'a:latest' }, tag: { name: 'latest' } });
  const tagPage = await tags.list();
  const image = await client.images.get('sha256:0');
  const images = await client.images.list();
  const imported = await client.imageStreamImports.in('dev').create({ metadata: { name: 'a' }, spec: { import: true } });
  const found = await client.imageStreamImages.in('dev').get('a@sha256:0');
  for await (const event of streams.watch()) if (event.type !== 'BOOKMARK') return [event.object.status?.tags];
  return [
    one.spec?.tags?.[0]?.from?.name, maybe?.metadata.name, made.kind, updated.apiVersion, modified.metadata.labels,
    deleted.kind, page.items[0]?.status?.dockerImageRepository, every[0]?.kind, everywhere.continueToken,
    status.status?.tags, layers.blobs, secrets.items, tag.image.dockerImageReference, tagMade.tag?.name,
    tagPage.items.length, image.dockerImageLayers, images.resourceVersion, imported.status.images, found.image,
  ];
}
`;

/** What tsc says about a consumer with twenty calls, next to a file with one line. */
function measureConsumer() {
  const folder = join(root, 'test', 'bench', '.consumer');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  try {
    const compilerOptions = {
      ...{ target: 'ES2023', module: 'nodenext', moduleResolution: 'nodenext', strict: true },
      ...{
        noEmit: true,
        skipLibCheck: true,
        types: [],
        lib: ['ES2023', 'DOM', 'DOM.AsyncIterable'],
      },
    };
    const check = (name, text) => {
      writeFileSync(join(folder, `${name}.ts`), text);
      const config = join(folder, `${name}.json`);
      writeFileSync(config, JSON.stringify({ compilerOptions, files: [`${name}.ts`] }));
      const runs = [1, 2, 3].map(() => tsc(config));
      return runs.sort((a, b) => a.seconds - b.seconds)[0];
    };
    return { line: check('line', 'export const one = 1;\n'), calls: check('calls', consumer) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function tsc(config) {
  const args = ['node_modules/typescript/bin/tsc', '-p', config, '--extendedDiagnostics'];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(stdout);
  const figure = (name) => Number(new RegExp(`^${name}:\\s+([\\d.]+)`, 'm').exec(stdout)[1]);
  return {
    seconds: figure('Total time'),
    instantiations: figure('Instantiations'),
    types: figure('Types'),
  };
}

/** Runs the bench on our own sources and on the documents given; by default on our version 2 document. */
export async function run(documents = [join(root, 'spec', 'openapi', 'v2.json')]) {
  const folder = mkdtempSync(join(tmpdir(), 'codegen-bench-'));
  const rows = [];
  try {
    rows.push(
      ...figures(
        'our group from spec/, ours',
        measureOurs(join(root, 'spec'), join(folder, 'spec')),
      ),
    );
    for (const [index, document] of documents.entries()) {
      const name = basename(document);
      const converted = join(folder, `${index}.v3.json`);
      writeFileSync(converted, JSON.stringify(toSchemasOnly(readFileSync(document, 'utf8'))));
      const ours = measureOurs(document, join(folder, `out-${index}`));
      const theirs = measureTheirs(converted, join(folder, `theirs-${index}.ts`));
      rows.push(
        { name: `${name}, size`, value: Math.round(statSync(document).size / 1024), unit: 'KiB' },
        ...figures(`${name}, ours (types, create types, descriptors, guards)`, ours),
        ...figures(`${name}, openapi-typescript (types)`, theirs),
        {
          name: `${name}, CPU of openapi-typescript against ours`,
          value: Number((theirs.cpu / ours.cpu).toFixed(1)),
          unit: 'times',
        },
      );
    }
    const { line, calls } = measureConsumer();
    rows.push(
      { name: 'tsc, a file of one line', value: line.seconds, unit: 's' },
      { name: 'tsc, a consumer with 20 typed calls', value: calls.seconds, unit: 's' },
      { name: 'tsc, instantiations of that consumer', value: calls.instantiations, unit: '' },
      {
        name: 'tsc, types of that consumer',
        value: calls.types - line.types,
        unit: 'more than the one line',
      },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { title: 'code generation', rows };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const given = process.argv.slice(2);
  const { title, rows } = await run(given.length === 0 ? undefined : given);
  console.log(title);
  for (const { name, value, unit } of rows) console.log(`  ${name}: ${value} ${unit}`.trimEnd());
}
