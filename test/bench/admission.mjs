// The webhook over TLS next to a handler that only parses the review and echoes its uid, in the same process layout: latency
// one at a time, and throughput over several kept connections, for an image stream of 30 kB.
import { readFileSync } from 'node:fs';
import { createServer, Agent, request } from 'node:https';
import { fileURLToPath } from 'node:url';
import { createAdmissionHandler } from '@imagestream/admission';
import {
  allowedRegistries,
  forbidInsecureImports,
  validateObjects,
} from '@imagestream/admission/policies';
import { DEFAULT_LIMITS, serve } from '@imagestream/admission/node';

const tls = fileURLToPath(new URL('../../packages/admission/testdata/tls/', import.meta.url));
const cert = readFileSync(`${tls}first.crt`, 'utf8');
const key = readFileSync(`${tls}first.key`, 'utf8');
const rounds = 5;
const callsPerRound = 300;
const connections = 8;
const wantedBytes = 30_000;

/** A create of a stream with as many tags as make 30 kB. */
function makeBody() {
  const tags = [];
  const review = {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: '6f1ad1a4-41c0-4bd5-8f5b-0f5b2a4b6e11',
      kind: { group: 'image.openshift.io', version: 'v1', kind: 'ImageStream' },
      resource: { group: 'image.openshift.io', version: 'v1', resource: 'imagestreams' },
      name: 'app',
      namespace: 'web',
      operation: 'CREATE',
      userInfo: { username: 'alice' },
      object: {
        apiVersion: 'image.openshift.io/v1',
        kind: 'ImageStream',
        metadata: { name: 'app', namespace: 'web' },
        spec: { lookupPolicy: { local: false }, tags },
      },
      oldObject: null,
    },
  };
  let size = JSON.stringify(review).length;
  while (size < wantedBytes) {
    const tag = {
      name: `v1.${tags.length}`,
      annotations: { description: 'A release of the application', tags: 'builder,nodejs' },
      from: { kind: 'DockerImage', name: `quay.io/acme/app:v1.${tags.length}` },
      importPolicy: { importMode: 'Legacy' },
      referencePolicy: { type: 'Source' },
    };
    tags.push(tag);
    size += JSON.stringify(tag).length + 1;
  }
  return JSON.stringify(review);
}

/** The least a webhook can do. */
function startEcho() {
  const server = createServer({ cert, key }, (message, answer) => {
    const chunks = [];
    message.on('data', (chunk) => chunks.push(chunk));
    message.on('end', () => {
      const { request: asked } = JSON.parse(Buffer.concat(chunks).toString());
      const body = JSON.stringify({
        apiVersion: 'admission.k8s.io/v1',
        kind: 'AdmissionReview',
        response: { uid: asked.uid, allowed: true },
      });
      answer.writeHead(200, { 'content-type': 'application/json' });
      answer.end(body);
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

function post(agent, port, body) {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        agent,
        port,
        host: '127.0.0.1',
        path: '/validate?timeout=5s',
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        response.resume();
        response.on('end', () =>
          response.statusCode === 200
            ? resolve()
            : reject(new Error(`answered ${response.statusCode}`)),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

async function measure(port, body) {
  const one = new Agent({ keepAlive: true, maxSockets: 1, ca: cert });
  const many = new Agent({ keepAlive: true, maxSockets: connections, ca: cert });
  const latencies = [];
  await post(one, port, body);
  for (let i = 0; i < callsPerRound; i += 1) {
    const start = performance.now();
    await post(one, port, body);
    latencies.push(performance.now() - start);
  }
  await Promise.all(Array.from({ length: connections }, () => post(many, port, body)));
  const start = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      for (let i = 0; i < callsPerRound / connections; i += 1) await post(many, port, body);
    }),
  );
  const perSecond = (callsPerRound * 1000) / (performance.now() - start);
  one.destroy();
  many.destroy();
  latencies.sort((a, b) => a - b);
  return {
    p50: latencies[Math.floor(latencies.length * 0.5)],
    p99: latencies[Math.floor(latencies.length * 0.99)],
    perSecond,
  };
}

/** The handler alone, without a socket: what the policies cost. */
async function measureHandler(policies, body) {
  const handler = createAdmissionHandler({ policies });
  const call = () =>
    handler(
      new Request('https://webhook/validate', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      }),
    ).then((response) => response.text());
  for (let i = 0; i < 100; i += 1) await call();
  const start = performance.now();
  for (let i = 0; i < callsPerRound; i += 1) await call();
  return (performance.now() - start) / callsPerRound;
}

function best(results) {
  return {
    p50: Math.min(...results.map(({ p50 }) => p50)),
    p99: Math.min(...results.map(({ p99 }) => p99)),
    perSecond: Math.max(...results.map(({ perSecond }) => perSecond)),
  };
}

/** Runs the bench; rows of figures, best of the rounds, both sides in turn. */
export async function run() {
  const body = makeBody();
  const policies = [
    validateObjects(),
    allowedRegistries({ registries: ['quay.io'] }),
    forbidInsecureImports(),
  ];
  const echo = await startEcho();
  const webhook = await serve({
    policies,
    limits: DEFAULT_LIMITS,
    shutdown: { delaySeconds: 0, drainSeconds: 5 },
    port: 0,
    certFile: `${tls}first.crt`,
    keyFile: `${tls}first.key`,
  });
  const results = { echo: [], webhook: [] };
  try {
    for (let round = 0; round < rounds; round += 1) {
      results.echo.push(await measure(echo.address().port, body));
      results.webhook.push(await measure(webhook.port, body));
    }
  } finally {
    await webhook.stop();
    echo.close();
    echo.closeAllConnections();
  }
  const handlerMs = await measureHandler(policies, body);
  const sides = { echo: best(results.echo), webhook: best(results.webhook) };
  const rows = Object.entries(sides).flatMap(([name, { p50, p99, perSecond }]) => [
    { name: `${name}, latency p50`, value: Number(p50.toFixed(2)), unit: 'ms' },
    { name: `${name}, latency p99`, value: Number(p99.toFixed(2)), unit: 'ms' },
    {
      name: `${name}, throughput over ${connections} connections`,
      value: Math.round(perSecond),
      unit: 'reviews/s',
    },
  ]);
  rows.push(
    { name: 'handler without a socket', value: Number(handlerMs.toFixed(2)), unit: 'ms/review' },
    {
      name: 'webhook against echo, latency p50',
      value: Number((sides.webhook.p50 / sides.echo.p50).toFixed(2)),
      unit: 'times',
    },
    {
      name: 'webhook against echo, throughput',
      value: Number((sides.webhook.perSecond / sides.echo.perSecond).toFixed(2)),
      unit: 'times',
    },
    { name: 'review', value: Buffer.byteLength(body), unit: `bytes, ${policies.length} policies` },
  );
  return { title: 'admission', rows };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { title, rows } = await run();
  console.log(title);
  for (const { name, value, unit } of rows) console.log(`  ${name}: ${value} ${unit}`);
}
