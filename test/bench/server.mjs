// The reference server next to a bare node:http server that sends the same bytes: CPU time of the
// measured process per answer and per delivered event, memory with 10,000 streams, and start times.
// Both send the same header lines and bodies. `node test/bench/server.mjs get watch` measures some of it only.
import { execFileSync, fork, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createImageServer } from '@imagestream/server';
import { streamOf } from './server/stream.mjs';

const childFile = fileURLToPath(new URL('server/child.mjs', import.meta.url));
const commandFile = fileURLToPath(
  new URL('../../packages/server/dist/node/main.js', import.meta.url),
);
const namespace = 'bench';
const quietNamespace = 'quiet';
const collection = `/apis/image.openshift.io/v1/namespaces/${namespace}/imagestreams`;
const rounds = 9;
const warmUpRounds = 2;
const tagsPerStream = 3;
const watcherCount = 1000;
const changesPerRound = 40;

class Child {
  #process;
  #waiting = new Map();
  #lastId = 0;

  static async start(kind) {
    const child = new Child();
    child.#process = fork(childFile, [kind]);
    child.port = await new Promise((resolve, reject) => {
      child.#process.once('error', reject);
      child.#process.on('message', (message) => {
        if (message.type === 'ready') resolve(message.port);
        else child.#waiting.get(message.id)?.(message);
      });
    });
    return child;
  }

  ask(type, args = {}) {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#process.send({ id, type, ...args });
    });
  }

  async cpu() {
    return (await this.ask('cpu')).microseconds;
  }

  async stop() {
    const gone = new Promise((resolve) => this.#process.once('exit', resolve));
    await this.ask('stop');
    await gone;
  }
}

/** Sends the same request again and again over some connections; resolves when all are answered. */
async function hammer(port, { path, total, connections }) {
  const request = `GET ${path} HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\n\r\n`;
  const perConnection = Math.ceil(total / connections);
  await Promise.all(
    Array.from({ length: connections }, () => hammerOne(port, request, perConnection)),
  );
}

function hammerOne(port, request, count) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    let left = count;
    let expected = 0;
    let got = 0;
    socket.on('error', reject);
    socket.on('connect', () => socket.write(request));
    socket.on('data', (chunk) => {
      if (expected === 0) expected = sizeOfAnswer(chunk);
      got += chunk.length;
      if (got < expected) return;
      got = 0;
      expected = 0;
      left -= 1;
      if (left > 0) socket.write(request);
      else socket.end(resolve);
    });
  });
}

function sizeOfAnswer(chunk) {
  const head = chunk.subarray(0, 2048).toString('latin1');
  const end = head.indexOf('\r\n\r\n') + 4;
  return end + Number(/content-length: (\d+)/i.exec(head)[1]);
}

/** Opens watches and counts the events that come in. */
async function openWatches(port, path) {
  const watchers = { lines: 0, sockets: [], reached: undefined };
  const request = `GET ${path} HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\n\r\n`;
  for (let n = 0; n < watcherCount; n += 1) {
    await new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      watchers.sockets.push(socket);
      socket.on('error', reject);
      socket.on('connect', () => socket.write(request));
      socket.once('data', () => {
        resolve();
        socket.on('data', (chunk) => count(watchers, chunk));
      });
    });
  }
  return watchers;
}

/** An event ends with a brace and a newline; the frames of chunked encoding never do. */
function count(watchers, chunk) {
  for (let at = chunk.indexOf('}\n'); at >= 0; at = chunk.indexOf('}\n', at + 2)) {
    watchers.lines += 1;
  }
  watchers.reached?.();
}

function linesReached(watchers, lines) {
  return new Promise((resolve) => {
    const check = () => {
      if (watchers.lines < lines) return;
      watchers.reached = undefined;
      resolve();
    };
    watchers.reached = check;
    check();
  });
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

/** CPU microseconds per piece of work in turns: bare, ours, bare, ours … Medians, and the ratio of each pair. */
async function inTurns(bare, ours, pieces) {
  const costs = { bare: [], ours: [] };
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    for (const [name, { child, work, workBesides }] of Object.entries({ bare, ours })) {
      const besides = workBesides === undefined ? 0 : await cpuOf(child, workBesides);
      const cost = ((await cpuOf(child, work)) - besides) / pieces;
      if (round >= 0) costs[name].push(cost);
    }
  }
  return {
    bareMicroseconds: median(costs.bare),
    oursMicroseconds: median(costs.ours),
    ratio: median(costs.bare.map((cost, i) => cost / costs.ours[i])),
  };
}

async function cpuOf(child, work) {
  const before = await child.cpu();
  await work();
  return (await child.cpu()) - before;
}

async function answers(bare, ours, { path, total, connections }) {
  const answer = await readAnswer(ours.port, path);
  const body = await answer.text();
  await bare.ask('serve', { path, body, headers: headersToCopy(answer) });
  const work = (child) => () => hammer(child.port, { path, total, connections });
  const result = await inTurns(
    { child: bare, work: work(bare) },
    { child: ours, work: work(ours) },
    total,
  );
  return { ...result, bytes: Buffer.byteLength(body) };
}

function readAnswer(port, path) {
  return fetch(`http://127.0.0.1:${port}${path}`, { headers: { 'accept-encoding': 'identity' } });
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
  const theirs = await openWatches(bare.port, '/watch');
  const mine = await openWatches(ours.port, watchPath);
  const change = (child, args) => child.ask('change', { count: changesPerRound, ...args });
  const work = (child, watchers, args) => async () => {
    const wanted = watchers.lines + watcherCount * changesPerRound;
    await change(child, args);
    await linesReached(watchers, wanted);
  };
  const result = await inTurns(
    { child: bare, work: work(bare, theirs, { line }) },
    {
      child: ours,
      work: work(ours, mine, { namespace }),
      // The bare server writes nothing to a disk: what the changes cost without anybody watching is left out.
      workBesides: () => change(ours, { namespace: quietNamespace }),
    },
    watcherCount * changesPerRound,
  );
  for (const socket of [...theirs.sockets, ...mine.sockets]) socket.destroy();
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
  let token = '';
  do {
    const response = await fetch(`${url}${collection}?limit=500&continue=${token}`);
    token = encodeURIComponent((await response.json()).metadata.continue ?? '');
  } while (token !== '');
  const kilobytes = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(command.pid)]));
  await stopCommand(command);
  return kilobytes * 1024;
}

async function startCommand() {
  const command = spawn(process.execPath, [commandFile, '--port', '0', '--no-import-controller']);
  const line = await new Promise((resolve) => command.stdout.once('data', resolve));
  return { command, url: /http\S+/.exec(String(line))[0] };
}

async function stopCommand(command) {
  const gone = new Promise((resolve) => command.once('exit', resolve));
  command.kill('SIGTERM');
  await gone;
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
  const bare = await Child.start('bare');
  const ours = await Child.start('ours');
  try {
    await ours.ask('create', { namespace, count: 500, tags: tagsPerStream });
    await ours.ask('create', { namespace: quietNamespace, count: 1, tags: tagsPerStream });
    return await measure(bare, ours);
  } finally {
    await bare.stop();
    await ours.stop();
  }
}

function describe({ bareMicroseconds, oursMicroseconds, ratio }) {
  return `${oursMicroseconds.toFixed(1)} us CPU, bare ${bareMicroseconds.toFixed(1)}, ratio ${ratio.toFixed(2)}`;
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
