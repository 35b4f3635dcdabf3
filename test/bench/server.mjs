// The reference server next to a bare node:http server that sends the same bytes: CPU time of the
// measured process per answer and per delivered event, memory with 10,000 streams, and start times.
// Both send the same header lines and bodies. `node test/bench/server.mjs get watch` measures some of it only.
import { createImageServer } from '@imagestream/server';
import { readAllPages, residentBytes, startCommand, stopCommand } from './server/command.mjs';
import {
  closeWatches,
  hammer,
  linesReached,
  openWatches,
  readAnswer,
} from './server/http-load.mjs';
import { inTurns, median } from './server/in-turns.mjs';
import { MeasuredProcess } from './server/measured-process.mjs';
import { streamOf } from './server/stream.mjs';

const namespace = 'bench';
const quietNamespace = 'quiet';
const collection = `/apis/image.openshift.io/v1/namespaces/${namespace}/imagestreams`;
const tagsPerStream = 3;
const watcherCount = 1000;
const changesPerRound = 40;

async function answers(bare, ours, { path, total, connections }) {
  const answer = await readAnswer(ours.port, path);
  const body = await answer.text();
  await bare.ask('serve', { path, body, headers: headersToCopy(answer) });
  const work = (child) => () => hammer(child.port, { path, total, connections });
  const result = await inTurns(
    { peer: { child: bare, work: work(bare) }, ours: { child: ours, work: work(ours) } },
    total,
  );
  return { ...result, bytes: Buffer.byteLength(body) };
}

/** The headers of an answer that the bare server sends as well. Node adds the others to every answer by itself. */
function headersToCopy({ headers }) {
  const added = ['connection', 'date', 'keep-alive', 'transfer-encoding'];
  return [...headers].filter(([name]) => !added.includes(name)).flat();
}

async function fanOut(bare, ours) {
  const watchPath = `${collection}?watch=true&sendInitialEvents=false&resourceVersionMatch=NotOlderThan`;
  const stream = await (await readAnswer(ours.port, `${collection}/app-00000`)).text();
  const line = `{"type":"MODIFIED","object":${stream.trim()}}\n`;
  const opened = await readAnswer(ours.port, `${watchPath}&timeoutSeconds=1`);
  await opened.body.cancel();
  await bare.ask('serve', { path: '/watch', headers: headersToCopy(opened) });
  const theirs = await openWatches(bare.port, '/watch', watcherCount);
  const mine = await openWatches(ours.port, watchPath, watcherCount);
  const change = (child, args) => child.ask('change', { count: changesPerRound, ...args });
  const work = (child, watchers, args) => async () => {
    const wanted = watchers.lines + watcherCount * changesPerRound;
    await change(child, args);
    await linesReached(watchers, wanted);
  };
  const result = await inTurns(
    {
      peer: { child: bare, work: work(bare, theirs, { line }) },
      ours: {
        child: ours,
        work: work(ours, mine, { namespace }),
        // The bare server writes nothing to a disk: what the changes cost without anybody watching is left out.
        workBesides: () => change(ours, { namespace: quietNamespace }),
      },
    },
    watcherCount * changesPerRound,
  );
  closeWatches(theirs);
  closeWatches(mine);
  return result;
}

/** Memory of the command itself, on its durable store, after creating the streams and paging through them. */
async function memory() {
  const { command, url } = await startCommand();
  const create = async (n) => {
    const response = await fetch(`${url}${collection}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(streamOf(n, tagsPerStream)),
    });
    await response.arrayBuffer();
  };
  for (let from = 0; from < 10_000; from += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, i) => create(from + i)));
  }
  await readAllPages(`${url}${collection}`);
  const bytes = residentBytes(command.pid);
  await stopCommand(command);
  return bytes;
}

async function inProcessStart() {
  const times = [];
  for (let n = 0; n < 5; n += 1) {
    const start = performance.now();
    const server = await createImageServer();
    times.push(performance.now() - start);
    await server.close();
  }
  return median(times);
}

async function commandStart() {
  const times = [];
  for (let n = 0; n < 3; n += 1) {
    const start = performance.now();
    const { command } = await startCommand();
    times.push(performance.now() - start);
    await stopCommand(command);
  }
  return median(times);
}

/** Runs with a bare server and ours, which holds 500 streams. */
async function withServers(measure) {
  const bare = await MeasuredProcess.start('bare');
  const ours = await MeasuredProcess.start('lmdb');
  try {
    await ours.ask('create', { namespace, count: 500, tags: tagsPerStream });
    await ours.ask('create', { namespace: quietNamespace, count: 1, tags: tagsPerStream });
    return await measure(bare, ours);
  } finally {
    await bare.stop();
    await ours.stop();
  }
}

function describe({ peerMicroseconds, oursMicroseconds, ratio }) {
  return `${oursMicroseconds.toFixed(1)} us CPU, bare ${peerMicroseconds.toFixed(1)}, ratio ${ratio.toFixed(2)}`;
}

/** What can be measured, by name. Each returns what it has to say, with the limit it is held to. */
const measures = {
  async get() {
    const path = `${collection}/app-00000`;
    const cost = await withServers((bare, ours) =>
      answers(bare, ours, { path, total: 20_000, connections: 16 }),
    );
    return `GET of one stream (${cost.bytes} bytes): ${describe(cost)} (limit 0.8)`;
  },
  async list() {
    const cost = await withServers((bare, ours) =>
      answers(bare, ours, { path: collection, total: 1000, connections: 4 }),
    );
    return `list of 500 (${cost.bytes} bytes): ${describe(cost)} (limit 0.8)`;
  },
  async watch() {
    const cost = await withServers(fanOut);
    return `event to one of ${watcherCount} watchers: ${describe(cost)} (limit 0.8)`;
  },
  async memory() {
    const mebibytes = (await memory()) / 2 ** 20;
    return `memory with 10,000 streams: ${mebibytes.toFixed(0)} MiB (limit 143, which is 150 MB)`;
  },
  async start() {
    const inProcess = await inProcessStart();
    const command = await commandStart();
    return `in-process start: ${inProcess.toFixed(1)} ms (limit 100); command ready: ${command.toFixed(0)} ms (limit 500)`;
  },
};

const wanted = process.argv.slice(2);
for (const name of wanted.length > 0 ? wanted : Object.keys(measures)) {
  console.log(await measures[name]());
}
