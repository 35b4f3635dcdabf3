import http from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';
import type { RegistryFetch } from '../import/registry-request.js';

/**
 * Sends requests to registries with `node:http` and `node:https`. Unlike the global `fetch` it can leave certificates
 * unverified, which insecure registries ask for. Redirects are left to the caller; bodies are streamed.
 */
export const registryFetch: RegistryFetch = (request, { insecure }) =>
  new Promise((resolve, reject) => {
    const url = new URL(request.url);
    const options: https.RequestOptions = {
      method: request.method,
      headers: Object.fromEntries(request.headers),
      signal: request.signal,
    };
    const receive = (incoming: http.IncomingMessage): void =>
      resolve(toResponse(incoming, request.method));
    const outgoing =
      url.protocol === 'https:'
        ? https.request(url, { ...options, rejectUnauthorized: !insecure }, receive)
        : http.request(url, options, receive);
    outgoing.on('error', reject);
    outgoing.end();
  });

function toResponse(incoming: http.IncomingMessage, method: string): Response {
  const headers = new Headers();
  for (let index = 0; index + 1 < incoming.rawHeaders.length; index += 2) {
    headers.append(incoming.rawHeaders[index] ?? '', incoming.rawHeaders[index + 1] ?? '');
  }
  const status = incoming.statusCode ?? 500;
  if (method === 'HEAD' || status === 204 || status === 304) {
    incoming.resume();
    return new Response(null, { status, headers });
  }
  // Node's own stream and the web's are the same class here; only their declarations differ.
  const body = Readable.toWeb(incoming) as ReadableStream<Uint8Array>;
  return new Response(body, { status, headers });
}
