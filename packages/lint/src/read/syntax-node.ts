/**
 * Where a value stands in its text. Offsets count UTF-16 units of the whole text; ends are exclusive. Made only for
 * documents in which a finding needs a place.
 */
export type SyntaxNode = ScalarNode | MapNode | ListNode;

interface NodeBase {
  readonly start: number;
  readonly end: number;
  /** Stands at another place too, through an anchor: an edit here would change both. */
  readonly isShared?: boolean;
}

/** A text, number, boolean or null. */
export interface ScalarNode extends NodeBase {
  readonly type: 'scalar';
  /** How it is written. `absent` is a YAML null of no characters. */
  readonly style: 'plain' | 'single' | 'double' | 'block' | 'absent';
}

/** A mapping. Of keys that stand twice all are here; the last one counts. */
export interface MapNode extends NodeBase {
  readonly type: 'map';
  readonly isFlow: boolean;
  readonly entries: readonly MapEntry[];
}

/** A key of a mapping and what it holds. */
export interface MapEntry {
  readonly key: string;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly value: SyntaxNode;
  /** Came in through a merge key, so it stands inside another mapping. */
  readonly isMerged?: boolean;
}

/** A sequence. */
export interface ListNode extends NodeBase {
  readonly type: 'list';
  readonly isFlow: boolean;
  readonly items: readonly SyntaxNode[];
}

/** The entry of a key that counts: the last of its own, else the first merged one. */
export function findEntry(node: SyntaxNode, key: string): MapEntry | undefined {
  if (node.type !== 'map') return undefined;
  const own = node.entries.findLast((entry) => entry.key === key && entry.isMerged !== true);
  return own ?? node.entries.find((entry) => entry.key === key);
}
