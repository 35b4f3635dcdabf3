/** How the reference server's calls to webhooks meet what networks and other people's webhooks do. */
import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createWebhookPost } from '@imagestream/server/node';
import { afterEach, expect, test } from 'vitest';

const tls = fileURLToPath(new URL('../../packages/admission/testdata/tls/', import.meta.url));
const cert = readFileSync(`${tls}first.crt`, 'utf8');
const key = readFileSync(`${tls}first.key`, 'utf8');
const other = readFileSync(`${tls}second.crt`, 'utf8');

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function start(listener: RequestListener): Promise<string> {
  const server = createServer({ cert, key }, listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const signal = new AbortController().signal;

test('a kept connection that was closed in the same moment is no failed call', async () => {
  let calls = 0;
  const url = await start((message, answer) => {
    calls += 1;
    if (calls === 2) message.socket.destroy();
    else message.resume().on('end', () => answer.end(`answer ${calls}`));
  });
  const post = createWebhookPost();
  const first = await post(url, { body: '{}', caBundle: cert, signal });
  const second = await post(url, { body: '{}', caBundle: cert, signal });
  expect([first.body, second.body]).toEqual(['answer 1', 'answer 3']);
});

test('a new connection that breaks is a failed call', async () => {
  const url = await start((message) => message.socket.destroy());
  await expect(createWebhookPost()(url, { body: '{}', caBundle: cert, signal })).rejects.toThrow(
    /socket hang up|ECONNRESET/,
  );
});

test('a certificate nobody vouches for is a failed call', async () => {
  const url = await start((_, answer) => answer.end());
  const post = createWebhookPost();
  await expect(post(url, { body: '{}', caBundle: other, signal })).rejects.toThrow(/self-signed/);
  await expect(post(url, { body: '{}', signal })).rejects.toThrow(/self-signed/);
});

test('an answer without end is given up', async () => {
  const url = await start((message, answer) => {
    message.resume();
    const more = (): void => {
      if (!answer.destroyed) answer.write(Buffer.alloc(1024 * 1024), () => setImmediate(more));
    };
    more();
  });
  await expect(createWebhookPost()(url, { body: '{}', caBundle: cert, signal })).rejects.toThrow(
    'the answer is too large',
  );
});
