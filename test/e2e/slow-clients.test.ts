import { connect, type Socket } from 'node:net';
import { createImageServer, type ImageServer } from '@imagestream/server';
import { listen, type Listening } from '@imagestream/server/node';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Bench } from './server-process.js';

const STREAMS = '/apis/image.openshift.io/v1/namespaces/shop/imagestreams';
const CLIENTS = 200;

const sockets: Socket[] = [];

/** A client that has sent a text and now says nothing more. */
function silentClient(port: number, text: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    socket.once('error', reject);
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

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

describe('a server with clients that never finish what they say', () => {
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

test('a server ends with 0 on SIGTERM whatever clients are still silent', async () => {
  const bench = new Bench();
  try {
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
    for (const socket of sockets) socket.on('error', () => undefined);
    expect(await process.end()).toMatchObject({ code: 0, signal: null, stderr: '' });
  } finally {
    bench.close();
  }
});
