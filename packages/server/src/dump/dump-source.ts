/** A line of a dump and where it stands. */
export interface DumpLine {
  readonly text: string;
  /** Where its source finds it again. */
  readonly position: number;
  /** How long it is there, without its line break. */
  readonly length: number;
  /** Whether a line break follows; the last line of a dump that was cut off has none. */
  readonly isEnded: boolean;
}

/** Where the text of a dump comes from. It is read twice: once to check it, once to write it. */
export interface DumpSource {
  /** All lines from the first on, empty ones included. */
  lines(): AsyncIterable<DumpLine>;
  /** The text of one line again. */
  read(line: Pick<DumpLine, 'position' | 'length'>): Promise<string>;
}

/** A dump that is a text. */
export function dumpFromText(text: string): DumpSource {
  return {
    async *lines() {
      for (let position = 0; position < text.length;) {
        const end = text.indexOf('\n', position);
        const length = (end < 0 ? text.length : end) - position;
        const line = text.slice(position, position + length);
        yield { text: line, position, length, isEnded: end >= 0 };
        position += length + 1;
      }
    },
    read: async ({ position, length }) => text.slice(position, position + length),
  };
}
