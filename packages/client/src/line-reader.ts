const NEWLINE = 10;

// No API object comes near this; a stream without newlines must not fill the memory.
const MAX_LINE_BYTES = 64 * 1024 * 1024;

/**
 * Cuts a stream of bytes into lines, wherever its chunks begin and end.
 *
 * The search for newlines is done on bytes and a line is decoded whole, so a character may be split between chunks.
 * Lines are decoded when they are taken: what the consumer has not asked for stays bytes.
 */
export class LineReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #chunk: Uint8Array = new Uint8Array(0);
  #position = 0;
  /** The beginning of a line whose end has not arrived, in pieces. */
  #begun: Uint8Array[] = [];
  #begunBytes = 0;
  #ended = false;

  constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader();
  }

  /** The next line that is completely here, without its newline; undefined when more has to be read. Skips empty lines. */
  take(): string | undefined {
    for (;;) {
      const end = this.#chunk.indexOf(NEWLINE, this.#position);
      if (end === -1) {
        this.#keep(this.#chunk.subarray(this.#position));
        return undefined;
      }
      const line = this.#chunk.subarray(this.#position, end);
      this.#position = end + 1;
      const text = this.#decoder.decode(this.#begunBytes === 0 ? line : this.#join(line));
      if (text !== '') return text;
    }
  }

  /** Whether the stream has ended; a line taken after that had no newline and may have been cut off. */
  get ended(): boolean {
    return this.#ended;
  }

  /**
   * Reads one more chunk; at the end of the stream, what came after the last newline becomes a line. False when there
   * is nothing more at all. Throws a RangeError for a line without end.
   */
  async read(): Promise<boolean> {
    const { done, value } = await this.#reader.read();
    if (done) {
      this.#ended = true;
      if (this.#begunBytes === 0) return false;
      this.#chunk = Uint8Array.of(NEWLINE);
      return true;
    }
    if (this.#begunBytes + value.length > MAX_LINE_BYTES && !value.includes(NEWLINE)) {
      throw new RangeError(`a line is longer than ${MAX_LINE_BYTES} bytes`);
    }
    this.#chunk = value;
    this.#position = 0;
    return true;
  }

  /** Gives the stream back to whom it came from; errors on the way are theirs. */
  cancel(): void {
    this.#reader.cancel().catch(() => undefined);
  }

  #keep(piece: Uint8Array): void {
    if (piece.length > 0) {
      this.#begun.push(piece);
      this.#begunBytes += piece.length;
    }
    this.#chunk = new Uint8Array(0);
    this.#position = 0;
  }

  #join(last: Uint8Array): Uint8Array {
    const whole = new Uint8Array(this.#begunBytes + last.length);
    let at = 0;
    for (const piece of this.#begun) {
      whole.set(piece, at);
      at += piece.length;
    }
    whole.set(last, at);
    this.#begun = [];
    this.#begunBytes = 0;
    return whole;
  }
}
