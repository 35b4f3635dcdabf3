import type { IncomingMessage } from 'node:http';

// What may wait unread before the socket is paused, and what must still wait when it goes on: pausing and resuming for
// every piece would cost more than the pieces.
const PAUSE_BYTES = 256 * 1024;
const RESUME_BYTES = 64 * 1024;

// As much as a socket gives at once; longer texts would leave the nursery of the garbage collector.
const PIECE_BYTES = 64 * 1024;

/**
 * The answer to a request, read from the socket as it is asked for: as a stream, or, without the detour over one, as a
 * whole. For a list of many pages that is a fifth of the work.
 */
export class NodeResponse extends Response {
  readonly #message: IncomingMessage;
  #body: ReadableStream<Uint8Array> | undefined;
  #taken = false;

  constructor(message: IncomingMessage) {
    const { statusCode: status = 500, statusMessage: statusText = '' } = message;
    super(null, { status, statusText, headers: headerPairs(message) });
    this.#message = message;
  }

  override get body(): ReadableStream<Uint8Array<ArrayBuffer>> {
    this.#body ??= toWebStream(this.#message);
    // The bytes of a socket are never shared memory.
    return this.#body as ReadableStream<Uint8Array<ArrayBuffer>>;
  }

  override get bodyUsed(): boolean {
    return this.#taken || this.#body?.locked === true;
  }

  override async text(): Promise<string> {
    const text = (await this.#read()).toString('utf8');
    // As the web decodes: a byte order mark is not part of the text.
    return text.startsWith('\uFEFF') ? text.slice(1) : text;
  }

  override async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    // A copy, because small buffers share their memory with others.
    return new Uint8Array(await this.#read()).buffer;
  }

  override async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await this.arrayBuffer());
  }

  override async blob(): Promise<Blob> {
    const type = this.headers.get('Content-Type') ?? '';
    return new Blob([await this.arrayBuffer()], { type });
  }

  override formData(): Promise<FormData> {
    return this.#asPlain(this.body).formData();
  }

  override clone(): Response {
    if (this.bodyUsed) throw new TypeError('the body has been read');
    const [one, other] = this.body.tee();
    this.#body = one;
    return this.#asPlain(other);
  }

  #asPlain(body: ReadableStream<Uint8Array<ArrayBuffer>>): Response {
    const { status, statusText, headers } = this;
    return new Response(body, { status, statusText, headers });
  }

  async #read(): Promise<Buffer> {
    if (this.bodyUsed) throw new TypeError('the body has been read');
    this.#taken = true;
    return this.#body === undefined ? readAll(this.#message) : readStream(this.#body);
  }
}

function headerPairs({ rawHeaders }: IncomingMessage): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    pairs.push([rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '']);
  }
  return pairs;
}

function readAll(message: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => resolve(Buffer.concat(chunks)));
    onBreak(message, reject);
  });
}

/** Tells when a body ends before its end: by an error, or, where somebody was earlier, by being closed already. */
function onBreak(message: IncomingMessage, tell: (error: Error) => void): void {
  const closed = (): void => tell(message.errored ?? new Error('the connection was closed'));
  if (message.destroyed) closed();
  message.on('error', tell);
  message.on('close', closed);
}

async function readStream(stream: ReadableStream<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/**
 * The body as the web reads it. What has come waits here and is handed out in large pieces, because every piece costs
 * the reader a turn; the socket is paused while too much waits.
 */
function toWebStream(message: IncomingMessage): ReadableStream<Uint8Array> {
  const waiting: Buffer[] = [];
  let bytes = 0;
  let end: { readonly error?: Error } | undefined;
  let reader: ReadableStreamDefaultController<Uint8Array> | undefined;

  function answer(): void {
    if (reader === undefined || (waiting.length === 0 && end === undefined)) return;
    const controller = reader;
    reader = undefined;
    if (waiting.length > 0) {
      const piece = takePiece(waiting);
      bytes -= piece.length;
      controller.enqueue(piece);
      if (bytes < RESUME_BYTES && message.isPaused()) message.resume();
    } else if (end?.error === undefined) {
      controller.close();
    } else {
      controller.error(end.error);
    }
  }

  function finish(how: { readonly error?: Error }): void {
    end ??= how;
    answer();
  }

  return new ReadableStream<Uint8Array>(
    {
      start() {
        message.on('data', (chunk: Buffer) => {
          waiting.push(chunk);
          bytes += chunk.length;
          if (bytes > PAUSE_BYTES) message.pause();
          answer();
        });
        message.on('end', () => finish({}));
        onBreak(message, (error) => finish({ error }));
      },
      pull(controller) {
        reader = controller;
        answer();
      },
      cancel() {
        message.destroy();
      },
    },
    { highWaterMark: 0 },
  );
}

/** The first pieces as one, up to what is worth joining. */
function takePiece(waiting: Buffer[]): Buffer {
  let count = 0;
  let bytes = 0;
  for (const chunk of waiting) {
    if (count > 0 && bytes + chunk.length > PIECE_BYTES) break;
    bytes += chunk.length;
    count++;
  }
  const [first, ...rest] = waiting.splice(0, count);
  return first !== undefined && rest.length === 0
    ? first
    : Buffer.concat([first ?? Buffer.alloc(0), ...rest]);
}
