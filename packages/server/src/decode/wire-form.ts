import { isJsonObject } from '@imagestream/core';
import type { JsonObject } from './decoded.js';
import { DEFAULT_EMBEDDED_VERSION, reencodeEmbedded } from './embedded-object.js';
import type { FieldRow, TypeRef, TypeTable } from './type-table.js';

/** Which struct of which table a value is. */
export interface StructOf {
  readonly table: TypeTable;
  readonly struct: string;
}

/**
 * An object as the server's encoder writes it: fields in the encoder's order, those nobody set left out, null or zero
 * as the table says, lists the server holds as maps without repetition and in order, embedded objects decoded and
 * encoded again. Pure, and the same again when applied to its own result.
 *
 * `metadata.managedFields: []` stays, because it asks for something; ownership tracking takes it away.
 *
 * Throws what decoding an embedded object throws.
 */
export function toWireForm(value: JsonObject, of: StructOf): JsonObject {
  const row = of.table[of.struct];
  if (row === undefined) return value;
  const embedded = row.fields.find(isEmbedded);
  const whole = embedded === undefined ? value : reencode(value, embedded, of.table);
  const result: JsonObject = {};
  for (const field of row.fields) {
    const formed = formField(whole[field.name] ?? undefined, field, of.table);
    const kept = isUnset(formed, field)
      ? unsetForm(field, (struct) => toWireForm({}, { table: of.table, struct }))
      : formed;
    if (kept !== undefined) result[field.name] = kept;
  }
  return result;
}

/**
 * The object of a kind before anything was set in it, as the encoder writes it. Unlike the wire form of `{}` its
 * embedded objects are null: nothing has decoded them yet. A create is compared with this object.
 */
export function zeroObject(of: StructOf): JsonObject {
  const result: JsonObject = {};
  for (const field of of.table[of.struct]?.fields ?? []) {
    const value = unsetForm(field, (struct) => zeroObject({ table: of.table, struct }));
    if (value !== undefined) result[field.name] = value;
  }
  return result;
}

function reencode(
  value: JsonObject,
  field: FieldRow & { embeddedVersionField: string },
  table: TypeTable,
): JsonObject {
  const version = value[field.embeddedVersionField];
  const known = typeof version === 'string' && version !== '' ? version : DEFAULT_EMBEDDED_VERSION;
  return {
    ...value,
    [field.name]: reencodeEmbedded(value[field.name], {
      version: known,
      table,
      toWireForm,
    }),
    [field.embeddedVersionField]: known,
  };
}

function isEmbedded(field: FieldRow): field is FieldRow & { embeddedVersionField: string } {
  return field.embeddedVersionField !== undefined;
}

function formField(value: unknown, field: FieldRow, table: TypeTable): unknown {
  if (value === undefined) return undefined;
  const formed = formValue(value, field.ref, table);
  return field.heldAsMap === true && Array.isArray(formed)
    ? lastByKey(formed, field.key ?? '')
    : formed;
}

function formValue(value: unknown, ref: TypeRef, table: TypeTable): unknown {
  switch (ref.type) {
    case 'struct':
      return formStruct(isJsonObject(value) ? value : {}, { table, struct: ref.name });
    case 'list':
      return Array.isArray(value)
        ? value.map((item) => formValue(item, ref.items, table))
        : undefined;
    case 'map':
      return isJsonObject(value) ? formMap(value, ref.values, table) : undefined;
    case 'raw':
    case 'any':
    case 'scalar':
      return value;
  }
}

/** A struct inside another. An object inside an object loses its apiVersion and kind: the server knows them. */
function formStruct(value: JsonObject, of: StructOf): JsonObject {
  const metadata = of.table[of.struct]?.fields.find(({ name }) => name === 'metadata');
  const isObject = metadata?.ref.type === 'struct' && metadata.ref.name === 'ObjectMeta';
  if (!isObject) return toWireForm(value, of);
  const { apiVersion: _apiVersion, kind: _kind, ...rest } = value;
  return toWireForm(rest, of);
}

/** Maps print with their keys in order. */
function formMap(value: JsonObject, values: TypeRef, table: TypeTable): JsonObject {
  return Object.fromEntries(
    Object.keys(value)
      .sort(compareBytes)
      .map((key) => [key, formValue(value[key], values, table)]),
  );
}

/** Of elements with the same key the last; in byte order of the keys. */
function lastByKey(items: readonly unknown[], key: string): unknown[] {
  const byKey = new Map<string, unknown>();
  for (const item of items) byKey.set(isJsonObject(item) ? String(item[key]) : '', item);
  return [...byKey.entries()].sort(([a], [b]) => compareBytes(a, b)).map(([, item]) => item);
}

/** Byte order of UTF-8, which is the order of code points; for `sort`. */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [left, right] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (left !== right) return rankUnit(left) - rankUnit(right);
  }
  return a.length - b.length;
}

/** Halves of characters beyond U+FFFF come after every other unit, as those characters do. */
function rankUnit(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

function isUnset(value: unknown, field: FieldRow): boolean {
  if (value === undefined || value === null) return true;
  if (field.name === 'managedFields') return false;
  if (Array.isArray(value)) return value.length === 0;
  // A map that prints as null when there is none tells an empty one from none.
  if (field.ref.type === 'map') return Object.keys(value).length === 0 && field.unset === 'omit';
  if (field.pointer === true) return false;
  return value === '' || value === 0 || value === false || isZeroTime(value, field);
}

/** Go's time nobody set. */
function isZeroTime(value: unknown, field: FieldRow): boolean {
  return isTime(field.ref) && value === '0001-01-01T00:00:00Z';
}

function isTime(ref: TypeRef): boolean {
  return ref.type === 'scalar' && ref.scalar === 'time';
}

function unsetForm(field: FieldRow, zeroStruct: (struct: string) => JsonObject): unknown {
  if (field.unset === 'omit') return undefined;
  if (field.unset === 'null') return null;
  switch (field.ref.type) {
    case 'struct':
      return zeroStruct(field.ref.name);
    case 'scalar':
      return zeroScalar(field.ref.scalar);
    case 'list':
    case 'map':
    case 'raw':
    case 'any':
      return null;
  }
}

function zeroScalar(scalar: string): unknown {
  if (scalar === 'bool') return false;
  return scalar === 'int32' || scalar === 'int64' ? 0 : '';
}
