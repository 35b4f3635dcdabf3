import { quoteGo } from '@imagestream/core';
import { JsonSyntaxError, type JsonEntry, type JsonNode } from './json-node.js';

/** Go's decoder gives up at this depth. */
const DEFAULT_MAX_DEPTH = 10_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OBJECT_OPEN = 0x7b;
const OBJECT_CLOSE = 0x7d;
const ARRAY_OPEN = 0x5b;
const ARRAY_CLOSE = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** An object or list being read; the open ones are a stack, so deep nesting costs no call stack. */
type Open =
  | { readonly type: 'object'; readonly entries: JsonEntry[]; key: string }
  | { readonly type: 'array'; readonly items: JsonNode[] };

/**
 * Reads one JSON text and nothing after it, in one pass.
 *
 * Invalid UTF-8 and lone surrogates read as U+FFFD, as in Go. `maxDepth` is for texts that are going to be walked by
 * functions that call themselves. Throws a JsonSyntaxError with Go's words.
 */
export function readJson(
  bytes: Uint8Array,
  options: { readonly maxDepth?: number } = {},
): JsonNode {
  return new JsonReader(bytes, options.maxDepth ?? DEFAULT_MAX_DEPTH).read();
}

class JsonReader {
  readonly #bytes: Uint8Array;
  readonly #text = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #open: Open[] = [];
  readonly #maxDepth: number;
  #at = 0;

  constructor(bytes: Uint8Array, maxDepth: number) {
    this.#bytes = bytes;
    this.#maxDepth = maxDepth;
  }

  read(): JsonNode {
    this.#skipSpace();
    let value = this.#startValue('looking for beginning of value');
    for (;;) {
      // An opened object or list has no value yet; its first member comes next.
      if (value !== undefined) {
        const parent = this.#open.at(-1);
        if (parent === undefined) return this.#finish(value);
        value = this.#addTo(parent, value);
      } else {
        value = this.#startMember();
      }
    }
  }

  #finish(value: JsonNode): JsonNode {
    this.#skipSpace();
    if (this.#at < this.#bytes.length) throw this.#unexpected('after top-level value');
    return value;
  }

  /** The first member of the innermost open object or list, or that itself when it is empty. */
  #startMember(): JsonNode | undefined {
    const open = this.#open.at(-1);
    this.#skipSpace();
    if (open?.type === 'object') {
      if (this.#peek() === OBJECT_CLOSE) return this.#close();
      this.#readKey(open);
    } else if (this.#peek() === ARRAY_CLOSE) {
      return this.#close();
    }
    return this.#startValue('looking for beginning of value');
  }

