/** Serves the page and, on the same origin, an API server to look at. */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createImageServer } from '@imagestream/server';
import { toRequestListener } from '@imagestream/server/node';
import { build } from 'esbuild';

const API = '/api/kubernetes';

/** A page that is being served. */
export interface ServedTable {
  /** Where the page is. */
  readonly url: string;
  /** Where the API is, for `createImageClient({ baseUrl })`. */
  readonly apiUrl: string;
  /** Breaks every connection, as a network does. */
  breakConnections(): void;
  close(): Promise<void>;
}

/** Bundles the page and serves it with an empty reference server. Port 0, the default, is any free one. */
export async function serveTable(port = 0): Promise<ServedTable> {
  const server = await createImageServer();
  const api = toRequestListener(server.handle);
  const files = await readPage();
  const http = createServer((request, response) => {
    const url = request.url ?? '/';
    if (url.startsWith(`${API}/`)) {
      request.url = url.slice(API.length);
      api(request, response);
      return;
    }
    sendFile(files, request, response);
  });
  http.listen(port, '127.0.0.1');
  await once(http, 'listening');
  const { port: bound } = http.address() as AddressInfo; // Listening on TCP, so it has one.
  const url = `http://127.0.0.1:${bound}`;
  return {
    url,
    apiUrl: `${url}${API}`,
    breakConnections: () => http.closeAllConnections(),
    async close() {
      http.close();
      http.closeAllConnections();
      await server.close();
    },
  };
}

type Files = ReadonlyMap<string, { readonly type: string; readonly content: string }>;

async function readPage(): Promise<Files> {
  const { outputFiles } = await build({
    entryPoints: [new URL('page.js', import.meta.url).pathname],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
  });
  const html = await readFile(new URL('../index.html', import.meta.url), 'utf8');
  return new Map([
    ['/', { type: 'text/html; charset=utf-8', content: html }],
    ['/page.js', { type: 'text/javascript', content: outputFiles[0]?.text ?? '' }],
  ]);
}

function sendFile(files: Files, request: IncomingMessage, response: ServerResponse): void {
  const file = files.get(request.url ?? '/');
  if (file === undefined) response.writeHead(404).end();
  else response.writeHead(200, { 'Content-Type': file.type }).end(file.content);
}
