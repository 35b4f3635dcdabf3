// One reader of the client's bench, in a process of its own: reads all events or all objects and prints what it cost.
// Started by ../client.mjs. Arguments: name of the reader, port, how many to expect.
import http from 'node:http';

const [name, port, expected] = [process.argv[2], process.argv[3], Number(process.argv[4])];
const baseUrl = `http://127.0.0.1:${port}`;
const path = '/apis/image.openshift.io/v1/imagestreams';
const NEWLINE = 10;

/** Cuts chunks into lines on bytes and parses each: the least a reader can do. */
function lineParser(onEvent) {
  let rest = null;
  return (chunk) => {
    const bytes = rest === null ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    for (;;) {
      const end = bytes.indexOf(NEWLINE, at);
      if (end === -1) break;
      onEvent(JSON.parse(bytes.toString('utf8', at, end)));
      at = end + 1;
    }
    rest = at === bytes.length ? null : bytes.subarray(at);
  };
}

const agent = new http.Agent({ keepAlive: true });

function httpGet(url) {
  return new Promise((resolve, reject) => http.get(url, { agent }, resolve).on('error', reject));
}

async function httpJson(url) {
  const response = await httpGet(url);
  const chunks = [];
  for await (const chunk of response) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

async function pagesBy(read, onItem) {
  let next = '';
  do {
    const page = await read(`${baseUrl}${path}?limit=500${next && `&continue=${next}`}`);
    for (const item of page.items) onItem(item);
    next = page.metadata.continue ?? '';
  } while (next !== '');
}

async function ourStreams(transport) {
  const { createImageClient } = await import('@imagestream/client');
  if (transport === 'fetch') return createImageClient({ baseUrl }).imageStreams.all;
  const { nodeFetch } = await import('@imagestream/client/node');
  return createImageClient({ baseUrl, fetch: nodeFetch() }).imageStreams.all;
}

async function kubeConfig() {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: 'bench', server: baseUrl, skipTLSVerify: true },
    { name: 'bench' },
  );
  return config;
}

/** Each prepares (imports, makes a client), and answers what is measured: a function that calls back per item. */
const readers = {
  'watch http': async () => (count) =>
    httpGet(`${baseUrl}${path}?watch=true`).then(
      (response) =>
        new Promise((resolve) => {
          response.on('data', lineParser(count));
          response.on('end', resolve);
        }),
    ),
  'watch fetch': async () => async (count) => {
    const { body } = await fetch(`${baseUrl}${path}?watch=true`);
    const parse = lineParser(count);
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      parse(Buffer.from(value.buffer, value.byteOffset, value.byteLength));
    }
  },
  'watch ours nodeFetch': async () => watchOurs(await ourStreams('node')),
  'watch ours fetch': async () => watchOurs(await ourStreams('fetch')),
  'watch client-node': async () => {
    const { Watch } = await import('@kubernetes/client-node');
    const watch = new Watch(await kubeConfig());
    return (count) =>
      new Promise((resolve, reject) => {
        watch
          .watch(
            path,
            {},
            (_type, object) => count(object),
            (error) => (error ? reject(error) : resolve()),
          )
          .catch(reject);
      });
  },
  'list http': async () => (count) => pagesBy(httpJson, count),
  'list fetch': async () => (count) =>
    pagesBy(async (url) => JSON.parse(await (await fetch(url)).text()), count),
  'list ours nodeFetch': async () => listOurs(await ourStreams('node')),
  'list ours fetch': async () => listOurs(await ourStreams('fetch')),
  'list client-node': async () => {
    const { CustomObjectsApi } = await import('@kubernetes/client-node');
    const api = (await kubeConfig()).makeApiClient(CustomObjectsApi);
    return async (count) => {
      let _continue;
      do {
        const page = await api.listClusterCustomObject({
          group: 'image.openshift.io',
          version: 'v1',
          plural: 'imagestreams',
          limit: 500,
          _continue,
        });
        for (const item of page.items) count(item);
        _continue = page.metadata.continue;
      } while (_continue);
    };
  },
};

function watchOurs(streams) {
  return async (count) => {
    let left = expected;
    for await (const { object } of streams.watch({ resourceVersion: '1' })) {
      count(object);
      if (--left === 0) return;
    }
  };
}

function listOurs(streams) {
  return async (count) => {
    for await (const stream of streams.list()) count(stream);
  };
}

/** What a watch holds while its consumer takes six events, one a second. */
async function stall() {
  const streams = await ourStreams('node');
  await new Promise((resolve) => setTimeout(resolve, 200));
  const before = process.memoryUsage.rss();
  let peak = before;
  let taken = 0;
  for await (const _event of streams.watch({ resourceVersion: '1' })) {
    taken++;
    await new Promise((resolve) => setTimeout(resolve, 1000));
    peak = Math.max(peak, process.memoryUsage.rss());
    if (taken === 6) break;
  }
  return { growthMiB: (peak - before) / 2 ** 20, taken };
}

if (name === 'stall') {
  console.log(JSON.stringify(await stall()));
} else {
  const read = await readers[name]();
  let seen = 0;
  const started = performance.now();
  const cpuBefore = process.cpuUsage();
  await read(() => seen++);
  const { user, system } = process.cpuUsage(cpuBefore);
  const seconds = (performance.now() - started) / 1000;
  if (seen !== expected) throw new Error(`${name} saw ${seen} of ${expected}`);
  console.log(
    JSON.stringify({
      cpu: (user + system) / 1e6,
      seconds,
      peakMiB: process.resourceUsage().maxRSS / 1024,
    }),
  );
}
process.exit(0);
