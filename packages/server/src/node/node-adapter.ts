/** Carries requests and answers over `node:http`, without the web's Request and Response in between. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  BodyTooLargeError,
  type AnswerSink,
  type ServerAnswer,
  type ServerRequest,
  type StreamBody,
} from '../http/exchange.js';
import { joinBytes } from '../http/fetch-adapter.js';

/** Answers a request of whatever carrier. */
export type Handle = (request: ServerRequest) => Promise<ServerAnswer>;

/** The request listener of a `node:http` or `node:https` server. */
export function toRequestListener(
  handle: Handle,
): (message: IncomingMessage, response: ServerResponse) => void {
  return (message, response) => {
    const request = new NodeRequest(message, response);
    handle(request).then(
      (answer) => writeAnswer(answer, message, response),
      () => response.destroy(),
    );
  };
}

class NodeRequest implements ServerRequest {
  readonly method: string;
  readonly target: string;
  readonly #message: IncomingMessage;
  readonly #response: ServerResponse;
  #gone: AbortController | undefined;

  constructor(message: IncomingMessage, response: ServerResponse) {
    this.method = message.method ?? 'GET';
    this.target = message.url ?? '/';
    this.#message = message;
    this.#response = response;
  }

  /** Made on first use: most requests never wait for anything. */
  get signal(): AbortSignal {
    if (this.#gone === undefined) {
      const gone = new AbortController();
      this.#gone = gone;
      if (this.#response.destroyed) gone.abort();
      else this.#response.once('close', () => gone.abort());
    }
    return this.#gone.signal;
  }

  get peer(): string {
    return this.#message.socket.remoteAddress ?? '';
  }

  header(name: string): string | undefined {
    const value = this.#message.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  headerValues(name: string): readonly string[] {
    return this.#message.headersDistinct[name] ?? [];
  }

  headerNames(): readonly string[] {
    return Object.keys(this.#message.headers);
  }

  body(limitBytes: number): Promise<Uint8Array> {
    const message = this.#message;
    return new Promise((resolve, reject) => {
      const chunks: Uint8Array[] = [];
      let size = 0;
      message.on('data', (chunk: Uint8Array) => {
        size += chunk.byteLength;
        if (size > limitBytes) {
          // What is still coming is read and thrown away, so that the client gets to see the answer.
          message.removeAllListeners('data');
          message.resume();
          reject(new BodyTooLargeError(limitBytes));
          return;
        }
        chunks.push(chunk);
      });
      message.once('end', () => resolve(joinBytes(chunks, size)));
      message.once('error', reject);
      message.once('close', () => reject(new Error('the client went away')));
    });
  }
}

function writeAnswer(
  answer: ServerAnswer,
  message: IncomingMessage,
  response: ServerResponse,
): void {
  const { body, sabotage } = answer;
  if (sabotage?.type === 'reset') {
    message.socket.resetAndDestroy();
    return;
  }
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    headers[name] = typeof value === 'string' ? value : [...value];
  }
  if (body === undefined || body instanceof Uint8Array) {
    writeBytes(response, { status: answer.status, headers, body, sabotage });
    return;
  }
  response.writeHead(answer.status, headers);
  // The client waits for the headers; the first event may be long in coming.
  response.flushHeaders();
  streamBody(body, response);
}

interface BytesAnswer {
  readonly status: number;
  readonly headers: Record<string, string | string[]>;
  readonly body: Uint8Array | undefined;
  readonly sabotage: ServerAnswer['sabotage'];
}

function writeBytes(
  response: ServerResponse,
  { status, headers, body, sabotage }: BytesAnswer,
): void {
  if (status !== 304) headers['content-length'] = String(body?.length ?? 0);
  response.writeHead(status, headers);
  if (sabotage?.type === 'truncate' && body !== undefined) {
    response.write(body.subarray(0, sabotage.afterBytes), () => response.destroy());
    return;
  }
  response.end(body);
}

function streamBody(body: StreamBody, response: ServerResponse): void {
  const sink: AnswerSink = {
    write: (bytes) => response.write(bytes),
    onDrain: (listener) => response.once('drain', listener),
    end: () => response.end(),
    abort: () => response.destroy(),
  };
  const stop = body.start(sink);
  response.once('close', stop);
}
