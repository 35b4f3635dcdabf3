import { compareKeys } from '@imagestream/store';

/**
 * Most entries of a node. Small nodes make cheap copies (each change copies one node per level),
 * large ones make a flat tree; 10,000 entries are three levels deep.
 */
const maxEntries = 32;
const minEntries = maxEntries / 4;

interface Leaf<V> {
  readonly type: 'leaf';
  readonly size: number;
  readonly items: readonly V[];
}

interface Branch<V> {
  readonly type: 'branch';
  /** Items in all leaves below. */
  readonly size: number;
  readonly items: readonly Node<V>[];
  /** The first key below each child. */
  readonly firstKeys: readonly string[];
}

type Node<V> = Leaf<V> | Branch<V>;

/**
 * An immutable map of keyed values in key order: a B+ tree whose changed copies share all untouched
 * nodes. Keeping a snapshot is keeping a reference; a change costs a few hundred bytes.
 */
export class OrderedMap<V extends { readonly key: string }> {
  readonly #root: Node<V>;

  constructor(root: Node<V> = leaf<V>([])) {
    this.#root = root;
  }

  /** Builds a map from values that are already in key order, without repeats. */
  static fromSorted<V extends { readonly key: string }>(values: readonly V[]): OrderedMap<V> {
    let level: Node<V>[] = chunks(values).map((items) => leaf(items));
    while (level.length > 1) level = chunks(level).map((children) => branch(children));
    return new OrderedMap(level[0]);
  }

  get size(): number {
    return this.#root.size;
  }

  get(key: string): V | undefined {
    let node = this.#root;
    while (node.type === 'branch') {
      const child = node.items[childIndex(node, key)];
      if (child === undefined) return undefined;
      node = child;
    }
    const item = node.items[itemIndex(node, key)];
    return item?.key === key ? item : undefined;
  }

