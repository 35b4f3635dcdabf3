// The process that is measured: our server on one of its stores, or a bare node:http server that sends
// the same bytes. Started by measured-process.mjs with an IPC channel: node child.mjs lmdb|memory|bare,
// or node child.mjs etcd <endpoint> …
import { createServer } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { streamOf } from './stream.mjs';

const [kind, ...endpoints] = process.argv.slice(2);
const target = kind === 'bare' ? await startBare() : await startOurs();
process.on('disconnect', () => process.exit(1));
process.send({ type: 'ready', port: target.port });

process.on('message', async ({ id, type, ...args }) => {
  const answer = await handle(type, args);
  process.send({ id, ...answer });
});

async function handle(type, args) {
  switch (type) {
    case 'cpu': {
      const { user, system } = process.cpuUsage();
      return { microseconds: user + system };
    }
    case 'stop':
      await target.stop();
      setImmediate(() => process.exit(0));
      return {};
    default:
      return target[type](args);
  }
}

/** A store, and what removes its files. */
async function openStore() {
  switch (kind) {
    case 'lmdb': {
      const { openLmdbStore } = await import('@imagestream/store-lmdb');
      const directory = mkdtempSync(join(tmpdir(), 'imagestream-bench-'));
      const cleanUp = () => rmSync(directory, { recursive: true, force: true });
      return { store: await openLmdbStore({ directory }), cleanUp };
    }
    case 'memory': {
      const { createMemoryStore } = await import('@imagestream/store');
      return { store: createMemoryStore(), cleanUp: () => undefined };
    }
    case 'etcd': {
      const { openEtcdStore } = await import('@imagestream/store-etcd');
      return { store: await openEtcdStore({ endpoints }), cleanUp: () => undefined };
    }
    default:
      throw new Error(`no such server: ${kind}`);
  }
}

async function startOurs() {
  // In the order of the command: what is loaded first makes the rest a little faster or slower.
  const { createImageServer } = await import('@imagestream/server');
  const { listen } = await import('@imagestream/server/node');
  const { store, cleanUp } = await openStore();
  const server = await createImageServer({ store });
  const listening = await listen(server);
  const send = async (method, path, body) => {
    const response = await server.fetch(
      new Request(`http://server${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        headers: { 'content-type': 'application/json', 'user-agent': 'bench' },
      }),
    );
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${text}`);
    return text;
  };
  return {
    port: listening.port,
    /** Creates streams, several at a time, so that they share flushes to disk. */
    async create({ namespace, count, tags }) {
      for (let from = 0; from < count; from += 100) {
        const group = Array.from({ length: Math.min(100, count - from) }, (_, i) => from + i);
        await Promise.all(
          group.map((n) =>
            send(
              'POST',
              `/apis/image.openshift.io/v1/namespaces/${namespace}/imagestreams`,
              streamOf(n, tags),
            ),
          ),
        );
      }
      return {};
    },
    /**
     * Changes one stream so many times; each change is an event for every watcher. What was written goes out
     * before the next change, as when changes come one by one.
     */
    async change({ namespace, count }) {
      const path = `/apis/image.openshift.io/v1/namespaces/${namespace}/imagestreams/app-00000`;
      for (let n = 0; n < count; n += 1) {
        const response = await server.fetch(
          new Request(`http://server${path}`, {
            method: 'PATCH',
            body: JSON.stringify({ metadata: { labels: { n: String(1000 + n) } } }),
            headers: { 'content-type': 'application/merge-patch+json', 'user-agent': 'bench' },
          }),
        );
        await response.arrayBuffer();
        await nextTurn();
      }
      return {};
    },
    async stop() {
      server.endWatches();
      await listening.close();
      await server.close();
      cleanUp();
    },
  };
}

/** What serving these bytes costs at least: a map from paths to answers. */
async function startBare() {
  const answers = new Map();
  const watchers = new Set();
  const http = createServer({ noDelay: true, keepAlive: true }, (request, response) => {
    const { headers, body } = answers.get(request.url);
    response.writeHead(200, headers);
    if (body !== undefined) {
      response.end(body);
      return;
    }
    response.flushHeaders();
    watchers.add(response);
    response.once('close', () => watchers.delete(response));
  });
  await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    port: http.address().port,
    /** An answer without a body is a watch. */
    serve({ path, headers, body }) {
      answers.set(path, { headers, body: body && Buffer.from(body) });
      return {};
    },
    async change({ count, line }) {
      const bytes = Buffer.from(line);
      for (let n = 0; n < count; n += 1) {
        for (const watcher of watchers) watcher.write(bytes);
        await nextTurn();
      }
      return {};
    },
    async stop() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
