import { quoteGo } from '@imagestream/core';
import {
  Composer,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  Parser,
  Scalar,
  type Alias,
  type Document,
  type Node,
  type ParsedNode,
  type Pair,
  type YAMLMap,
} from 'yaml';
import { JsonSyntaxError, type JsonEntry, type JsonNode } from './json-node.js';
import { readJson } from './read-json.js';
import { resolvePlainScalar, resolveTagged } from './yaml-scalar.js';
import { YamlSyntaxError, describeYamlErrors } from './yaml-error.js';

/**
 * The share of nodes that may come from aliases, by the number of nodes read: nearly all of a small text, a tenth of a
 * text that unfolds to millions. The limits of the real server's reader.
 */
const ALIAS_SHARE = { few: 400_000, ofFew: 0.99, many: 4_000_000, ofMany: 0.1 } as const;

/**
 * The deepest nesting that is read. The objects of the API have a handful of levels; the YAML library, which calls itself
 * for each, is out of stack at about 900.
 */
const MAX_DEPTH = 250;

/** The longest YAML that is read, unless it is JSON: a text made of faults costs the library seconds beyond it. */
const MAX_YAML_BYTES = 256 * 1024;

/** A YAML text as the JSON it stands for. */
export interface YamlText {
  readonly root: JsonNode;
  /** The error strict reading gives for keys that stand twice in a map; absent when there is none. */
  readonly repeatedKeys?: string;
}

/**
 * Reads the first document of a YAML text as the API server does: YAML 1.1 values, aliases and merge keys resolved,
 * of repeated keys the last one. An empty text is null.
 *
 * Source: body-yaml, deviation-yaml-size. Throws a YamlSyntaxError with the real server's words where the fault is one of the common ones.
 */
export function readYaml(bytes: Uint8Array): YamlText {
  const json = readAsJson(bytes);
  if (json !== undefined) return { root: json };
  if (bytes.length > MAX_YAML_BYTES) {
    throw new YamlSyntaxError(
      `the text has ${bytes.length} bytes, and at most ${MAX_YAML_BYTES} are read; send it as JSON`,
    );
  }
  const text = decodeText(bytes);
  const lines = new LineCounter();
  const document = firstDocument(text, lines);
  if (document?.contents === undefined || document.contents === null) {
    return { root: { type: 'null' } };
  }
  return new YamlWalker(document, lines).read();
}

/**
 * A YAML text that is JSON, as machines send it: much faster to read. Undefined for what is none, and for repeated keys,
 * whose report needs lines.
 */
function readAsJson(bytes: Uint8Array): JsonNode | undefined {
  if (bytes[0] !== 0x7b) return undefined;
  try {
    return asYamlValue(readJson(bytes, { maxDepth: MAX_DEPTH }));
  } catch (error) {
    // What is no JSON may still be YAML; what is neither is told in YAML's words.
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}

/** The node with numbers as YAML writes them again. Undefined when a key stands twice. */
function asYamlValue(node: JsonNode): JsonNode | undefined {
  if (node.type === 'number') return resolvePlainScalar(node.text);
  if (node.type === 'array') {
    const items = node.items.map(asYamlValue);
    return items.every((item) => item !== undefined) ? { type: 'array', items } : undefined;
  }
  if (node.type !== 'object') return node;
  const entries: JsonEntry[] = [];
  const seen = new Set<string>();
  for (const { key, value } of node.entries) {
    const read = asYamlValue(value);
    if (read === undefined || seen.has(key)) return undefined;
    seen.add(key);
    entries.push({ key, value: read });
  }
  return { type: 'object', entries };
}

function decodeText(bytes: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new YamlSyntaxError('invalid leading UTF-8 octet');
  }
  if (nestsTooDeep(text)) throw tooDeep();
  for (const [char] of text.matchAll(/[\p{Cc}\ufffe\uffff]/gu)) {
    if (isControl(char)) throw new YamlSyntaxError('control characters are not allowed');
  }
  return text;
}

/**
 * Whether a text may nest deeper than the YAML library can follow: running out of stack in it can end the process. Counts
 * brackets and the indentation and marks at the start of lines, which is more than the depth for any text people write.
 */
function nestsTooDeep(text: string): boolean {
  let brackets = 0;
  for (const [char] of text.matchAll(/[[\]{}]/g)) {
    brackets = char === '[' || char === '{' ? brackets + 1 : Math.max(0, brackets - 1);
    if (brackets > MAX_DEPTH) return true;
  }
  for (const [start] of text.matchAll(/^ *(?:[-?:] +)*/gm)) {
    if (start.length > MAX_DEPTH) return true;
  }
  return false;
}

/** In the words of the real reader, whose limit is higher. */
function tooDeep(): YamlSyntaxError {
  return new YamlSyntaxError('exceeded max depth of 10000');
}

function isControl(char: string): boolean {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x20) return code !== 0x09 && code !== 0x0a && code !== 0x0d;
  return (code >= 0x7f && code < 0xa0 && code !== 0x85) || code === 0xfffe || code === 0xffff;
}

