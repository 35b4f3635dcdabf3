// Acknowledged writes through the HTTP API, with one replica and with several on the same etcd.
import { Agent, request } from 'node:http';
import { cpuMicroseconds, startCommand, stopCommand } from '../server/command.mjs';
import { median } from '../server/in-turns.mjs';
import { streamOf } from '../server/stream.mjs';

const inFlight = 48;
const perRound = 1500;
const rounds = 3;
const tagsPerStream = 3;
const path = '/apis/image.openshift.io/v1/namespaces/bench/imagestreams';

/** Creates and compare-and-swap updates per second; the load is spread evenly over the replicas. */
export async function measureApiWrites({ endpoints }, { replicas: count }) {
  const etcdOption = ['--etcd-endpoints', endpoints.join(',')];
  const replicas = await Promise.all(
    Array.from({ length: count }, () => startCommand(...etcdOption)),
  );
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight });
  const client = { agent, urls: replicas.map(({ url }) => url) };
  const cpu = () => replicas.reduce((sum, { command }) => sum + cpuMicroseconds(command.pid), 0);
  try {
    const creates = [];
    const updates = [];
    let cpuBefore;
    for (let round = 0; round <= rounds; round += 1) {
      if (round === 1) cpuBefore = cpu();
      const figures = await runRound(client, { first: round * perRound });
      if (round === 0) continue; // Warms up.
      creates.push(figures.creates);
      updates.push(figures.updates);
    }
    const who = count === 1 ? '1 replica' : `${count} replicas`;
    const each = (cpu() - cpuBefore) / (2 * rounds * perRound);
    return [
      `writes over HTTP, ${who}, ${inFlight} in flight: ${median(creates).toFixed(0)} creates/s, ${median(updates).toFixed(0)} updates/s` +
        (Number.isNaN(each) ? '' : `; ${each.toFixed(0)} us CPU of the replicas for each`),
    ];
  } finally {
    agent.destroy();
    await Promise.all(replicas.map(({ command }) => stopCommand(command)));
  }
}

async function runRound(client, { first }) {
  const objects = [];
  const creates = await perSecond(async (n) => {
    const { body } = await send(client, n, { body: streamOf(first + n, tagsPerStream) });
    objects.push({ n, stream: body });
  });
  const updates = await perSecond(async (i) => {
    const { n, stream } = objects[i];
    stream.metadata.labels = { round: String(first) };
    await send(client, n, { body: stream, name: stream.metadata.name });
  });
  return { creates, updates };
}

async function perSecond(work) {
  let next = 0;
  const lane = async () => {
    while (next < perRound) await work(next++);
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: inFlight }, lane));
  return (perRound * 1000) / (performance.now() - start);
}

/** Creates an object, or updates the one of that name if it stands where the body says. */
function send({ agent, urls }, n, { body, name }) {
  const url = new URL(name === undefined ? path : `${path}/${name}`, urls[n % urls.length]);
  const bytes = Buffer.from(JSON.stringify(body));
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': bytes.length };
    const method = name === undefined ? 'POST' : 'PUT';
    const sent = request(url, { agent, method, headers }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (response.statusCode >= 300) reject(new Error(`${method} ${url}: ${text}`));
        else resolve({ body: JSON.parse(text) });
      });
    });
    sent.on('error', reject);
    sent.end(bytes);
  });
}
