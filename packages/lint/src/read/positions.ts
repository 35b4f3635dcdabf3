import type { Path } from '../path.js';
import { findEntry, type MapEntry, type SyntaxNode } from './syntax-node.js';

/** Where a path leads in a document. */
export interface Located {
  /** The part itself, or the nearest one around it that exists. */
  readonly node: SyntaxNode;
  /** The entry whose value it is; undefined for the document and for items of lists. */
  readonly entry: MapEntry | undefined;
  /** What it is a member of. */
  readonly parent: SyntaxNode | undefined;
  /** Whether the whole path exists. */
  readonly isExact: boolean;
  /** Whether the way there leads through an anchor: an edit would change other places as well. */
  readonly isShared: boolean;
}

/** Follows a path into the syntax tree of a document, as far as it exists. */
export function locate(root: SyntaxNode, path: Path): Located {
  let found: Located = {
    node: root,
    entry: undefined,
    parent: undefined,
    isExact: true,
    isShared: false,
  };
  for (const step of path) {
    const next = stepInto(found, step);
    if (next === undefined) return { ...found, isExact: false };
    found = next;
  }
  return found;
}

function stepInto(from: Located, step: string | number): Located | undefined {
  const { node } = from;
  if (typeof step === 'number') {
    const item = node.type === 'list' ? node.items[step] : undefined;
    if (item === undefined) return undefined;
    const isShared = from.isShared || item.isShared === true;
    return { node: item, entry: undefined, parent: node, isExact: true, isShared };
  }
  const entry = findEntry(node, step);
  if (entry === undefined) return undefined;
  const isShared = from.isShared || entry.isMerged === true || entry.value.isShared === true;
  return { node: entry.value, entry, parent: node, isExact: true, isShared };
}

/** A stretch of a text in offsets; the end is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * The characters to point at for a path: the value when it is a scalar, else the key; of the nearest part around it when
 * the path does not exist. A map without key is shown by its first key.
 */
export function spanOf(root: SyntaxNode, path: Path, at: 'key' | 'value' | undefined): Span {
  const { node, entry, isExact } = locate(root, path);
  const isScalar = node.type === 'scalar' && node.style !== 'absent';
  if (isScalar && isExact && at !== 'key') return { start: node.start, end: node.end };
  if (entry !== undefined) return { start: entry.keyStart, end: entry.keyEnd };
  if (node.type === 'map') {
    const first = node.entries.find((candidate) => candidate.isMerged !== true);
    if (first !== undefined) return { start: first.keyStart, end: first.keyEnd };
  }
  if (node.type === 'scalar') return { start: node.start, end: node.end };
  return { start: node.start, end: Math.min(node.start + 1, node.end) };
}
