import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { createImageClient } from '../index.js';
import { nodeFetch } from './node-fetch.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const pemOf = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../testdata/tls', name), 'utf8');

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

/** A server that counts connections, and a fetch that is closed after the test. */
async function setUp(handler: RequestListener, options: Parameters<typeof nodeFetch>[0] = {}) {
  const server = createServer(handler);
  const sockets = new Set<Socket>();
  let opened = 0;
  server.on('connection', (socket) => {
    opened++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const port = await listening(server);
  const fetch = nodeFetch(options);
  cleanups.push(() => fetch.close());
  return {
    fetch,
    url: `http://127.0.0.1:${port}`,
    opened: () => opened,
    open: () => sockets.size,
  };
}

const stream = { metadata: { name: 'app', namespace: 'web', resourceVersion: '1' } };
const answerStream: RequestListener = (_request, response) => {
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(stream));
};

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !condition(); i++) await new Promise((r) => setTimeout(r, 2));
}

test('a hundred requests one after the other use one connection, and none is left after close()', async () => {
  const { fetch, url, opened, open } = await setUp(answerStream);
  const client = createImageClient({ baseUrl: url, fetch, close: () => fetch.close() });
  for (let i = 0; i < 100; i++) await client.imageStreams.in('web').get('app');
  expect([opened(), open()]).toEqual([1, 1]);
  client.close();
  await until(() => open() === 0);
  expect(open()).toBe(0);
});

test('a request carries method, headers, length and body, and the answer comes back whole', async () => {
  let seen: { request: IncomingMessage; body: string } | undefined;
  const { fetch, url } = await setUp((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen = { request, body };
      response.writeHead(201, 'Made', { 'X-Answer': ['a', 'b'] });
      response.end('done');
    });
  });
  const response = await fetch(
    new Request(`${url}/x?y=1`, {
      method: 'POST',
      body: 'ä',
      headers: { 'Impersonate-User': 'ada', 'Impersonate-Group': 'dev, ops' },
    }),
  );
  expect([response.status, response.statusText, response.headers.get('x-answer')]).toEqual([
    201,
    'Made',
    'a, b',
  ]);
  expect(await response.text()).toBe('done');
  expect([seen?.request.method, seen?.request.url, seen?.body]).toEqual(['POST', '/x?y=1', 'ä']);
  expect(seen?.request.headers['content-length']).toBe('2');
  const lines = seen?.request.rawHeaders ?? [];
  const groups = lines.filter((_, i) => lines[i - 1]?.toLowerCase() === 'impersonate-group');
  expect(groups).toEqual(['dev', 'ops']);
});

test('it can be called as fetch is, with an address and options', async () => {
  const { fetch, url } = await setUp((request, response) => response.end(request.method));
  const response = await fetch(`${url}/`, { method: 'DELETE' });
  expect(await response.text()).toBe('DELETE');
});

test('a server that is not there rejects with the cause', async () => {
  const fetch = nodeFetch();
  cleanups.push(() => fetch.close());
  const error: unknown = await fetch('http://127.0.0.1:1/').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TypeError);
  expect((error as TypeError).cause).toMatchObject({ code: 'ECONNREFUSED' });
});

test('aborting before the answer rejects with the reason', async () => {
  const { fetch, url } = await setUp(() => undefined);
  const controller = new AbortController();
  const call = fetch(url, { signal: controller.signal });
  setTimeout(() => controller.abort(new Error('enough')), 10);
  await expect(call).rejects.toThrow('enough');
});

test('aborting while the body is read breaks the body and closes the connection', async () => {
  const { fetch, url, open } = await setUp((_request, response) => response.write('x'));
  const controller = new AbortController();
  const response = await fetch(url, { signal: controller.signal });
  const reader = response.body?.getReader();
  await reader?.read();
  const next = reader?.read();
  controller.abort(new Error('enough'));
  await expect(next).rejects.toBeDefined();
  await until(() => open() === 0);
  expect(open()).toBe(0);
});

test('a connection that breaks in the middle of a body is an error, not an end', async () => {
  const { fetch, url } = await setUp((_request, response) => {
    response.write('{"a":');
    setTimeout(() => response.destroy(), 5);
  });
  const response = await fetch(url);
  await expect(response.text()).rejects.toBeDefined();
});

test('a body that is cancelled closes the connection', async () => {
  const { fetch, url, open } = await setUp((_request, response) => response.write('x'));
  const response = await fetch(url);
  await response.body?.cancel();
  await until(() => open() === 0);
  expect(open()).toBe(0);
});

test('a consumer that stops reading stops the server from sending', async () => {
  let sent = 0;
  const chunk = Buffer.alloc(64 * 1024);
  const { fetch, url } = await setUp((_request, response) => {
    const send = (): void => {
      while (sent < 64 * 1024 * 1024 && response.write(chunk)) sent += chunk.length;
    };
    response.on('drain', send);
    send();
  });
  const response = await fetch(url);
  await response.body?.getReader().read();
  await new Promise((resolve) => setTimeout(resolve, 200));
  // What both kernels and both programs buffer; far from everything.
  expect(sent).toBeLessThan(16 * 1024 * 1024);
});

