// The client next to the least a reader can do and to @kubernetes/client-node: CPU per event and per listed object,
// peak memory, size in a browser, time to import. node test/bench/client.mjs [events] [objects] [rounds]
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const folder = fileURLToPath(new URL('./client/', import.meta.url));

/** Starts the sending end; resolves when it listens. */
async function startSource(events, objects) {
  const child = spawn(process.execPath, [join(folder, 'source.mjs'), events, objects], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const text = await new Promise((resolve, reject) => {
    child.stdout.once('data', (data) => resolve(String(data)));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the source ended with ${code}`)));
  });
  return { ...JSON.parse(text), stop: () => child.kill() };
}

function runReader(name, port, expected) {
  const output = execFileSync(
    process.execPath,
    [join(folder, 'reader.mjs'), name, String(port), String(expected)],
    { encoding: 'utf8', cwd: folder, timeout: 120_000 },
  );
  return JSON.parse(output.trim().split('\n').at(-1));
}

/** Runs the readers of a kind in turns, so that a busy machine is busy for all of them; the least CPU counts. */
function compare(kind, names, { port, expected, rounds }) {
  const best = new Map();
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const result = runReader(`${kind} ${name}`, port, expected);
      const known = best.get(name);
      best.set(name, {
        cpu: Math.min(result.cpu, known?.cpu ?? Infinity),
        peakMiB: Math.max(result.peakMiB, known?.peakMiB ?? 0),
      });
    }
  }
  return best;
}

function rowsOf(kind, best, expected) {
  const unit = kind === 'watch' ? 'events per CPU-second' : 'objects per CPU-second';
  const rows = [...best].flatMap(([name, { cpu, peakMiB }]) => [
    { name: `${kind}, ${name}`, value: Math.round(expected / cpu), unit },
    { name: `${kind}, ${name}, peak memory`, value: Math.round(peakMiB), unit: 'MiB' },
  ]);
  const ratio = (ours, theirs) => Number((best.get(theirs).cpu / best.get(ours).cpu).toFixed(2));
  return [
    ...rows,
    {
      name: `${kind}, ours nodeFetch against http`,
      value: ratio('ours nodeFetch', 'http'),
      unit: 'times',
    },
    {
      name: `${kind}, ours fetch against fetch`,
      value: ratio('ours fetch', 'fetch'),
      unit: 'times',
    },
    {
      name: `${kind}, client-node against http`,
      value: ratio('client-node', 'http'),
      unit: 'times',
    },
  ];
}

/** Bytes of a module as a page would ship it. */
async function bundleSize(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: folder },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}

/** Milliseconds of one import in a fresh process, the best of seven: disks and caches are not what is measured. */
function importTime(specifier) {
  const scratch = mkdtempSync(join(folder, '.import-'));
  try {
    const file = join(scratch, 'import.mjs');
    writeFileSync(
      file,
      `const t = performance.now(); await import(${JSON.stringify(specifier)}); console.log(performance.now() - t);`,
    );
    const times = Array.from({ length: 7 }, () =>
      Number(execFileSync(process.execPath, [file], { encoding: 'utf8' })),
    );
    return Number(Math.min(...times).toFixed(1));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

const LIST_AND_WATCH = `
  import { connect, listObjects, watchObjects } from '@imagestream/client';
  import { imageStreams } from '@imagestream/image-v1';
  const cluster = connect({ baseUrl: '/api/kubernetes' });
  for await (const stream of listObjects(cluster, imageStreams)) console.log(stream);
  for await (const event of watchObjects(cluster, imageStreams)) console.log(event);`;

const LIST_ONLY = `
  import { connect, listObjects } from '@imagestream/client';
  import { imageStreams } from '@imagestream/image-v1';
  for await (const stream of listObjects(connect({ baseUrl: '/' }), imageStreams)) console.log(stream);`;

const WHOLE_CLIENT = `
  import { createImageClient } from '@imagestream/client';
  console.log(createImageClient({ baseUrl: '/' }));`;

/** Runs the bench. The readers wait for each other, so this takes about a minute. */
export async function run({ events = 200_000, objects = 20_000, rounds = 3 } = {}) {
  const source = await startSource(events, objects);
  try {
    const { port, bytesPerEvent } = source;
    const names = ['http', 'fetch', 'ours nodeFetch', 'ours fetch', 'client-node'];
    const watch = compare('watch', names, { port, expected: events, rounds });
    const list = compare('list', names, { port, expected: objects, rounds });
    const stall = runReader('stall', port, events);
    return {
      title: `client: ${events} watch events of ${bytesPerEvent} bytes, ${objects} objects in pages of 500`,
      rows: [
        ...rowsOf('watch', watch, events),
        ...rowsOf('list', list, objects),
        {
          name: 'watch, growth while the consumer stalls',
          value: Number(stall.growthMiB.toFixed(1)),
          unit: 'MiB',
        },
        {
          name: 'list and watch in a browser, gzip',
          value: await bundleSize(LIST_AND_WATCH),
          unit: 'bytes',
        },
        { name: 'list in a browser, gzip', value: await bundleSize(LIST_ONLY), unit: 'bytes' },
        {
          name: 'the whole client in a browser, gzip',
          value: await bundleSize(WHOLE_CLIENT),
          unit: 'bytes',
        },
        {
          name: 'import @imagestream/client',
          value: importTime('@imagestream/client'),
          unit: 'ms',
        },
        {
          name: 'import @imagestream/client/node',
          value: importTime('@imagestream/client/node'),
          unit: 'ms',
        },
        {
          name: 'import @kubernetes/client-node',
          value: importTime('@kubernetes/client-node'),
          unit: 'ms',
        },
      ],
    };
  } finally {
    source.stop();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [events, objects, rounds] = process.argv.slice(2).map(Number);
  const { title, rows } = await run({ events, objects, rounds });
  console.log(title);
  for (const { name, value, unit } of rows) console.log(`  ${name}: ${value} ${unit}`);
}
