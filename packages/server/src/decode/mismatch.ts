import type { JsonNode } from './json-node.js';
import type { TypeRef, TypeTable } from './type-table.js';

/** Where a value of a wrong type stands. */
export interface MismatchPlace {
  /** The innermost struct's name. */
  readonly struct: string;
  /** The names of the fields on the way; empty at the top. */
  readonly fields: readonly string[];
  readonly table: TypeTable;
}

/** Says that a value has the wrong type; the server's readers have different words for it. */
export type MismatchWords = (node: JsonNode, ref: TypeRef, place: MismatchPlace) => string;

/** The JSON decoder's words: `json: cannot unmarshal number into Go struct field TagReference.spec.tags.name of type string`. */
export function describeJsonMismatch(node: JsonNode, ref: TypeRef, place: MismatchPlace): string {
  const integer = ref.type === 'scalar' && (ref.scalar === 'int32' || ref.scalar === 'int64');
  const found = node.type === 'number' && integer ? `number ${node.text}` : node.type;
  const where =
    place.fields.length === 0
      ? 'Go value'
      : `Go struct field ${place.struct}.${place.fields.join('.')}`;
  return `json: cannot unmarshal ${found} into ${where} of type ${goTypeName(ref, place.table)}`;
}

/** Go's name of a type as reflection prints it. */
export function goTypeName(ref: TypeRef, table: TypeTable): string {
  switch (ref.type) {
    case 'struct':
      return table[ref.name]?.goType ?? ref.name;
    case 'list':
      return `[]${goTypeName(ref.items, table)}`;
    case 'map':
      return `map[string]${goTypeName(ref.values, table)}`;
    case 'raw':
      return 'runtime.RawExtension';
    case 'any':
      return 'interface {}';
    case 'scalar':
      if (ref.scalar === 'bytes') return '[]uint8';
      return ref.scalar === 'time' ? 'v1.Time' : (ref.goType ?? ref.scalar);
  }
}
