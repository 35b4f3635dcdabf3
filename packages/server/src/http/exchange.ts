/**
 * What the server reads of a request and what it hands back, whatever carried it. The fetch form and the Node
 * adapter both speak it, so that neither pays for the other's objects.
 */

/** A request as it came in. */
export interface ServerRequest {
  /** In upper case. */
  readonly method: string;
  /** Path and query as sent, percent-encoded; begins with `/`. */
  readonly target: string;
  /** The value of a header by its lower-case name; several of them joined with a comma and a space. */
  header(name: string): string | undefined;
  /** All values of a header that may be repeated. */
  headerValues(name: string): readonly string[];
  /** The names of all headers, lower case. */
  headerNames(): readonly string[];
  /**
   * The whole body, empty when there is none. Rejects with a `BodyTooLargeError` as soon as more than `limitBytes`
   * have arrived. Called at most once.
   */
  body(limitBytes: number): Promise<Uint8Array>;
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
  /** Where the client is, for log lines; absent in process. */
  readonly peer?: string;
}

/** More bytes arrived than the server reads. */
export class BodyTooLargeError extends Error {
  readonly limitBytes: number;

  constructor(limitBytes: number) {
    super(`the request body is larger than ${limitBytes} bytes`);
    this.name = 'BodyTooLargeError';
    this.limitBytes = limitBytes;
  }
}

/** Where a streamed body goes. Not thread-safe; all calls come from one writer. */
export interface AnswerSink {
  /** Queues bytes that nobody changes afterwards. False = the queue is full: write again after `onDrain`. */
  write(bytes: Uint8Array): boolean;
  /** Names the function to call once when a full queue has emptied. */
  onDrain(listener: () => void): void;
  /** Ends the body cleanly. */
  end(): void;
  /** Ends it the hard way: the client sees a broken connection. */
  abort(): void;
}

/** A body that is written as it happens. `start` is called once, when headers are out. */
export interface StreamBody {
  /** Begins writing and returns what is to be done when the client leaves. */
  start(sink: AnswerSink): () => void;
}

/** Bytes that nobody changes: in one piece, or in several that are sent one after the other. */
export type BytesBody = Uint8Array | readonly Uint8Array[];

/** The body of an answer. */
export type Body = BytesBody | StreamBody;

/** An answer; an absent body = none. */
export interface ServerAnswer {
  readonly status: number;
  /** By lower-case name. A list becomes one header line per value. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: Body;
  /** Set by faults: what to do to the connection instead of finishing properly. */
  readonly sabotage?:
    { readonly type: 'reset' } | { readonly type: 'truncate'; readonly afterBytes: number };
}

/** Whether a body is written as it happens. */
export function isStreamBody(body: Body): body is StreamBody {
  return 'start' in body;
}

const encoder = new TextEncoder();

/** Text as UTF-8. */
export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** How many bytes a body has. */
export function sizeOf(body: BytesBody): number {
  if (body instanceof Uint8Array) return body.length;
  let size = 0;
  for (const piece of body) size += piece.length;
  return size;
}

/** A body in one piece. */
export function joinBody(body: BytesBody): Uint8Array {
  return body instanceof Uint8Array ? body : joinBytes(body);
}

/** Several pieces as one. */
export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(sizeOf(pieces));
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}
