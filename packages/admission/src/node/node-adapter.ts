import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';

/** Methods a web request cannot have. */
const UNSPEAKABLE: ReadonlySet<string> = new Set(['CONNECT', 'TRACE', 'TRACK']);

/** A node:http message as a web request; the body flows as it is read. */
export function toRequest(message: IncomingMessage): Request {
  const headers = new Headers();
  for (let i = 0; i + 1 < message.rawHeaders.length; i += 2) {
    headers.append(message.rawHeaders[i] ?? '', message.rawHeaders[i + 1] ?? '');
  }
  const { method = 'GET', url: target = '/' } = message;
  const hasBody = method !== 'GET' && method !== 'HEAD' && !UNSPEAKABLE.has(method);
  // The host is of no interest here, and may be none a URL can hold; what is no path leads nowhere.
  const url = `https://webhook.invalid${target.startsWith('/') ? target : '/'}`;
  if (!hasBody) return new Request(url, { method: method === 'HEAD' ? 'HEAD' : 'GET', headers });
  // Node declares its streams and the web's apart, and leaves `duplex` out of the web's type.
  const body = Readable.toWeb(message) as unknown as ReadableStream<Uint8Array>;
  const init: RequestInit & { duplex: 'half' } = { method, headers, body, duplex: 'half' };
  return new Request(url, init);
}

/** Sends a web response whose body is small. `isLast` asks the client to close the connection afterwards. */
export async function sendResponse(
  response: Response,
  answer: ServerResponse,
  { isLast }: { readonly isLast: boolean },
): Promise<void> {
  const body = Buffer.from(await response.arrayBuffer());
  response.headers.forEach((value, name) => answer.setHeader(name, value));
  answer.setHeader('content-length', body.length);
  if (isLast) answer.setHeader('connection', 'close');
  answer.writeHead(response.status);
  await new Promise<void>((resolve) => {
    answer.once('close', resolve);
    answer.end(body, resolve);
  });
}
