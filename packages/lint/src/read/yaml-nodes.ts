import { EVENT_ID, getScalarValue, SCALAR_STYLE, COLLECTION_STYLE, type Event } from 'js-yaml';
import type { MapEntry, ScalarNode, SyntaxNode } from './syntax-node.js';
import { resolvePlainScalar } from './yaml-scalar.js';
import { isMergeKey, isQuoted, keyText, startOf } from './yaml-value.js';
import type { YamlEvents } from './yaml-events.js';

/**
 * Where every value of a YAML document stands. Expects a document whose value could be composed. Aliases are the node of
 * their anchor, marked as shared.
 *
 * @param shift added to every offset: where the document's text starts in the file
 */
export function composeNodes(document: YamlEvents, shift: number): SyntaxNode {
  return new NodeComposer(document, shift).read(0);
}

type Scalar = Extract<Event, { type: typeof EVENT_ID.SCALAR }>;
type Collection = Extract<Event, { type: typeof EVENT_ID.MAPPING | typeof EVENT_ID.SEQUENCE }>;

class NodeComposer {
  readonly #text: string;
  readonly #events: readonly Event[];
  readonly #shift: number;
  readonly #anchors = new Map<string, SyntaxNode>();
  #at: number;

  constructor(document: YamlEvents, shift: number) {
    this.#text = document.text;
    this.#events = document.events;
    this.#at = document.first;
    this.#shift = shift;
  }

  /** @param fallback where a value of no characters would stand */
  read(fallback: number): SyntaxNode {
    const event = this.#events[this.#at++];
    if (event === undefined) return this.#absent(fallback);
    switch (event.type) {
      case EVENT_ID.SCALAR:
        return this.#keep(event, this.#scalar(event, fallback));
      case EVENT_ID.ALIAS: {
        const target = this.#anchors.get(this.#text.slice(event.anchorStart, event.anchorEnd));
        return target === undefined ? this.#absent(fallback) : { ...target, isShared: true };
      }
      case EVENT_ID.MAPPING:
        return this.#keep(event, this.#map(event));
      case EVENT_ID.SEQUENCE:
        return this.#keep(event, this.#list(event));
      default:
        return this.#absent(fallback);
    }
  }

  #keep(event: { anchorStart: number; anchorEnd: number }, node: SyntaxNode): SyntaxNode {
    if (event.anchorStart < 0) return node;
    const shared: SyntaxNode = { ...node, isShared: true };
    this.#anchors.set(this.#text.slice(event.anchorStart, event.anchorEnd), shared);
    return shared;
  }

  #absent(offset: number): ScalarNode {
    const place = offset + this.#shift;
    return { type: 'scalar', style: 'absent', start: place, end: place };
  }

  #scalar(event: Scalar, fallback: number): ScalarNode {
    if (event.valueStart < 0) return this.#absent(fallback);
    const { start, end } = this.#scalarRange(event);
    const style = styleOf(event, start === end);
    return { type: 'scalar', style, start: start + this.#shift, end: end + this.#shift };
  }

  #scalarRange(event: Scalar): { start: number; end: number } {
    if (isQuoted(event)) return { start: event.valueStart - 1, end: event.valueEnd + 1 };
    if (styleOf(event, false) === 'plain') return { start: event.valueStart, end: event.valueEnd };
    // The content of a block scalar, without indentation and trailing breaks.
    const content = this.#text.slice(event.valueStart, event.valueEnd);
    const start = event.valueStart + content.length - content.trimStart().length;
    return { start, end: Math.max(start, event.valueStart + content.trimEnd().length) };
  }

  #isPop(): boolean {
    const event = this.#events[this.#at];
    return event === undefined || event.type === EVENT_ID.POP;
  }

  #list(event: Collection): SyntaxNode {
    const items: SyntaxNode[] = [];
    let last = event.start;
    while (!this.#isPop()) {
      const item = this.read(last + 1);
      items.push(item);
      last = Math.max(last, item.end - this.#shift);
    }
    this.#at++;
    const isFlow = event.style === COLLECTION_STYLE.FLOW;
    const end = (isFlow ? this.#flowEnd(last, ']') : last) + this.#shift;
    return { type: 'list', isFlow, items, start: event.start + this.#shift, end };
  }

  #map(event: Collection): SyntaxNode {
    const entries: MapEntry[] = [];
    let last = event.start;
    while (!this.#isPop()) {
      const key = this.#events[this.#at];
      if (key !== undefined && isMergeKey(key, this.#text)) {
        this.#at++;
        const target = this.read(startOf(key) + 3);
        entries.push(...mergedEntries(target));
        last = Math.max(last, startOf(key) + 2, this.#endOfLastAlias(target));
        continue;
      }
      const entry = this.#entry(last);
      entries.push(entry);
      const ownEnd =
        entry.value.isShared === true && entry.value.end - this.#shift < last ? 0 : entry.value.end;
      last = Math.max(last, entry.keyEnd - this.#shift, ownEnd - this.#shift);
    }
    this.#at++;
    const isFlow = event.style === COLLECTION_STYLE.FLOW;
    const end = (isFlow ? this.#flowEnd(last, '}') : last) + this.#shift;
    return { type: 'map', isFlow, entries, start: event.start + this.#shift, end };
  }

  /** An inline map behind a merge key is part of the mapping; an alias is not. */
  #endOfLastAlias(target: SyntaxNode): number {
    return target.isShared === true ? 0 : target.end - this.#shift;
  }

  #entry(fallback: number): MapEntry {
    const event = this.#events[this.#at];
    const start = event === undefined ? fallback : startOf(event);
    const node = this.read(fallback);
    const key = event === undefined ? '' : this.#keyOf(event, start);
    return {
      key,
      keyStart: node.start,
      keyEnd: node.end,
      value: this.read(node.end - this.#shift + 1),
    };
  }

  #keyOf(event: Event, offset: number): string {
    if (event.type !== EVENT_ID.SCALAR) return '';
    const text = getScalarValue(this.#text, event);
    return event.style === SCALAR_STYLE.PLAIN ? keyText(resolvePlainScalar(text), offset) : text;
  }

  /** The offset behind the bracket that closes a flow collection whose last member ends at `from`. */
  #flowEnd(from: number, bracket: string): number {
    let at = from;
    while (at < this.#text.length) {
      const char = this.#text[at++];
      if (char === bracket) return at;
      if (char === '#')
        while (at < this.#text.length && !'\r\n'.includes(this.#text[at] ?? '')) at++;
    }
    return from;
  }
}

function mergedEntries(target: SyntaxNode): MapEntry[] {
  if (target.type === 'list') return target.items.flatMap(mergedEntries);
  if (target.type !== 'map') return [];
  return target.entries.map((entry) => ({ ...entry, isMerged: true }));
}

function styleOf(event: Scalar, isEmpty: boolean): ScalarNode['style'] {
  switch (event.style) {
    case SCALAR_STYLE.SINGLE_QUOTED:
      return 'single';
    case SCALAR_STYLE.DOUBLE_QUOTED:
      return 'double';
    case SCALAR_STYLE.PLAIN:
      return isEmpty ? 'absent' : 'plain';
    default:
      return 'block';
  }
}