  /** A copy in which `value` takes the place of what its key had. */
  set(value: V): OrderedMap<V> {
    const nodes = insert(this.#root, value);
    const [only] = nodes;
    return new OrderedMap(nodes.length === 1 ? only : branch(nodes));
  }

  /** A copy without a key; the map itself if it has no such key. */
  delete(key: string): OrderedMap<V> {
    const root = remove(this.#root, key);
    if (root === this.#root) return this;
    return new OrderedMap(unwrap(root));
  }

  /** How many keys are before a key. */
  rank(key: string): number {
    let before = 0;
    let node = this.#root;
    while (node.type === 'branch') {
      const index = childIndex(node, key);
      for (let i = 0; i < index; i++) before += node.items[i]?.size ?? 0;
      const child = node.items[index];
      if (child === undefined) return before;
      node = child;
    }
    return before + itemIndex(node, key);
  }

  /** Calls `visit` in key order for each value from a key on, until it returns false. */
  visitFrom(start: string, visit: (value: V) => boolean): void {
    visitNode(this.#root, start, visit);
  }
}

function leaf<V>(items: readonly V[]): Leaf<V> {
  return { type: 'leaf', size: items.length, items };
}

function branch<V extends { readonly key: string }>(items: readonly Node<V>[]): Branch<V> {
  let size = 0;
  for (const child of items) size += child.size;
  return { type: 'branch', size, items, firstKeys: items.map(firstKeyOf) };
}

function firstKeyOf<V extends { readonly key: string }>(node: Node<V>): string {
  return (node.type === 'leaf' ? node.items[0]?.key : node.firstKeys[0]) ?? '';
}

/** The child that holds a key if any does: the last one that does not begin after it. */
function childIndex<V>(node: Branch<V>, key: string): number {
  let low = 1;
  let high = node.firstKeys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareKeys(node.firstKeys[middle] ?? '', key) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The index of the first item that is not before a key. */
function itemIndex<V extends { readonly key: string }>(node: Leaf<V>, key: string): number {
  let low = 0;
  let high = node.items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareKeys(node.items[middle]?.key ?? '', key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The node with a value put in: one node, or two when it had to be split. */
function insert<V extends { readonly key: string }>(node: Node<V>, value: V): Node<V>[] {
  if (node.type === 'leaf') {
    const index = itemIndex(node, value.key);
    const replaced = node.items[index]?.key === value.key ? 1 : 0;
    return halve(node.items.toSpliced(index, replaced, value)).map((items) => leaf(items));
  }
  const index = childIndex(node, value.key);
  const child = node.items[index];
  if (child === undefined) return [node];
  const children = node.items.toSpliced(index, 1, ...insert(child, value));
  return halve(children).map((items) => branch(items));
}

/** The node without a key: the same one when it does not hold it. May come out empty. */
function remove<V extends { readonly key: string }>(node: Node<V>, key: string): Node<V> {
  if (node.type === 'leaf') {
    const index = itemIndex(node, key);
    return node.items[index]?.key === key ? leaf(node.items.toSpliced(index, 1)) : node;
  }
  const index = childIndex(node, key);
  const child = node.items[index];
  if (child === undefined) return node;
  const left = remove(child, key);
  return left === child ? node : branch(withShrunkChild(node.items, index, left));
}

/** Puts a shrunk child in its place, merging it with a neighbour when it became too small. */
function withShrunkChild<V extends { readonly key: string }>(
  children: readonly Node<V>[],
  index: number,
  child: Node<V>,
): readonly Node<V>[] {
  const neighbour = index > 0 ? index - 1 : index + 1;
  const other = children[neighbour];
  if (child.items.length >= minEntries || other === undefined) {
    return children.toSpliced(index, 1, child);
  }
  const first = Math.min(index, neighbour);
  return children.toSpliced(
    first,
    2,
    ...(index < neighbour ? join(child, other) : join(other, child)),
  );
}

function join<V extends { readonly key: string }>(a: Node<V>, b: Node<V>): Node<V>[] {
  if (a.type === 'leaf' && b.type === 'leaf') {
    return halve([...a.items, ...b.items]).map((items) => leaf(items));
  }
  if (a.type === 'branch' && b.type === 'branch') {
    return halve([...a.items, ...b.items]).map((items) => branch(items));
  }
  // All leaves of a B+ tree are equally deep.
  throw new Error('siblings of different height');
}

/** A root with a single child is that child. */
function unwrap<V>(node: Node<V>): Node<V> {
  const [only, second] = node.type === 'branch' ? node.items : [];
  return only !== undefined && second === undefined ? unwrap(only) : node;
}

/** One array, or two halves of it when it is too long for a node. */
function halve<E>(items: readonly E[]): (readonly E[])[] {
  if (items.length <= maxEntries) return [items];
  const middle = items.length >>> 1;
  return [items.slice(0, middle), items.slice(middle)];
}

/** Cuts a sorted array into pieces that leave some room in each node. */
function chunks<E>(items: readonly E[]): E[][] {
  const pieceCount = Math.ceil(items.length / (maxEntries * 0.75));
  const pieces: E[][] = [];
  for (let i = 0; i < pieceCount; i++) {
    const from = Math.floor((i * items.length) / pieceCount);
    pieces.push(items.slice(from, Math.floor(((i + 1) * items.length) / pieceCount)));
  }
  return pieces;
}

function visitNode<V extends { readonly key: string }>(
  node: Node<V>,
  start: string,
  visit: (value: V) => boolean,
): boolean {
  if (node.type === 'leaf') {
    for (let i = itemIndex(node, start); i < node.items.length; i++) {
      const item = node.items[i];
      if (item !== undefined && !visit(item)) return false;
    }
    return true;
  }
  const first = childIndex(node, start);
  for (let i = first; i < node.items.length; i++) {
    const child = node.items[i];
    // Only the first child can hold keys before the start; the others begin after it.
    if (child !== undefined && !visitNode(child, i === first ? start : '', visit)) return false;
  }
  return true;
}
