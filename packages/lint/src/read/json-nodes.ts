import { SyntaxProblem } from './syntax-error.js';
import type { MapEntry, SyntaxNode } from './syntax-node.js';
import type { RepeatedKey } from './yaml-value.js';

/** A JSON value and where its parts stand. */
export interface JsonNodes {
  readonly node: SyntaxNode;
  readonly repeatedKeys: readonly RepeatedKey[];
  /** The offset behind the value. */
  readonly end: number;
}

/**
 * Where every part of the JSON value that starts at or behind `offset` stands. Stops behind the value, so that several
 * values in a row can be read. Throws a SyntaxProblem at the first character that is not JSON.
 */
export function readJsonNodes(text: string, offset: number): JsonNodes {
  const reader = new JsonNodeReader(text, offset);
  const node = reader.readValue(0);
  return { node, repeatedKeys: reader.repeatedKeys, end: reader.at };
}

const MAX_DEPTH = 500;

class JsonNodeReader {
  readonly repeatedKeys: RepeatedKey[] = [];
  readonly #text: string;
  at: number;

  constructor(text: string, offset: number) {
    this.#text = text;
    this.at = offset;
  }

  readValue(depth: number): SyntaxNode {
    if (depth > MAX_DEPTH) throw new SyntaxProblem('nested too deeply', this.at);
    this.skipBlanks();
    const char = this.#text[this.at];
    if (char === '{') return this.#readMap(depth);
    if (char === '[') return this.#readList(depth);
    const start = this.at;
    if (char === '"') {
      this.#skipText();
      return { type: 'scalar', style: 'double', start, end: this.at };
    }
    LITERAL.lastIndex = start;
    const match = LITERAL.exec(this.#text);
    if (match === null) throw this.#unexpected();
    this.at += match[0].length;
    return { type: 'scalar', style: 'plain', start, end: this.at };
  }

  skipBlanks(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) return;
      this.at++;
    }
  }

  #readList(depth: number): SyntaxNode {
    const start = this.at++;
    const items: SyntaxNode[] = [];
    if (!this.#closes(']')) {
      do items.push(this.readValue(depth + 1));
      while (this.#continues(']'));
    }
    return { type: 'list', isFlow: true, items, start, end: this.at };
  }

  #readMap(depth: number): SyntaxNode {
    const start = this.at++;
    const entries: MapEntry[] = [];
    if (!this.#closes('}')) {
      const seen = new Set<string>();
      do {
        const entry = this.#readEntry(depth);
        if (seen.has(entry.key)) {
          const length = entry.keyEnd - entry.keyStart;
          this.repeatedKeys.push({ key: entry.key, offset: entry.keyStart, length });
        }
        seen.add(entry.key);
        entries.push(entry);
      } while (this.#continues('}'));
    }
    return { type: 'map', isFlow: true, entries, start, end: this.at };
  }

  #readEntry(depth: number): MapEntry {
    this.skipBlanks();
    if (this.#text[this.at] !== '"') throw this.#unexpected('a key in double quotes');
    const keyStart = this.at;
    this.#skipText();
    const keyEnd = this.at;
    const raw = this.#text.slice(keyStart + 1, keyEnd - 1);
    const key = raw.includes('\\') ? this.#unescape(keyStart, keyEnd) : raw;
    this.skipBlanks();
    if (this.#text[this.at] !== ':') throw this.#unexpected('":"');
    this.at++;
    return { key, keyStart, keyEnd, value: this.readValue(depth + 1) };
  }

  #unescape(start: number, end: number): string {
    try {
      return String(JSON.parse(this.#text.slice(start, end)));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new SyntaxProblem('invalid escape in a text', start);
    }
  }

  #closes(bracket: string): boolean {
    this.skipBlanks();
    if (this.#text[this.at] !== bracket) return false;
    this.at++;
    return true;
  }

  /** Steps over a comma, or over the bracket that ends the collection. */
  #continues(bracket: string): boolean {
    this.skipBlanks();
    const char = this.#text[this.at];
    if (char !== ',' && char !== bracket) throw this.#unexpected(`"," or "${bracket}"`);
    this.at++;
    return char === ',';
  }

  #skipText(): void {
    const start = this.at++;
    for (;;) {
      const code = this.#text.charCodeAt(this.at);
      if (Number.isNaN(code) || code === 0x0a)
        throw new SyntaxProblem('a text is not closed', start);
      this.at++;
      if (code === 0x22) return;
      if (code === 0x5c) this.at++;
    }
  }

  #unexpected(wanted = 'a value'): SyntaxProblem {
    const char = this.#text[this.at];
    const found = char === undefined ? 'the end of the text' : JSON.stringify(char);
    return new SyntaxProblem(`unexpected ${found}, ${wanted} was expected`, this.at);
  }
}

const LITERAL = /(?:-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null)(?![\w.])/y;
