import type { IncomingMessage } from 'node:http';

// What may wait unread in front of a consumer that has paused, before the socket is paused too.
const MAX_BUFFERED_BYTES = 256 * 1024;

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

/** The body as the web reads it. The socket is paused while nobody takes what has come. */
function toWebStream(message: IncomingMessage): ReadableStream<Uint8Array> {
  let settled = false;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const settle = (action: () => void): void => {
          if (!settled) action();
          settled = true;
        };
        message.on('data', (chunk: Buffer) => {
          if (settled) return;
          controller.enqueue(chunk);
          if ((controller.desiredSize ?? 0) <= 0) message.pause();
        });
        message.on('end', () => settle(() => controller.close()));
        onBreak(message, (error) => settle(() => controller.error(error)));
      },
      pull() {
        message.resume();
      },
      cancel() {
        settled = true;
        message.destroy();
      },
    },
    { highWaterMark: MAX_BUFFERED_BYTES, size: (chunk) => chunk.byteLength },
  );
}
