import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http, { type RequestListener } from 'node:http';
import https from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { registryFetch } from './registry-fetch.js';

const answer: RequestListener = (request, response) => {
  if (request.url === '/moved') {
    response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end();
    return;
  }
  response.setHeader('x-method', request.method ?? '');
  response.setHeader('x-accept', request.headers.accept ?? '');
  response.end('hello');
};

function ask(url: string, init: RequestInit = {}, insecure = false): Promise<Response> {
  return registryFetch(new Request(url, init), { insecure });
}

let server: Server | undefined;

async function serve(made: Server): Promise<string> {
  server = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(made.address() as AddressInfo).port}`;
}

afterEach(() => {
  server?.close();
  server = undefined;
});

describe('a request to a registry', () => {
  it('carries method and headers, and brings the body back', async () => {
    const host = await serve(http.createServer(answer));
    const response = await ask(`http://${host}/v2/`, { headers: { accept: 'text/plain' } });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-method')).toBe('GET');
    expect(response.headers.get('x-accept')).toBe('text/plain');
    expect(await response.text()).toBe('hello');
  });

  it('has no body for HEAD', async () => {
    const host = await serve(http.createServer(answer));
    const response = await ask(`http://${host}/v2/`, { method: 'HEAD' });
    expect(response.headers.get('x-method')).toBe('HEAD');
    expect(await response.text()).toBe('');
  });

  it('leaves redirects to the caller', async () => {
    const host = await serve(http.createServer(answer));
    const response = await ask(`http://${host}/moved`);
    expect(response.status).toBe(307);
    expect(response.headers.get('location')).toBe('http://127.0.0.1:1/');
  });

  it('ends when it is aborted', async () => {
    const host = await serve(http.createServer(() => undefined));
    await expect(ask(`http://${host}/v2/`, { signal: AbortSignal.timeout(50) })).rejects.toThrow();
  });
});

const openssl = spawnSync('openssl', ['version']);
if (openssl.error !== undefined) {
  console.warn('requests to registries over TLS are not tested: openssl is not installed');
}

describe.skipIf(openssl.error !== undefined)('a registry whose certificate nobody signed', () => {
  let folder: string;
  let tls: { key: Buffer; cert: Buffer };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'imagestream-tls-'));
    const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const made = spawnSync('openssl', [
      ...['req', '-x509', '-nodes', '-newkey', 'rsa:2048', '-days', '2', '-subj', '/CN=127.0.0.1'],
      ...['-keyout', keyFile, '-out', certFile],
    ]);
    expect(made.status, String(made.stderr)).toBe(0);
    tls = { key: readFileSync(keyFile), cert: readFileSync(certFile) };
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is refused', async () => {
    const host = await serve(https.createServer(tls, answer));
    await expect(ask(`https://${host}/v2/`)).rejects.toMatchObject({
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
  });

  it('answers when the import is insecure', async () => {
    const host = await serve(https.createServer(tls, answer));
    const response = await ask(`https://${host}/v2/`, {}, true);
    expect(await response.text()).toBe('hello');
  });
});
