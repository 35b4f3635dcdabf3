import {
  isMap,
  isPair,
  isScalar,
  isSeq,
  parseAllDocuments,
  type Document,
  type Node,
  type Pair,
} from 'yaml';

// Finds places with the `yaml` package, whose positions owe nothing to the linter's own.

/** An image stream of a file, as something that can be broken. */
export interface Subject {
  readonly text: string;
  readonly document: Document.Parsed;
  /** The way from the document to the object. */
  readonly base: readonly (string | number)[];
  readonly value: Record<string, unknown>;
  readonly isJson: boolean;
  readonly inTemplate: boolean;
}

/** A file that has been broken, and the line at fault. */
export interface Mutant {
  readonly text: string;
  readonly line: number;
}

/** The image streams of a text. */
export function subjectsOf(text: string): Subject[] {
  const isJson = /^\s*\{/.test(text);
  return parseAllDocuments(text, { version: '1.1', uniqueKeys: false }).flatMap((document) => {
    if (!('contents' in document)) return [];
    const found: Subject[] = [];
    const visit = (value: unknown, base: (string | number)[], inTemplate: boolean): void => {
      if (typeof value !== 'object' || value === null) return;
      const object = value as Record<string, unknown>;
      if (object['kind'] === 'ImageStream') {
        found.push({ text, document, base, value: object, isJson, inTemplate });
        return;
      }
      for (const key of ['items', 'objects']) {
        const members = object[key];
        if (!Array.isArray(members)) continue;
        const isTemplate = inTemplate || object['kind'] === 'Template';
        members.forEach((member, index) => visit(member, [...base, key, index], isTemplate));
      }
    };
    visit(document.toJS(), [], false);
    return found;
  });
}

type Path = readonly (string | number)[];

function pairAt(subject: Subject, path: Path): Pair<Node, Node | null> | undefined {
  const parent = subject.document.getIn([...subject.base, ...path.slice(0, -1)], true);
  if (!isMap(parent)) return undefined;
  const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === path.at(-1));
  return pair !== undefined && isPair(pair) ? (pair as Pair<Node, Node | null>) : undefined;
}

function nodeAt(subject: Subject, path: Path): Node | undefined {
  const node = subject.document.getIn([...subject.base, ...path], true);
  return isScalar(node) || isMap(node) || isSeq(node) ? node : undefined;
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split(/\r\n|\r|\n/).length;
}

function edit(subject: Subject, start: number, end: number, put: string): Mutant {
  const text = subject.text.slice(0, start) + put + subject.text.slice(end);
  return { text, line: lineOf(text, start) };
}

function write(subject: Subject, value: unknown): string {
  if (subject.isJson || typeof value !== 'string') return JSON.stringify(value);
  return JSON.stringify(value);
}

/** Puts another value in the place of a scalar; `raw` is written as it is. */
export function replace(subject: Subject, path: Path, value: unknown, raw = false): Mutant[] {
  const node = nodeAt(subject, path);
  if (!isScalar(node) || node.range === undefined || node.range === null) return [];
  const [start, end] = node.range;
  if (start === end) return [];
  return [edit(subject, start, end, raw ? String(value) : write(subject, value))];
}

/** Gives a key another name. */
export function rename(subject: Subject, path: Path, name: string): Mutant[] {
  const range = pairAt(subject, path)?.key.range;
  if (range === undefined || range === null) return [];
  return [edit(subject, range[0], range[1], subject.isJson ? JSON.stringify(name) : name)];
}

/** Puts a key in front of another one of the same map. `value` may be a map or a list, which is written in flow style. */
export function insertBefore(subject: Subject, path: Path, key: string, value: unknown): Mutant[] {
  const range = pairAt(subject, path)?.key.range;
  if (range === undefined || range === null) return [];
  const [start] = range;
  const lineStart =
    Math.max(subject.text.lastIndexOf('\n', start - 1), subject.text.lastIndexOf('\r', start - 1)) +
    1;
  const indent = subject.text.slice(lineStart, start).replace(/[^\t]/g, ' ');
  const name = subject.isJson ? JSON.stringify(key) : key;
  const lineBreak = subject.text.includes('\r\n') ? '\r\n' : '\n';
  const comma = subject.isJson ? ',' : '';
  return [
    edit(subject, start, start, `${name}: ${JSON.stringify(value)}${comma}${lineBreak}${indent}`),
  ];
}

/** The tags of a stream: index, name and where they come from. */
export function tagsOf(subject: Subject): {
  index: number;
  name: unknown;
  from: Record<string, unknown> | undefined;
  raw: Record<string, unknown>;
}[] {
  const spec = subject.value['spec'];
  const tags: unknown =
    typeof spec === 'object' && spec !== null
      ? (spec as Record<string, unknown>)['tags']
      : undefined;
  if (!Array.isArray(tags)) return [];
  return tags.flatMap((tag: unknown, index) => {
    if (typeof tag !== 'object' || tag === null) return [];
    const raw = tag as Record<string, unknown>;
    const from = raw['from'];
    const isMapping = typeof from === 'object' && from !== null;
    return [
      {
        index,
        name: raw['name'],
        from: isMapping ? (from as Record<string, unknown>) : undefined,
        raw,
      },
    ];
  });
}
