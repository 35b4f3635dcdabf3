/** A message of JSON-RPC 2.0, as language servers exchange them. */
export interface RpcMessage {
  readonly jsonrpc: '2.0';
  readonly id?: number | string | null;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

/** More than any editor sends in one message, in bytes. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/** Something on the wire that is no message. */
export class RpcFramingError extends Error {
  override readonly name = 'RpcFramingError';
}

/** Cuts a stream of bytes into messages: headers, an empty line, and as many bytes as Content-Length says. */
export class MessageReader {
  #buffer: Buffer = Buffer.alloc(0);

  /** Takes bytes in, and gives the messages that are complete. Throws a RpcFramingError for what is none. */
  push(bytes: Uint8Array): RpcMessage[] {
    this.#buffer = Buffer.concat([this.#buffer, bytes]);
    const messages: RpcMessage[] = [];
    for (;;) {
      const end = this.#buffer.indexOf('\r\n\r\n');
      if (end < 0) return messages;
      const length = contentLength(this.#buffer.subarray(0, end).toString('ascii'));
      const start = end + 4;
      if (this.#buffer.length < start + length) return messages;
      messages.push(parse(this.#buffer.subarray(start, start + length).toString('utf8')));
      this.#buffer = this.#buffer.subarray(start + length);
    }
  }
}

function contentLength(headers: string): number {
  const digits = /^content-length:[ \t]*(\d+)[ \t]*$/im.exec(headers)?.[1];
  const length = Number(digits ?? Number.NaN);
  if (Number.isNaN(length)) throw new RpcFramingError('a message has no Content-Length');
  if (length > MAX_MESSAGE_BYTES)
    throw new RpcFramingError(`a message of ${length} bytes is too long`);
  return length;
}

function parse(text: string): RpcMessage {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) {
      const message: { jsonrpc?: unknown } = value;
      // Every further member is checked where it is used.
      if (message.jsonrpc === '2.0') return value as RpcMessage;
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new RpcFramingError('a message is not JSON-RPC 2.0');
}

/** The bytes of a message. */
export function encodeMessage(message: RpcMessage): Buffer {
  const body = Buffer.from(JSON.stringify(message), 'utf8');
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`, 'ascii'), body]);
}
