/** Carries requests and answers over `node:http`, without the web's Request and Response in between. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import {
  BodyTooLargeError,
  encodeUtf8,
  isStreamBody,
  joinBody,
  joinBytes,
  sizeOf,
  type AnswerSink,
  type BytesBody,
  type ServerAnswer,
  type ServerRequest,
  type StreamBody,
} from '../http/exchange.js';

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
      const response = this.#response;
      if (response.destroyed) gone.abort();
      else {
        response.once('close', () => {
          if (!response.writableFinished) gone.abort();
        });
      }
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
      message.once('end', () => resolve(joinBytes(chunks)));
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
  const headers = flatHeaders(answer);
  if (body !== undefined && isStreamBody(body)) {
    response.writeHead(answer.status, headers);
    // The client waits for the headers; the first event may be long in coming. Source: server-watch-headers.
    response.flushHeaders();
    streamBody(body, response);
    return;
  }
  if (answer.status !== 304) headers.push('content-length', String(sizeOf(body ?? [])));
  response.writeHead(answer.status, headers);
  if (sabotage?.type === 'truncate' && body !== undefined) {
    const part = joinBody(body).subarray(0, sabotage.afterBytes);
    // What was written must arrive; a reset could overtake it.
    response.write(part, () => message.socket.destroySoon());
    return;
  }
  writePieces(response, body ?? []);
}

/** Names and values in turn, as Node takes them with the least work. */
function flatHeaders({ headers }: ServerAnswer): string[] {
  const flat: string[] = [];
  for (const name in headers) {
    const value = headers[name] ?? [];
    if (typeof value === 'string') flat.push(name, value);
    else for (const one of value) flat.push(name, one);
  }
  return flat;
}

function writePieces(response: ServerResponse, body: BytesBody): void {
  if (body instanceof Uint8Array) {
    response.end(body);
    return;
  }
  response.cork();
  for (const piece of body) response.write(piece);
  response.end();
  response.uncork();
}

function streamBody(body: StreamBody, response: ServerResponse): void {
  const { socket } = response;
  // Only a response that has its connection to itself may write past Node's own framing.
  const direct = socket !== null && response.chunkedEncoding && response.headersSent;
  const sink: AnswerSink = direct ? chunkedSink(response, socket) : plainSink(response);
  const stop = body.start(sink);
  response.once('close', stop);
}

function plainSink(response: ServerResponse): AnswerSink {
  return {
    write: (bytes) => response.write(bytes),
    onDrain: (listener) => response.once('drain', listener),
    end: () => response.end(),
    abort: () => response.destroy(),
  };
}

/**
 * Writes chunks that were framed once for all watchers: one buffer and one system call each, where Node would write three
 * pieces per watcher.
 */
function chunkedSink(response: ServerResponse, socket: Socket): AnswerSink {
  return {
    write: (bytes) => socket.write(chunkOf(bytes)),
    onDrain: (listener) => socket.once('drain', listener),
    end: () => response.end(),
    abort: () => response.destroy(),
  };
}

/** Chunks by what is in them. The line of an event is the same bytes for all its watchers. */
const chunks = new WeakMap<Uint8Array, Buffer>();

function chunkOf(bytes: Uint8Array): Buffer {
  const known = chunks.get(bytes);
  if (known !== undefined) return known;
  const head = encodeUtf8(`${bytes.length.toString(16)}\r\n`);
  // A Buffer, since sockets make one of any other array, for each write anew.
  const chunk = Buffer.concat([head, bytes, lineEnd]);
  chunks.set(bytes, chunk);
  return chunk;
}

const lineEnd = encodeUtf8('\r\n');
