import type { TextEdit } from '../finding.js';
import type { Path } from '../path.js';
import { locate, type Located } from '../read/positions.js';
import type { MapEntry, MapNode, SyntaxNode } from '../read/syntax-node.js';
import { isPlainText } from '../read/yaml-scalar.js';
import type { Fix } from '../rule.js';

/** What a fix is worked out from. */
export interface FixSource {
  readonly text: string;
  readonly root: SyntaxNode;
  readonly format: 'yaml' | 'json';
}

/**
 * The edits that carry out a fix, touching nothing else; undefined where that cannot be done safely: inside anchors that
 * other places share, and in block scalars.
 *
 * @param fix its paths lead from the root of the document
 */
export function planEdits(fix: Fix, source: FixSource): TextEdit[] | undefined {
  const target = locate(source.root, fix.path);
  if (!target.isExact || target.isShared) return undefined;
  switch (fix.type) {
    case 'replace':
      return replaceScalar(target, fix.text, source);
    case 'quote':
      return quoteScalar(target, source);
    case 'rename':
      return renameKey(target, fix.key, source);
    case 'remove': {
      const span = removal(fix.path, source);
      return span === undefined ? undefined : [{ ...span, text: '' }];
    }
  }
}

function replaceScalar(target: Located, text: string, source: FixSource): TextEdit[] | undefined {
  const { node } = target;
  if (node.type !== 'scalar' || node.style === 'block' || node.style === 'absent') return undefined;
  return [{ start: node.start, end: node.end, text: writeScalar(text, node.style, source.format) }];
}

/** Writes a text in the style of the scalar it replaces, if that can hold it. */
function writeScalar(
  text: string,
  style: 'plain' | 'single' | 'double',
  format: 'yaml' | 'json',
): string {
  if (format === 'json' || style === 'double') return JSON.stringify(text);
  if (style === 'plain' && isPlainText(text)) return text;
  return /[\p{Cc}]/u.test(text) ? JSON.stringify(text) : `'${text.replaceAll("'", "''")}'`;
}

function quoteScalar(target: Located, source: FixSource): TextEdit[] | undefined {
  const { node } = target;
  if (node.type !== 'scalar' || node.style !== 'plain') return undefined;
  const written = source.text.slice(node.start, node.end);
  if (/[\r\n]/.test(written)) return undefined;
  const quoted =
    source.format === 'json' ? JSON.stringify(written) : writeScalar(written, 'plain', 'yaml');
  return [{ start: node.start, end: node.end, text: quoted }];
}

function renameKey(target: Located, key: string, source: FixSource): TextEdit[] | undefined {
  const { entry, parent } = target;
  if (entry === undefined || parent?.type !== 'map') return undefined;
  if (parent.entries.some((other) => other.key === key)) return undefined;
  const first = source.text[entry.keyStart];
  const style = first === '"' ? 'double' : first === "'" ? 'single' : 'plain';
  return [
    { start: entry.keyStart, end: entry.keyEnd, text: writeScalar(key, style, source.format) },
  ];
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** A map must not lose its last key: it would become null. Its own key goes instead. */
function removal(path: Path, source: FixSource): Span | undefined {
  const { entry, parent } = locate(source.root, path);
  if (entry === undefined || parent?.type !== 'map') return undefined;
  if (parent.entries.length === 1) {
    const outer = locate(source.root, path.slice(0, -1));
    return outer.entry === undefined || outer.isShared
      ? undefined
      : removal(path.slice(0, -1), source);
  }
  return parent.isFlow
    ? removeFromFlow(parent, entry)
    : removeFromBlock(parent, entry, source.text);
}

function removeFromFlow(parent: MapNode, entry: MapEntry): Span | undefined {
  const index = parent.entries.indexOf(entry);
  const previous = parent.entries[index - 1];
  const next = parent.entries[index + 1];
  // Together with the comma and the blanks on the side where a neighbour stays.
  if (previous !== undefined) return { start: endOfEntry(previous), end: endOfEntry(entry) };
  return next === undefined ? undefined : { start: entry.keyStart, end: next.keyStart };
}

function endOfEntry(entry: MapEntry): number {
  return Math.max(entry.keyEnd, entry.value.end);
}

function removeFromBlock(parent: MapNode, entry: MapEntry, text: string): Span | undefined {
  const lineStart = startOfLine(text, entry.keyStart);
  const before = text.slice(lineStart, entry.keyStart);
  const next = parent.entries[parent.entries.indexOf(entry) + 1];
  if (/^[ \t]*$/.test(before)) {
    return { start: lineStart, end: endOfBlock(text, entry, before.length) };
  }
  // The first key behind a dash: the next one takes its place.
  return next === undefined ? undefined : { start: entry.keyStart, end: next.keyStart };
}

/** Behind the last line of an entry: the line its value ends on, and what is indented deeper below it. */
function endOfBlock(text: string, entry: MapEntry, indent: number): number {
  let end = nextLine(text, endOfEntry(entry));
  for (;;) {
    const line = text.slice(end, nextLine(text, end));
    const isDeeper = /^[ \t]*/.exec(line)?.[0].length ?? 0;
    if (line.trim() === '' || isDeeper <= indent) return end;
    end += line.length;
  }
}

function startOfLine(text: string, offset: number): number {
  // A search from a negative index would look at the first character.
  if (offset <= 0) return 0;
  return Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
}

function nextLine(text: string, offset: number): number {
  const match = /\r\n|\r|\n/.exec(text.slice(offset));
  return match === null ? text.length : offset + match.index + match[0].length;
}
