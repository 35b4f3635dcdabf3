import { jsonEquals } from '@imagestream/core/patch';
import { fieldElement, PathSet, PathSetBuilder, type PathElement } from './path-set.js';
import { asList, asMap, type ListShape, type MapShape, type Shape } from './shape.js';

/** How one value became another, by field path. */
export interface Comparison {
  readonly added: PathSet;
  readonly modified: PathSet;
  readonly removed: PathSet;
}

/** Whether nothing changed. */
export function isUnchanged({ added, modified, removed }: Comparison): boolean {
  return added.isEmpty && modified.isEmpty && removed.isEmpty;
}

/** Compares two values of a shape; undefined is a value that is not there, null is one that is. */
export function compareTyped(before: unknown, after: unknown, shape: Shape): Comparison {
  const comparer = new Comparer();
  comparer.compare({ before, after }, shape, []);
  return {
    added: comparer.added.build(),
    modified: comparer.modified.build(),
    removed: comparer.removed.build(),
  };
}

interface Sides {
  readonly before: unknown;
  readonly after: unknown;
}

class Comparer {
  readonly added = new PathSetBuilder();
  readonly modified = new PathSetBuilder();
  readonly removed = new PathSetBuilder();

  compare(sides: Sides, shape: Shape, path: readonly PathElement[]): void {
    const { before, after } = sides;
    if (before === undefined && after === undefined) return;
    if (isWhole(sides, shape)) {
      this.#compareWhole(sides, path);
      return;
    }
    if (shape.type === 'map') this.#compareMembers(sides, shape, path);
    else if (shape.type === 'list') this.#compareElements(sides, shape, path);
    if (before === undefined) this.added.add(path);
    if (after === undefined) this.removed.add(path);
  }

  #compareWhole({ before, after }: Sides, path: readonly PathElement[]): void {
    if (before === undefined) this.added.add(path);
    else if (after === undefined) this.removed.add(path);
    else if (!jsonEquals(before, after)) this.modified.add(path);
  }

  #compareMembers(sides: Sides, shape: MapShape, path: readonly PathElement[]): void {
    const [before, after] = [asMap(sides.before) ?? {}, asMap(sides.after) ?? {}];
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const member = shape.member(name);
      if (member === undefined) continue;
      const values = { before: own(before, name), after: own(after, name) };
      this.compare(values, member, [...path, fieldElement(name)]);
    }
  }

  #compareElements(sides: Sides, shape: ListShape, path: readonly PathElement[]): void {
    const before = byElement(asList(sides.before) ?? [], shape);
    const after = byElement(asList(sides.after) ?? [], shape);
    for (const element of new Set([...before.keys(), ...after.keys()])) {
      const [left = [], right = []] = [before.get(element), after.get(element)];
      const below = [...path, element];
      if (left.length > 1 || right.length > 1) {
        // Elements that cannot be told apart are compared together.
        this.#compareWhole({ before: whenAny(left), after: whenAny(right) }, below);
      } else {
        this.compare({ before: left[0], after: right[0] }, shape.items, below);
      }
    }
  }
}

function own(map: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}

function whenAny(items: readonly unknown[]): unknown {
  return items.length === 0 ? undefined : items;
}

/** Whether the values count as one: atomic ones, scalars, and two empty ones, which keeps null and `{}` apart. */
function isWhole({ before, after }: Sides, shape: Shape): boolean {
  if (shape.type === 'leaf' || shape.atomic) return true;
  return isHollow(before) && isHollow(after);
}

function isHollow(value: unknown): boolean {
  const size = asList(value)?.length ?? Object.keys(asMap(value) ?? {}).length;
  return size === 0;
}

function byElement(items: readonly unknown[], shape: ListShape): Map<PathElement, unknown[]> {
  const found = new Map<PathElement, unknown[]>();
  for (const item of items) {
    const element = shape.element(item);
    const same = found.get(element);
    if (same === undefined) found.set(element, [item]);
    else same.push(item);
  }
  return found;
}

/** The paths of everything that is set in a value: what an apply of it owns. */
export function fieldSetOf(value: unknown, shape: Shape): PathSet {
  const builder = new PathSetBuilder();
  collectPaths(value, shape, { path: [], builder });
  return builder.build();
}

interface Collecting {
  readonly path: readonly PathElement[];
  readonly builder: PathSetBuilder;
}

function collectPaths(value: unknown, shape: Shape, { path, builder }: Collecting): void {
  if (shape.type === 'leaf' || shape.atomic) {
    builder.add(path);
  } else if (shape.type === 'list') {
    for (const item of asList(value) ?? []) {
      const below = [...path, shape.element(item)];
      collectPaths(item, shape.items, { path: below, builder });
      builder.add(below);
    }
  } else {
    const map = asMap(value) ?? {};
    for (const name of Object.keys(map)) {
      const member = shape.member(name);
      if (member === undefined) continue;
      const below = [...path, fieldElement(name)];
      collectPaths(map[name], member, { path: below, builder });
      if (isEmptyMember(map[name]) || !shape.isField(name)) builder.add(below);
    }
  }
}

function isEmptyMember(value: unknown): boolean {
  if (value === null) return true;
  const map = asMap(value);
  return map !== undefined && Object.keys(map).length === 0;
}

/** The set with every struct field on the way to a member made a member too. */
export function withNamedFields(set: PathSet, shape: Shape): PathSet {
  return PathSet.of(
    set.branches.map(([element, isMember, below]) => {
      const named =
        shape.type === 'map' && element.startsWith('f:') && shape.isField(element.slice(2));
      const next = stepInto(shape, element);
      const longer = next === undefined ? below : withNamedFields(below, next);
      return [element, isMember || (named && !below.isEmpty), longer] as const;
    }),
  );
}

function stepInto(shape: Shape, element: PathElement): Shape | undefined {
  if (shape.type === 'map' && element.startsWith('f:')) return shape.member(element.slice(2));
  return shape.type === 'list' ? shape.items : undefined;
}
