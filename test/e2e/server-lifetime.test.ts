import { connect, type Socket } from 'node:net';
import { createImageServer, type ImageServer } from '@imagestream/server';
import { listen, type Listening } from '@imagestream/server/node';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { benchTest as test } from './server-process.js';
import { JSON_BODY, listNames, stream, STREAMS } from './streams.js';

const CLIENTS = 200;

const sockets: Socket[] = [];

/** A client that has sent a text and now says nothing more. */
function silentClient(port: number, text: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    // Later errors are what happens when the server is gone.
    socket.on('error', reject);
    socket.once('connect', () => socket.write(text, () => resolve(socket)));
  });
}

/** What a client gets before the server closes the connection. */
function received(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    socket.once('close', () => resolve(text));
  });
}

afterAll(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

describe.concurrent('a server with clients that never finish what they say', () => {
  let server: ImageServer;
  let listening: Listening;
  beforeAll(async () => {
    server = await createImageServer();
    listening = await listen(server);
  });
  afterAll(async () => {
    await server.close();
    await listening.close();
  });

  // Evidence: server-limits
  test('answers others, and gives the silent ones up by itself', async () => {
    const halfHeader = `GET ${STREAMS} HTTP/1.1\r\nHost: x\r\nX-Half: `;
    const clients = await Promise.all(
      Array.from({ length: CLIENTS }, () => silentClient(listening.port, halfHeader)),
    );
    const answers = Promise.all(clients.map(received));
    expect((await fetch(`${listening.url}${STREAMS}`)).status).toBe(200);
    for (const answer of await answers) expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('changes nothing when a body breaks off', async () => {
    const body = JSON.stringify({ metadata: { name: 'half' } });
    const head = `POST ${STREAMS} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`;
    const request = `${head}Content-Length: ${body.length + 10}\r\n\r\n${body}`;
    const client = await silentClient(listening.port, request);
    client.destroy();
    const next = await silentClient(
      listening.port,
      `GET ${STREAMS}/half HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    expect(await received(next)).toMatch(/^HTTP\/1\.1 404 /);
  });

  test('answers requests sent in one go in their order', async () => {
    const get = (path: string, more = ''): string =>
      `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
    const client = await silentClient(
      listening.port,
      get('/readyz') + get(`${STREAMS}/none`) + get('/version', 'Connection: close\r\n'),
    );
    const answer = await received(client);
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual([
      'HTTP/1.1 200',
      'HTTP/1.1 404',
      'HTTP/1.1 200',
    ]);
  });
});

describe.concurrent('a server process', () => {
  test.for(['SIGTERM', 'SIGINT'] as const)(
    'says where it listens and nothing else, and ends with 0 on %s',
    async (signal, { bench }) => {
      const server = bench.start('--memory');
      const url = await server.url();
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
      expect(await server.end(signal)).toEqual({
        code: 0,
        signal: null,
        stdout: `imagestream-server listening on ${url}\n`,
        stderr: '',
      });
    },
  );

  test('lets requests under way finish and ends watches cleanly on SIGTERM', async ({ bench }) => {
    const faults = [{ match: { name: 'slow' }, action: { type: 'latency', delayMs: 700 } }];
    const server = bench.start('--memory', '--faults', bench.file('faults.json', faults));
    const url = await server.url();
    const watch = await fetch(`${url}${STREAMS}?watch=true&timeoutSeconds=60`);
    const slow = fetch(`${url}${STREAMS}/slow`);
    // The latency has begun when a later request has been answered.
    await fetch(`${url}/healthz`);
    const ending = server.end();
    expect((await slow).status).toBe(404);
    expect(await watch.text()).toBe('');
    expect(await ending).toMatchObject({ code: 0, stderr: '' });
    await expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed');
  });

  test('finds everything again that it acknowledged, also after kill -9', async ({ bench }) => {
    const seed = bench.file('seed.json', stream('seeded'));
    const args = ['--data-dir', bench.path('data'), '--seed', seed];
    const first = bench.start(...args);
    const url = await first.url();
    for (let n = 0; n < 20; n += 1) {
      const body = JSON.stringify(stream(`s${n}`));
      expect(
        (await fetch(`${url}${STREAMS}`, { method: 'POST', headers: JSON_BODY, body })).status,
      ).toBe(201);
    }
    await fetch(`${url}${STREAMS}/seeded`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/merge-patch+json' },
      body: '{"metadata":{"labels":{"changed":"yes"}}}',
    });
    expect(await first.end('SIGKILL')).toMatchObject({ signal: 'SIGKILL' });
    const second = bench.start(...args);
    const again = await second.url();
    expect(await listNames(`${again}${STREAMS}`)).toHaveLength(21);
    expect(await listNames(`${again}${STREAMS}?labelSelector=changed%3Dyes`)).toEqual(['seeded']);
    expect(await second.end()).toMatchObject({ code: 0 });
  });

  test('ends with 0 on SIGTERM whatever clients are still silent', async ({ bench }) => {
    const process = bench.start('--memory');
    const port = Number(new URL(await process.url()).port);
    await silentClient(port, '');
    await silentClient(port, `GET ${STREAMS} HTTP/1.1\r\nHo`);
    await silentClient(port, `POST ${STREAMS} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{`);
    const reader = await silentClient(
      port,
      `GET ${STREAMS}?watch=true HTTP/1.1\r\nHost: x\r\n\r\n`,
    );
    reader.pause();
    expect(await process.end()).toMatchObject({ code: 0, signal: null, stderr: '' });
  });
});