test('a body can be read in every way a fetch body can, once', async () => {
  const { fetch, url } = await setUp((_request, response) => {
    response.setHeader('Content-Type', 'application/json');
    response.end('\uFEFF{"a":"ä"}');
  });
  const read = async <R>(how: (response: Response) => Promise<R>): Promise<R> =>
    how(await fetch(url));
  expect(await read((response) => response.text())).toBe('{"a":"ä"}');
  expect(await read((response) => response.json())).toEqual({ a: 'ä' });
  expect((await read((response) => response.arrayBuffer())).byteLength).toBe(13);
  expect((await read((response) => response.bytes())).length).toBe(13);
  expect((await read((response) => response.blob())).size).toBe(13);
  const response = await fetch(url);
  const copy = response.clone();
  expect([await response.text(), await copy.text()]).toEqual(['{"a":"ä"}', '{"a":"ä"}']);
  expect(response.bodyUsed).toBe(true);
  await expect(response.text()).rejects.toThrow(TypeError);
});

test('a body that broke before anybody read it is an error for whoever comes', async () => {
  const { fetch, url } = await setUp((_request, response) => {
    response.write('x');
    setTimeout(() => response.destroy(), 5);
  });
  const [whole, streamed] = [await fetch(url), await fetch(url)];
  await new Promise((resolve) => setTimeout(resolve, 50));
  await expect(whole.text()).rejects.toBeDefined();
  await expect(new Response(streamed.body).text()).rejects.toBeDefined();
});

test('a status without a body has none', async () => {
  const { fetch, url } = await setUp((_request, response) => response.writeHead(304).end());
  const response = await fetch(url);
  expect([response.status, response.body]).toEqual([304, null]);
});

test('after close() nothing is sent', async () => {
  const { fetch, url } = await setUp(answerStream);
  fetch.close();
  await expect(fetch(url)).rejects.toMatchObject({ cause: { message: 'this fetch is closed' } });
});

async function tlsServer(): Promise<number> {
  const server = createTlsServer(
    { key: pemOf('server.key'), cert: pemOf('server.crt'), ca: pemOf('ca.crt'), requestCert: true },
    (request, response) => {
      const peer = (request.socket as TLSSocket).getPeerCertificate();
      response.end(JSON.stringify({ user: peer.subject?.CN }));
    },
  );
  return listening(server);
}

test('an authority of one’s own, a server name and a client certificate', async () => {
  const port = await tlsServer();
  const fetch = nodeFetch({
    ca: pemOf('ca.crt'),
    cert: pemOf('client.crt'),
    key: pemOf('client.key'),
    serverName: 'cluster.internal',
  });
  cleanups.push(() => fetch.close());
  const response = await fetch(`https://127.0.0.1:${port}/`);
  expect(await response.json()).toEqual({ user: 'ada' });
});

test('a server whose certificate nobody knows is refused, unless told otherwise', async () => {
  const port = await tlsServer();
  const identity = { cert: pemOf('client.crt'), key: pemOf('client.key') };
  const strict = nodeFetch(identity);
  const careless = nodeFetch({ ...identity, insecureSkipTlsVerify: true });
  cleanups.push(
    () => strict.close(),
    () => careless.close(),
  );
  await expect(strict(`https://127.0.0.1:${port}/`)).rejects.toBeInstanceOf(TypeError);
  expect((await careless(`https://127.0.0.1:${port}/`)).status).toBe(200);
});

test('the server’s own certificate is authority enough, though another one has signed it', async () => {
  const port = await tlsServer();
  const fetch = nodeFetch({
    ca: pemOf('server.crt'),
    cert: pemOf('client.crt'),
    key: pemOf('client.key'),
    serverName: 'cluster.internal',
  });
  cleanups.push(() => fetch.close());
  expect((await fetch(`https://127.0.0.1:${port}/`)).status).toBe(200);
});

async function proxyServer(): Promise<{ url: string; tunnels: string[] }> {
  const tunnels: string[] = [];
  const proxy = createServer();
  proxy.on('connect', (request: IncomingMessage, client: Socket) => {
    const target = request.url ?? '';
    tunnels.push(target);
    const [host = '', port = ''] = target.split(':');
    const upstream = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
    client.on('error', () => upstream.destroy());
    cleanups.push(() => {
      client.destroy();
      upstream.destroy();
    });
  });
  return { url: `http://127.0.0.1:${await listening(proxy)}`, tunnels };
}

test('a proxy is tunnelled through, with TLS to the server and one tunnel for several requests', async () => {
  const port = await tlsServer();
  const proxy = await proxyServer();
  const fetch = nodeFetch({
    ca: pemOf('ca.crt'),
    cert: pemOf('client.crt'),
    key: pemOf('client.key'),
    serverName: 'cluster.internal',
    proxyUrl: proxy.url,
  });
  cleanups.push(() => fetch.close());
  for (let i = 0; i < 3; i++) {
    const response = await fetch(`https://127.0.0.1:${port}/`);
    expect(await response.json()).toEqual({ user: 'ada' });
  }
  expect(proxy.tunnels).toEqual([`127.0.0.1:${port}`]);
});