  /** Puts a finished value into its parent and goes on: the next value, or the parent when that is finished. */
  #addTo(parent: Open, value: JsonNode): JsonNode | undefined {
    if (parent.type === 'object') parent.entries.push({ key: parent.key, value });
    else parent.items.push(value);
    this.#skipSpace();
    const next = this.#peek();
    if (next === (parent.type === 'object' ? OBJECT_CLOSE : ARRAY_CLOSE)) return this.#close();
    if (next !== COMMA) {
      throw this.#unexpected(
        parent.type === 'object' ? 'after object key:value pair' : 'after array element',
      );
    }
    this.#at++;
    this.#skipSpace();
    if (parent.type === 'object') this.#readKey(parent);
    return this.#startValue('looking for beginning of value');
  }

  #close(): JsonNode {
    this.#at++;
    const done = this.#open.pop();
    if (done?.type === 'object') return { type: 'object', entries: done.entries };
    return { type: 'array', items: done?.items ?? [] };
  }

  #readKey(open: Open & { type: 'object' }): void {
    if (this.#peek() !== QUOTE)
      throw this.#unexpected('looking for beginning of object key string');
    open.key = this.#readString();
    this.#skipSpace();
    if (this.#peek() !== COLON) throw this.#unexpected('after object key');
    this.#at++;
    this.#skipSpace();
  }

  /** Reads a scalar, or opens an object or list and gives undefined. */
  #startValue(context: string): JsonNode | undefined {
    const byte = this.#peek();
    switch (byte) {
      case OBJECT_OPEN:
        return this.#push({ type: 'object', entries: [], key: '' });
      case ARRAY_OPEN:
        return this.#push({ type: 'array', items: [] });
      case QUOTE:
        return { type: 'string', value: this.#readString() };
      case 0x74:
        this.#readLiteral('true');
        return { type: 'bool', value: true };
      case 0x66:
        this.#readLiteral('false');
        return { type: 'bool', value: false };
      case 0x6e:
        this.#readLiteral('null');
        return { type: 'null' };
      default:
        if (byte === 0x2d || isDigit(byte)) return { type: 'number', text: this.#readNumber() };
        throw this.#unexpected(context);
    }
  }

  #push(open: Open): undefined {
    if (this.#open.length >= this.#maxDepth) throw this.#unexpected('exceeded max depth');
    this.#open.push(open);
    this.#at++;
    return undefined;
  }

  #readLiteral(word: string): void {
    for (let i = 0; i < word.length; i++) {
      if (this.#peek() !== word.charCodeAt(i)) {
        throw this.#unexpected(`in literal ${word} (expecting '${word.charAt(i)}')`);
      }
      this.#at++;
    }
  }

  #readNumber(): string {
    const start = this.#at;
    if (this.#peek() === 0x2d) this.#at++;
    if (this.#peek() === 0x30) this.#at++;
    else this.#readDigits('in numeric literal');
    if (this.#current() === 0x2e) {
      this.#at++;
      this.#readDigits('after decimal point in numeric literal');
    }
    const exponent = this.#current();
    if (exponent === 0x65 || exponent === 0x45) {
      this.#at++;
      const sign = this.#peek();
      if (sign === 0x2b || sign === 0x2d) this.#at++;
      this.#readDigits('in exponent of numeric literal');
    }
    return this.#text.decode(this.#bytes.subarray(start, this.#at));
  }

  #readDigits(context: string): void {
    if (!isDigit(this.#peek())) throw this.#unexpected(context);
    while (isDigit(this.#current())) this.#at++;
  }

  #readString(): string {
    this.#at++;
    let out = '';
    for (;;) {
      const start = this.#at;
      let byte = this.#current();
      while (byte !== QUOTE && byte !== BACKSLASH && byte >= 0x20) {
        this.#at++;
        byte = this.#current();
      }
      if (this.#at > start) out += this.#text.decode(this.#bytes.subarray(start, this.#at));
      if (byte === QUOTE) {
        this.#at++;
        // A surrogate without its other half stands for nothing.
        return out.replace(/\p{Surrogate}/gu, '\ufffd');
      }
      if (byte !== BACKSLASH) this.#peekIn('in string literal');
      this.#at++;
      out += this.#readEscape();
    }
  }

  #readEscape(): string {
    const char = String.fromCharCode(this.#peek());
    const simple = ESCAPES[char];
    if (simple === undefined && char !== 'u') throw this.#unexpected('in string escape code');
    this.#at++;
    if (simple !== undefined) return simple;
    let code = 0;
    for (let i = 0; i < 4; i++) {
      const digit = Number.parseInt(String.fromCharCode(this.#peek()), 16);
      if (Number.isNaN(digit)) throw this.#unexpected('in \\u hexadecimal character escape');
      code = code * 16 + digit;
      this.#at++;
    }
    return String.fromCharCode(code);
  }

  #peekIn(context: string): never {
    this.#peek();
    throw this.#unexpected(context);
  }

  #skipSpace(): void {
    let byte = this.#current();
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
      this.#at++;
      byte = this.#current();
    }
  }

  /** The byte at hand, or -1 at the end. */
  #current(): number {
    return this.#bytes[this.#at] ?? -1;
  }

  /** The byte at hand; the end of the text is an error here. */
  #peek(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new JsonSyntaxError('unexpected end of JSON input');
    return byte;
  }

  #unexpected(context: string): JsonSyntaxError {
    const char = String.fromCharCode(this.#peek());
    const quoted = char === "'" ? "\\'" : char === '"' ? '"' : quoteGo(char).slice(1, -1);
    return new JsonSyntaxError(`invalid character '${quoted}' ${context}`);
  }
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