function firstDocument(text: string, lines: LineCounter): Document.Parsed | undefined {
  const composer = new Composer({
    version: '1.1',
    // Every scalar as a text: what plain ones mean is for resolvePlainScalar to say.
    schema: 'failsafe',
    uniqueKeys: false,
    // The real reader takes some indentation the standard forbids.
    strict: false,
    prettyErrors: false,
    lineCounter: lines,
  });
  const tokens = new Parser(lines.addNewLine).parse(text);
  for (const document of composer.compose(tokens)) {
    const error = describeYamlErrors(document.errors, { text, lines });
    if (error !== undefined) throw error;
    return document;
  }
  return undefined;
}

class YamlWalker {
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;
  readonly #repeated: string[] = [];
  readonly #anchors = new Map<string, Node>();
  /** Anchors whose aliases are being read. */
  readonly #following = new Set<string>();
  #nodes = 0;
  #nodesOfAliases = 0;
  #depth = 0;

  constructor(document: Document.Parsed, lines: LineCounter) {
    this.#document = document;
    this.#lines = lines;
  }

  read(): YamlText {
    const root = this.#readNode(this.#document.contents);
    if (this.#repeated.length === 0) return { root };
    const lines = this.#repeated.map((line) => `  ${line}`).join('\n');
    return { root, repeatedKeys: `yaml: unmarshal errors:\n${lines}` };
  }

  #readNode(node: unknown): JsonNode {
    this.#count();
    // Aliases may stack what is not nested in the text.
    if (this.#depth >= MAX_DEPTH) throw tooDeep();
    this.#depth++;
    const value = this.#readContent(node);
    this.#depth--;
    return value;
  }

  #readContent(node: unknown): JsonNode {
    if (isAlias(node)) return this.#readAlias(node);
    if (isNode(node) && node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (isMap(node)) return this.#readMap(node);
    if (isSeq(node))
      return { type: 'array', items: node.items.map((item) => this.#readNode(item)) };
    return isScalar(node) ? readScalar(node) : { type: 'null' };
  }

  #count(): void {
    this.#nodes++;
    if (this.#following.size > 0) this.#nodesOfAliases++;
    if (this.#nodesOfAliases <= 100 || this.#nodes <= 1000) return;
    if (this.#nodesOfAliases / this.#nodes > allowedAliasShare(this.#nodes)) {
      throw new YamlSyntaxError('document contains excessive aliasing');
    }
  }

  #readAlias({ source }: Alias): JsonNode {
    const target = this.#anchors.get(source);
    if (target === undefined) throw new YamlSyntaxError(`unknown anchor '${source}' referenced`);
    if (this.#following.has(source)) {
      throw new YamlSyntaxError(`anchor '${source}' value contains itself`);
    }
    this.#following.add(source);
    const value = this.#readNode(target);
    this.#following.delete(source);
    return value;
  }

  #readMap(map: YAMLMap): JsonNode {
    const own: JsonEntry[] = [];
    const merged: JsonEntry[] = [];
    const seen = new Set<string>();
    for (const pair of map.items) {
      if (isMergeKey(pair)) {
        merged.push(...this.#readMerge(pair.value));
        continue;
      }
      const key = keyText(this.#readNode(pair.key));
      if (seen.has(key)) this.#repeated.push(this.#describeRepeated(pair, key));
      seen.add(key);
      own.push({ key, value: this.#readNode(pair.value) });
    }
    // A JSON reader is told each key once: the repetition is reported above, in YAML's own words.
    const last = new Map([...merged, ...own].map(({ key, value }) => [key, value]));
    return { type: 'object', entries: [...last].map(([key, value]) => ({ key, value })) };
  }

  /** The members a merge key brings in; of several maps the first one wins. */
  #readMerge(value: unknown): JsonEntry[] {
    const maps = isSeq(value) ? [...value.items].reverse() : [value];
    return maps.flatMap((item) => {
      const node = this.#readNode(item);
      if (node.type !== 'object') {
        throw new YamlSyntaxError('map merge requires map or sequence of maps as the value');
      }
      return [...node.entries];
    });
  }

  #describeRepeated(pair: Pair, key: string): string {
    const place = [pair.value, pair.key].find(hasRange);
    const line = place === undefined ? 0 : this.#lines.linePos(place.range[0]).line;
    return `line ${line}: key ${quoteGo(key)} already set in map`;
  }
}

function allowedAliasShare(nodes: number): number {
  const { few, ofFew, many, ofMany } = ALIAS_SHARE;
  if (nodes <= few) return ofFew;
  if (nodes >= many) return ofMany;
  return ofFew - ((ofFew - ofMany) * (nodes - few)) / (many - few);
}

function hasRange(node: unknown): node is ParsedNode {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}

function isMergeKey(pair: Pair): boolean {
  return isScalar(pair.key) && pair.key.type === Scalar.PLAIN && pair.key.source === '<<';
}

function readScalar(scalar: Scalar): JsonNode {
  const text = typeof scalar.value === 'string' ? scalar.value : '';
  const tagged = scalar.tag === undefined ? undefined : resolveTagged(scalar.tag, text);
  if (tagged !== undefined) return tagged;
  const plain = scalar.type === Scalar.PLAIN || scalar.type === undefined;
  return plain ? resolvePlainScalar(text) : { type: 'string', value: text };
}

/** Keys of JSON objects are texts. */
function keyText(key: JsonNode): string {
  switch (key.type) {
    case 'string':
      return key.value;
    case 'number':
      return key.text;
    case 'bool':
      return String(key.value);
    default:
      throw new YamlSyntaxError(`unsupported map key of type: ${key.type}`);
  }
}
