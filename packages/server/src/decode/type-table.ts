/**
 * What the server knows about the shape of a kind, as data: how a body is read, what the encoder writes for values
 * nobody set, how lists merge. Decoding, patches, field ownership and apply are written against these interfaces and
 * name no kind; the rows are generated from the API description.
 */

/** Go's name for a value of JSON type string, number or boolean, and how it is read. */
export type ScalarType = 'string' | 'bool' | 'int32' | 'int64' | 'time' | 'bytes';

/** The type of a value. */
export type TypeRef =
  | {
      readonly type: 'scalar';
      readonly scalar: ScalarType;
      /** Go's name of the type where it is a named one, such as `types.UID`; error texts print it. */
      readonly goType?: string;
    }
  | { readonly type: 'struct'; readonly name: string }
  | { readonly type: 'list'; readonly items: TypeRef }
  | { readonly type: 'map'; readonly values: TypeRef }
  /** Any JSON, kept as it is and owned as a whole. Nothing in it is checked. */
  | { readonly type: 'raw' }
  /** Any JSON, of which only repeated keys are found. Patches are read as this. */
  | { readonly type: 'any' };

/**
 * What the encoder writes when nothing was set: leave the field out, write `null`, or write the zero value (an empty
 * text, 0, false, an object of zero values).
 */
export type UnsetForm = 'omit' | 'null' | 'zero';

/** One field of a struct. */
export interface FieldRow {
  readonly name: string;
  readonly ref: TypeRef;
  readonly unset: UnsetForm;
  /** A Go pointer: the zero value that was sent differs from nothing and is kept. */
  readonly pointer?: boolean;
  /** How a list is owned: keyed elements, a set of scalars, or one value. Lists without a word are atomic. */
  readonly list?: 'keyed' | 'set' | 'atomic';
  /** The key of a `keyed` list. Also the merge key of a strategic merge patch. */
  readonly key?: string;
  /** `merge` joins lists; absent or `replace` takes the patch's value. Structs and maps merge unless it says `replace`. */
  readonly patch?: 'merge' | 'replace';
  /** The server holds the list as a map by `key`: the last of equal keys wins, and answers are sorted by key. */
  readonly heldAsMap?: boolean;
  /** The value of an absent key field, when the schema gives one. */
  readonly default?: string;
  /** The raw value is decoded and encoded again as an embedded object; the sibling field named here holds its version. */
  readonly embeddedVersionField?: string;
}

/** A struct: its fields in the order the encoder writes them. */
export interface StructRow {
  /** Go's name with its package, as error texts print it: `v1.TagReference`. */
  readonly goType: string;
  readonly fields: readonly FieldRow[];
  /** Owned and merged as one value by server-side apply. */
  readonly atomic?: boolean;
}

/** Structs by name. Kinds have their kind as the name: `ImageStream`. */
export type TypeTable = Readonly<Record<string, StructRow>>;

/** Finds a field of a struct by its name on the wire; names are case-sensitive. */
export function findField(struct: StructRow, name: string): FieldRow | undefined {
  return struct.fields.find((field) => field.name === name);
}
