import { blame } from './blame.js';
import { readJsonNodes } from './json-nodes.js';
import { type Chunk, splitDocuments } from './split-documents.js';
import { SyntaxProblem } from './syntax-error.js';
import type { SyntaxNode } from './syntax-node.js';
import { findTemplateExpression, type TemplateExpression } from './template-source.js';
import { readEvents, type YamlEvents } from './yaml-events.js';
import { composeNodes } from './yaml-nodes.js';
import { composeValue, type RepeatedKey } from './yaml-value.js';

/** A document of a file: its value at once, the places of its parts when asked for. */
export interface SourceDocument {
  readonly type: 'document';
  readonly format: 'yaml' | 'json';
  /** Where it starts and ends in the file. */
  readonly start: number;
  readonly end: number;
  readonly value: unknown;
  /** Where every part of it stands. Made at the first call. */
  readonly locate: () => SyntaxNode;
  /** Keys that stand twice in one mapping. JSON is searched for them at the first call. */
  readonly repeatedKeys: () => readonly RepeatedKey[];
}

/** A document that could not be read. */
export interface BrokenDocument {
  readonly type: 'broken';
  readonly start: number;
  readonly text: string;
  readonly message: string;
  readonly offset: number;
}

/** A document that is the source of a template and no YAML before it is rendered. */
export interface TemplateSource {
  readonly type: 'template';
  readonly start: number;
  readonly text: string;
  readonly expression: TemplateExpression;
}

/** A document of nothing but comments. */
export interface EmptyDocument {
  readonly type: 'empty';
  readonly start: number;
}

/** What a text can hold. */
export type ReadDocument = SourceDocument | BrokenDocument | TemplateSource | EmptyDocument;

/**
 * The documents of a text: YAML documents, one JSON value, or JSON values one after the other. Never throws on a text:
 * what cannot be read is a document that says so.
 */
export function readDocuments(text: string): ReadDocument[] {
  const parsed = readWholeJson(text);
  if (parsed !== undefined) return [parsed];
  return splitDocuments(text).flatMap(readChunk);
}

const OPENS_JSON = /^\s*[{[]/;

/** Nearly every JSON file is one value, which the fastest parser there is can read. */
function readWholeJson(text: string): SourceDocument | undefined {
  if (!OPENS_JSON.test(text)) return undefined;
  const parsed = tryParseJson(text);
  if (parsed === undefined) return undefined;
  return jsonDocument(parsed.value, { text, start: 0, end: text.length, shift: 0 });
}

function tryParseJson(text: string): { value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return { value };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

interface JsonPlace {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly shift: number;
}

function jsonDocument(value: unknown, place: JsonPlace): SourceDocument {
  const { text, start, end, shift } = place;
  const read = once(() => shiftNodes(readJsonNodes(text, start - shift), shift));
  return {
    type: 'document',
    format: 'json',
    start,
    end,
    value,
    locate: () => read().node,
    repeatedKeys: () => read().repeatedKeys,
  };
}

type Nodes = { readonly node: SyntaxNode; readonly repeatedKeys: readonly RepeatedKey[] };

function shiftNodes(nodes: Nodes, shift: number): Nodes {
  if (shift === 0) return nodes;
  const repeatedKeys = nodes.repeatedKeys.map((key) => ({ ...key, offset: key.offset + shift }));
  return { node: shiftNode(nodes.node, shift), repeatedKeys };
}

function shiftNode(node: SyntaxNode, shift: number): SyntaxNode {
  const place = { start: node.start + shift, end: node.end + shift };
  switch (node.type) {
    case 'scalar':
      return { ...node, ...place };
    case 'list':
      return { ...node, ...place, items: node.items.map((item) => shiftNode(item, shift)) };
    case 'map':
      return {
        ...node,
        ...place,
        entries: node.entries.map((entry) => ({
          ...entry,
          keyStart: entry.keyStart + shift,
          keyEnd: entry.keyEnd + shift,
          value: shiftNode(entry.value, shift),
        })),
      };
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function readChunk(chunk: Chunk): ReadDocument[] {
  if (OPENS_JSON.test(chunk.text)) {
    const values = readJsonValues(chunk);
    if (values !== undefined) return values;
    // With comments it is neither JSON nor YAML, although a YAML parser may make something of it.
    const fault = jsonFault(chunk.text);
    if (fault !== undefined && chunk.text[fault.offset] === '/')
      return [toUnreadable(chunk, fault)];
  }
  try {
    return readYamlChunk(chunk);
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    return [toUnreadable(chunk, blame(chunk.text, error))];
  }
}

/** JSON values one after the other, as `oc` takes them; undefined when the text is something else. */
function readJsonValues(chunk: Chunk): SourceDocument[] | undefined {
  const documents: SourceDocument[] = [];
  let at = 0;
  while (/\S/.test(chunk.text.slice(at, at + 1_000)) || chunk.text.slice(at).trim() !== '') {
    const end = endOfJson(chunk.text, at);
    const parsed = end === undefined ? undefined : tryParseJson(chunk.text.slice(at, end));
    if (end === undefined || parsed === undefined) return undefined;
    const place = {
      text: chunk.text,
      start: chunk.start + at,
      end: chunk.start + end,
      shift: chunk.start,
    };
    documents.push(jsonDocument(parsed.value, place));
    at = end;
  }
  return documents;
}

function endOfJson(text: string, offset: number): number | undefined {
  try {
    return readJsonNodes(text, offset).end;
  } catch (error) {
    if (error instanceof SyntaxProblem) return undefined;
    throw error;
  }
}

function readYamlChunk(chunk: Chunk): ReadDocument[] {
  const documents = readEvents(chunk.text);
  if (documents.length === 0) return [{ type: 'empty', start: chunk.start }];
  return documents.map((events) => yamlDocument(events, chunk));
}

function yamlDocument(events: YamlEvents, chunk: Chunk): ReadDocument {
  const { value, repeatedKeys } = composeValue(events);
  if (value === null) return { type: 'empty', start: chunk.start };
  return {
    type: 'document',
    format: 'yaml',
    start: chunk.start,
    end: chunk.start + chunk.text.length,
    value,
    locate: once(() => composeNodes(events, chunk.start)),
    repeatedKeys: () => repeatedKeys.map((key) => ({ ...key, offset: key.offset + chunk.start })),
  };
}

function toUnreadable(chunk: Chunk, problem: SyntaxProblem): ReadDocument {
  const { text, start } = chunk;
  const expression = findTemplateExpression(text);
  if (expression !== undefined) {
    return {
      type: 'template',
      start,
      text,
      expression: { ...expression, offset: expression.offset + start },
    };
  }
  const fault = OPENS_JSON.test(text) ? (jsonFault(text) ?? problem) : problem;
  return { type: 'broken', start, text, message: fault.message, offset: fault.offset + start };
}

/** What is wrong with a text that starts like JSON is best said in JSON's terms. */
function jsonFault(text: string): SyntaxProblem | undefined {
  if (!/^\s*[{[]\s*["}\]{[/]/.test(text)) return undefined;
  try {
    const { end } = readJsonNodes(text, 0);
    const rest = text.slice(end);
    const blanks = rest.length - rest.trimStart().length;
    return new SyntaxProblem('invalid character after the top-level value', end + blanks);
  } catch (error) {
    if (error instanceof SyntaxProblem) return error;
    throw error;
  }
}
