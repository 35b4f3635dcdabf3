import { isJsonObject } from '@imagestream/core';
import { findField, type FieldRow, type TypeRef, type TypeTable } from '../decode/type-table.js';
import { keyElement, valueElement, type PathElement } from './path-set.js';

/**
 * How a value is owned: as one, member by member, or element by element.
 */
export type Shape =
  | { readonly type: 'leaf'; readonly scalar?: 'string' | 'bool' | 'number' | 'any' }
  | MapShape
  | ListShape;

/** A struct or map. */
export interface MapShape {
  readonly type: 'map';
  /** Owned as one value, though its members have types. */
  readonly atomic: boolean;
  /** The shape of a member; undefined when there is no such field. */
  member(name: string): Shape | undefined;
  /** Whether the name is a field of a struct, in difference to a key of a map. */
  isField(name: string): boolean;
}

/** A list. */
export interface ListShape {
  readonly type: 'list';
  readonly atomic: boolean;
  readonly items: Shape;
  /**
   * The step that names an element.
   *
   * Throws an ElementError when the element cannot be named. Not called for atomic lists.
   */
  element(item: unknown): PathElement;
}

/** An element of a list that cannot be told from the others. */
export class ElementError extends Error {
  override readonly name = 'ElementError';
}

/** The shape of a struct of the table. */
export function structShape(table: TypeTable, name: string): MapShape {
  const row = table[name];
  return {
    type: 'map',
    atomic: row?.atomic ?? false,
    member: (field) => {
      const found = row === undefined ? undefined : findField(row, field);
      return found === undefined ? undefined : shapeOf(found.ref, table, found);
    },
    isField: (field) => row !== undefined && findField(row, field) !== undefined,
  };
}

function shapeOf(ref: TypeRef, table: TypeTable, field: FieldRow | undefined): Shape {
  switch (ref.type) {
    case 'raw':
    case 'any':
      return { type: 'leaf' };
    case 'scalar':
      return { type: 'leaf', scalar: scalarShape(ref.scalar) };
    case 'struct':
      return structShape(table, ref.name);
    case 'map': {
      const values = shapeOf(ref.values, table, undefined);
      return { type: 'map', atomic: false, member: () => values, isField: () => false };
    }
    case 'list':
      return listShape(ref.items, table, field);
  }
}

function scalarShape(scalar: string): 'string' | 'bool' | 'number' | 'any' {
  if (scalar === 'bool') return 'bool';
  if (scalar === 'time') return 'any';
  return scalar === 'int32' || scalar === 'int64' ? 'number' : 'string';
}

function listShape(items: TypeRef, table: TypeTable, field: FieldRow | undefined): ListShape {
  const shape = shapeOf(items, table, undefined);
  if (field?.list === 'keyed' && field.key !== undefined) {
    const { key } = field;
    const row = items.type === 'struct' ? table[items.name] : undefined;
    const fallback = row === undefined ? undefined : findField(row, key)?.default;
    return {
      type: 'list',
      atomic: false,
      items: shape,
      element: (item) => keyElement(key, keyOf(item, key, fallback)),
    };
  }
  const atomic = field?.list !== 'set';
  return { type: 'list', atomic, items: shape, element: setElement };
}

function keyOf(item: unknown, key: string, fallback: string | undefined): unknown {
  if (item === null)
    throw new ElementError('associative list with keys may not have a null element');
  if (!isJsonObject(item)) {
    throw new ElementError('associative list with keys may not have non-map elements');
  }
  if (Object.hasOwn(item, key)) return item[key];
  if (fallback !== undefined) return fallback;
  throw new ElementError(
    `associative list with keys has an element that omits key field "${key}" (and doesn't have default value)`,
  );
}

function setElement(item: unknown): PathElement {
  if (item === null) {
    throw new ElementError("associative list without keys has an element that's an explicit null");
  }
  if (Array.isArray(item)) {
    throw new ElementError('not supported: associative list with lists as elements');
  }
  if (isJsonObject(item)) {
    throw new ElementError("associative list without keys has an element that's a map type");
  }
  return valueElement(item);
}

/** A value as an object to walk; null and nothing have no members. */
export function asMap(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return isJsonObject(value) ? value : undefined;
}

/** A value as a list to walk; null and nothing have no elements. */
export function asList(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}
