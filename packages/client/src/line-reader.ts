const NEWLINE = 10;

// No API object comes near this; a stream without newlines must not fill the memory.
const MAX_LINE_BYTES = 64 * 1024 * 1024;

/**
 * Cuts a stream of bytes into lines, wherever its chunks begin and end.
 *
 * A chunk is searched backwards for its last newline, on bytes, and decoded up to there at once, so a character may be
 * split between chunks. Cutting the text into lines is then almost free, and quicker than decoding line by line.
 */
export class LineReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  /** Whole lines that are here, and how far they have been taken. */
  #text = '';
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
      const start = this.#position;
      const end = this.#text.indexOf('\n', start);
      if (end === -1) return undefined;
      this.#position = end + 1;
      if (end > start) return this.#text.substring(start, end);
    }
  }

  /** Whether the stream has ended; a line taken after that had no newline and may have been cut off. */
  get ended(): boolean {
    return this.#ended;
  }

  /**
   * Reads one more chunk, once all lines are taken; at the end of the stream, what came after the last newline becomes
   * a line. False when there is nothing more at all. Throws a RangeError for a line without end.
   */
  async read(): Promise<boolean> {
    const { done, value } = await this.#reader.read();
    if (done) {
      this.#ended = true;
      const rest = this.#begunBytes > 0;
      this.#text = rest ? `${this.#decode(new Uint8Array(0))}\n` : '';
      this.#position = 0;
      return rest;
    }
    const end = value.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      this.#text = this.#decode(value.subarray(0, end));
      this.#position = 0;
    }
    if (end < value.length) {
      this.#begun.push(value.subarray(end));
      this.#begunBytes += value.length - end;
    }
    if (this.#begunBytes > MAX_LINE_BYTES) {
      throw new RangeError(`a line is longer than ${MAX_LINE_BYTES} bytes`);
    }
    return true;
  }

  /** Gives the stream back to whom it came from; errors on the way are theirs. */
  cancel(): void {
    this.#reader.cancel().catch(() => undefined);
  }

  /** The text of what was begun before and goes on with `last`. */
  #decode(last: Uint8Array): string {
    if (this.#begunBytes === 0) return this.#decoder.decode(last);
    const whole = new Uint8Array(this.#begunBytes + last.length);
    let at = 0;
    for (const piece of [...this.#begun, last]) {
      whole.set(piece, at);
      at += piece.length;
    }
    this.#begun = [];
    this.#begunBytes = 0;
    return this.#decoder.decode(whole);
  }
}
