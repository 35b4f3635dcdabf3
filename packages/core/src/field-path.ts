/**
 * The place of a value inside an object, written as the API server writes it:
 * `spec.tags[latest].from.name`, `status.tags[0].items[2]`.
 *
 * Immutable: every step returns a new path that shares its parent, so building one costs a small object.
 */
export class FieldPath {
  /** The empty path. Its text is empty; the first child prints without a leading dot. */
  static readonly root: FieldPath = new FieldPath(undefined, '');

  readonly #parent: FieldPath | undefined;
  readonly #step: string;

  private constructor(parent: FieldPath | undefined, step: string) {
    this.#parent = parent;
    this.#step = step;
  }

  /** A path of plain property names, from the root: `FieldPath.of('spec', 'tags')`. */
  static of(...names: readonly string[]): FieldPath {
    return FieldPath.root.child(...names);
  }

  /** Steps into properties, one name each. */
  child(...names: readonly string[]): FieldPath {
    return names.reduce<FieldPath>(
      (path, name) => new FieldPath(path, path.#parent === undefined ? name : `.${name}`),
      this,
    );
  }

  /** Steps into a list element by position, counted from 0: `spec.tags[0]`. */
  index(position: number): FieldPath {
    return new FieldPath(this, `[${position}]`);
  }

  /** Steps into a map value or a keyed list element: `spec.tags[latest]`, `metadata.labels[app]`. */
  key(name: string): FieldPath {
    return new FieldPath(this, `[${name}]`);
  }

  /** The path as text; the root is the empty text. */
  toString(): string {
    // Paths are as deep as objects are, so recursion is fine here.
    return this.#parent === undefined ? '' : this.#parent.toString() + this.#step;
  }
}
