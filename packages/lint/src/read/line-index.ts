/** A place in a text. Lines and columns count from 1; columns are UTF-16 units, as editors count them. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A stretch of a text; the end is the first place behind it. */
export interface TextRange {
  readonly start: Position;
  readonly end: Position;
}

/** Turns offsets of a text into lines and columns. A line ends with LF, CR LF or a lone CR. */
export class LineIndex {
  readonly text: string;
  readonly #starts: number[];

  constructor(text: string) {
    this.text = text;
    this.#starts = lineStarts(text);
  }

  /** How many lines there are; a text that ends with a line break has an empty last one. */
  get lineCount(): number {
    return this.#starts.length;
  }

  /** The place of an offset. Offsets beyond the text stand for its end. */
  position(offset: number): Position {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return {
      line: low + 1,
      column: Math.min(offset, this.text.length) - this.lineStart(low + 1) + 1,
    };
  }

  /** The places of two offsets. */
  range(start: number, end: number): TextRange {
    return { start: this.position(start), end: this.position(end) };
  }

  /** The offset of the first character of a line. */
  lineStart(line: number): number {
    return this.#starts[line - 1] ?? this.text.length;
  }

  /** The offset behind a line and its break: where the next line starts. */
  nextLineStart(line: number): number {
    return this.#starts[line] ?? this.text.length;
  }

  /** The offset of a place; the inverse of {@link position}. */
  offset(position: Position): number {
    return Math.min(this.lineStart(position.line) + position.column - 1, this.text.length);
  }

  /** The text of a line, without its break. */
  lineText(line: number): string {
    return this.text.slice(this.lineStart(line), this.nextLineStart(line)).replace(/[\r\n]+$/, '');
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  if (!text.includes('\r')) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    return starts;
  }
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)) starts.push(at + 1);
  }
  return starts;
}
