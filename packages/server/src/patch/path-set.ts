import { compareBytes } from '../decode/wire-form.js';

/**
 * One step of a path, as managedFields write it: `f:name` a field, `k:{"name":"a"}` the list element with that key,
 * `v:"x"` the element of a set with that value.
 */
export type PathElement = string;

/** What hangs below a step: whether the path up to here is in the set, and the longer ones. */
interface Branch {
  readonly isMember: boolean;
  readonly below: PathSet;
}

/**
 * A set of field paths. Immutable; the operations share what does not change.
 */
export class PathSet {
  readonly #branches: ReadonlyMap<PathElement, Branch>;

  /** For {@link PathSet.of}, which keeps the promise that no branch is empty. */
  private constructor(branches: ReadonlyMap<PathElement, Branch>) {
    this.#branches = branches;
  }

  /** The set without a path. */
  static get empty(): PathSet {
    return PathSet.of([]);
  }

  /** A set from steps and what they lead to; branches that hold nothing are dropped. */
  static of(branches: Iterable<readonly [PathElement, boolean, PathSet]>): PathSet {
    const kept = new Map<PathElement, Branch>();
    for (const [element, isMember, below] of branches) {
      if (isMember || !below.isEmpty) kept.set(element, { isMember, below });
    }
    return new PathSet(kept);
  }

  /** The set of these paths. */
  static fromPaths(paths: Iterable<readonly PathElement[]>): PathSet {
    const builder = new PathSetBuilder();
    for (const path of paths) builder.add(path);
    return builder.build();
  }

  get isEmpty(): boolean {
    return this.#branches.size === 0;
  }

  /** The first steps with what they lead to, in the order managedFields print them. */
  get branches(): (readonly [PathElement, boolean, PathSet])[] {
    return [...this.#branches]
      .sort(([a], [b]) => compareElements(a, b))
      .map(([element, { isMember, below }]) => [element, isMember, below]);
  }

  /** Whether the path of one step is a member. */
  has(element: PathElement): boolean {
    return this.#branches.get(element)?.isMember ?? false;
  }

  /** The members below a step, without it. */
  below(element: PathElement): PathSet {
    return this.#branches.get(element)?.below ?? PathSet.empty;
  }

  union(other: PathSet): PathSet {
    if (this.isEmpty) return other;
    if (other.isEmpty) return this;
    const elements = new Set([...this.#branches.keys(), ...other.#branches.keys()]);
    return this.#combine(other, elements, (a, b) => [
      a.isMember || b.isMember,
      a.below.union(b.below),
    ]);
  }

  difference(other: PathSet): PathSet {
    if (this.isEmpty || other.isEmpty) return this;
    return this.#combine(other, this.#branches.keys(), (a, b) => [
      a.isMember && !b.isMember,
      a.below.difference(b.below),
    ]);
  }

  intersection(other: PathSet): PathSet {
    if (this.isEmpty || other.isEmpty) return PathSet.empty;
    return this.#combine(other, this.#branches.keys(), (a, b) => [
      a.isMember && b.isMember,
      a.below.intersection(b.below),
    ]);
  }

  #combine(
    other: PathSet,
    elements: Iterable<PathElement>,
    join: (a: Branch, b: Branch) => [boolean, PathSet],
  ): PathSet {
    const none: Branch = { isMember: false, below: PathSet.empty };
    return PathSet.of(
      [...elements].map((element) => {
        const [isMember, below] = join(
          this.#branches.get(element) ?? none,
          other.#branches.get(element) ?? none,
        );
        return [element, isMember, below] as const;
      }),
    );
  }

  equals(other: PathSet): boolean {
    return this.difference(other).isEmpty && other.difference(this).isEmpty;
  }

  /** All paths: at each level the members first, then what lies below them. */
  list(prefix: readonly PathElement[] = []): (readonly PathElement[])[] {
    const branches = this.branches;
    return [
      ...branches.filter(([, isMember]) => isMember).map(([element]) => [...prefix, element]),
      ...branches.flatMap(([element, , below]) => below.list([...prefix, element])),
    ];
  }
}

/** Collects paths into a set. */
export class PathSetBuilder {
  readonly #steps = new Map<PathElement, { isMember: boolean; below: PathSetBuilder }>();

  /** Adds a path; the empty path is in no set. */
  add(path: readonly PathElement[]): void {
    const [first, ...rest] = path;
    if (first === undefined) return;
    let step = this.#steps.get(first);
    if (step === undefined) {
      step = { isMember: false, below: new PathSetBuilder() };
      this.#steps.set(first, step);
    }
    if (rest.length === 0) step.isMember = true;
    else step.below.add(rest);
  }

  build(): PathSet {
    return PathSet.of(
      [...this.#steps].map(([element, { isMember, below }]) => [element, isMember, below.build()]),
    );
  }
}

const RANKS = ['f:', 'k:', 'v:', 'i:'];

function compareElements(a: PathElement, b: PathElement): number {
  const rank = RANKS.indexOf(a.slice(0, 2)) - RANKS.indexOf(b.slice(0, 2));
  return rank === 0 ? compareBytes(a, b) : rank;
}

/** The step to a field. */
export function fieldElement(name: string): PathElement {
  return `f:${name}`;
}

/** The step to the list element with this key. */
export function keyElement(key: string, value: unknown): PathElement {
  return `k:${JSON.stringify({ [key]: value })}`;
}

/** The step to the element of a set with this value. */
export function valueElement(value: unknown): PathElement {
  return `v:${JSON.stringify(value)}`;
}

/** A path as conflicts print it: `.spec.tags[name="a"].from`. */
export function printPath(path: readonly PathElement[]): string {
  return path.map(printElement).join('');
}

/** One step as conflicts and type errors print it. */
export function printElement(element: PathElement): string {
  const text = element.slice(2);
  switch (element.slice(0, 2)) {
    case 'f:':
      return `.${text}`;
    case 'k:':
      return `[${printKey(text)}]`;
    case 'v:':
      return `[=${text}]`;
    default:
      return `[${text}]`;
  }
}

function printKey(text: string): string {
  const key: unknown = JSON.parse(text);
  return Object.entries(key ?? {})
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',');
}
