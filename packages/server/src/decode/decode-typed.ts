import { isJsonObject } from '@imagestream/core';
import { setOwn } from '@imagestream/core/patch';
import { canonicalBase64 } from './go-base64.js';
import { canonicalTime } from './go-time.js';
import type { JsonObject } from './decoded.js';
import { describeJsonMismatch, type MismatchWords } from './mismatch.js';
import { toPlainValue, type JsonNode } from './json-node.js';
import {
  findField,
  type FieldRow,
  type StructRow,
  type TypeRef,
  type TypeTable,
} from './type-table.js';

/** A value of the wrong JSON type; the message is Go's. */
export class TypedDecodeError extends Error {
  override readonly name = 'TypedDecodeError';
}

/** What reading a body against a type gives. */
export interface TypedValue {
  /** Only what was set: an absent or null field is absent. */
  readonly value: JsonObject;
  /** `unknown field "spec.foo"` and `duplicate field "spec.bar"`, in document order, each once, at most 100. */
  readonly findings: readonly string[];
}

/** The decoder of the reference server stops counting here. */
const MAX_FINDINGS = 100;
const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT32 = -(2n ** 31n);
const MAX_INT32 = 2n ** 31n - 1n;

/**
 * Reads a JSON object as a struct: unknown fields are dropped and reported, names are case-sensitive, repeated fields
 * merge when they are structs or maps and otherwise the last one wins.
 *
 * Throws a TypedDecodeError for the first value of a wrong type, or the error of a time that cannot be read.
 */
export function decodeStruct(
  node: JsonNode,
  options: {
    readonly table: TypeTable;
    readonly struct: string;
    /** Default: the words of the JSON decoder. */
    readonly words?: MismatchWords;
  },
): TypedValue {
  const { table, struct, words = describeJsonMismatch } = options;
  const { value, findings } = decodeValue(node, {
    table,
    ref: { type: 'struct', name: struct },
    words,
  });
  // Safe: a struct reads as an object, or as undefined for null.
  return { value: (value as JsonObject | undefined) ?? {}, findings };
}

/** As `decodeStruct`, for a value of any type; null reads as undefined. */
export function decodeValue(
  node: JsonNode,
  options: { readonly table: TypeTable; readonly ref: TypeRef; readonly words?: MismatchWords },
): { readonly value: unknown; readonly findings: readonly string[] } {
  const reader = new StructReader(options.table, options.words ?? describeJsonMismatch);
  const value = reader.read(node, options.ref);
  if (reader.firstError !== undefined) throw reader.firstError;
  return { value, findings: [...reader.findings] };
}

class StructReader {
  readonly findings = new Set<string>();
  firstError: Error | undefined;
  readonly #table: TypeTable;
  readonly #words: MismatchWords;
  /** The field names on the way to the value at hand: what error texts show. */
  readonly #fields: string[] = [];
  /** The same with list indexes and map keys: what findings show. */
  #path = '';
  #struct = '';

  constructor(table: TypeTable, words: MismatchWords) {
    this.#table = table;
    this.#words = words;
  }

  /** The value, or undefined for null and for a value of the wrong type. */
  read(node: JsonNode, ref: TypeRef): unknown {
    if (node.type === 'null') return undefined;
    switch (ref.type) {
      case 'raw':
        return toPlainValue(node);
      case 'any':
        return this.#readAny(node);
      case 'scalar':
        return this.#readScalar(node, ref);
      case 'list':
        return this.#readList(node, ref.items);
      case 'map':
        return this.#readMap(node, ref.values);
      case 'struct':
        return this.#readStruct(node, ref);
    }
  }

  #readStruct(node: JsonNode, ref: TypeRef & { type: 'struct' }): JsonObject | undefined {
    const row = this.#table[ref.name];
    if (row === undefined || node.type !== 'object') return this.#mismatch(node, ref);
    const result: JsonObject = {};
    const seen = new Set<string>();
    for (const { key, value } of node.entries) {
      const field = findField(row, key);
      if (field === undefined) {
        this.#report('unknown', key);
        continue;
      }
      if (seen.has(key)) this.#report('duplicate', key);
      seen.add(key);
      this.#readField(value, { field, row, result });
    }
    return result;
  }

  #readField(
    node: JsonNode,
    into: { readonly field: FieldRow; readonly row: StructRow; readonly result: JsonObject },
  ): void {
    const { field, row, result } = into;
    const [struct, path] = [this.#struct, this.#path];
    this.#struct = row.goType.slice(row.goType.indexOf('.') + 1);
    this.#path = path === '' ? field.name : `${path}.${field.name}`;
    this.#fields.push(field.name);
    const value = this.read(node, field.ref);
    const before = result[field.name];
    if (value !== undefined) result[field.name] = this.#overwrite(before, value, field.ref);
    else if (before !== undefined && isNil(node, field)) delete result[field.name];
    this.#fields.pop();
    [this.#struct, this.#path] = [struct, path];
  }

  /**
   * What the second of two equal keys leaves: Go reads it into the value of the first, so that members of structs and
   * elements of lists that it does not mention stay.
   */
  #overwrite(before: unknown, value: unknown, ref: TypeRef): unknown {
    if (before === undefined) return value;
    if (Array.isArray(before) && Array.isArray(value) && ref.type === 'list') {
      return value.map((item: unknown, index) => this.#overwrite(before[index], item, ref.items));
    }
    if (!isJsonObject(before) || !isJsonObject(value)) return value;
    if (ref.type === 'map') return { ...before, ...value };
    const fields = ref.type === 'struct' ? this.#table[ref.name]?.fields : undefined;
    if (fields === undefined) return value;
    const result = { ...before };
    for (const { name, ref: type } of fields) {
      if (Object.hasOwn(value, name))
        result[name] = this.#overwrite(before[name], value[name], type);
    }
    return result;
  }

  #readMap(node: JsonNode, values: TypeRef): JsonObject | undefined {
    if (node.type !== 'object') return this.#mismatch(node, { type: 'map', values });
    const result: JsonObject = {};
    const path = this.#path;
    for (const { key, value } of node.entries) {
      if (Object.hasOwn(result, key)) this.#report('duplicate', key);
      this.#path = path === '' ? key : `${path}.${key}`;
      setOwn(result, key, this.read(value, values) ?? zeroValue(values));
      this.#path = path;
    }
    return result;
  }

  #readAny(node: JsonNode): unknown {
    if (node.type === 'object') return this.#readMap(node, { type: 'any' });
    if (node.type === 'array') return this.#readList(node, { type: 'any' });
    return toPlainValue(node);
  }

  #readList(node: JsonNode, items: TypeRef): unknown[] | undefined {
    if (node.type !== 'array') return this.#mismatch(node, { type: 'list', items });
    const path = this.#path;
    const result = node.items.map((item, index) => {
      this.#path = `${path}[${index}]`;
      return this.read(item, items) ?? zeroValue(items);
    });
    this.#path = path;
    return result;
  }

  #readScalar(node: JsonNode, ref: TypeRef & { type: 'scalar' }): unknown {
    switch (ref.scalar) {
      case 'string':
        return node.type === 'string' ? node.value : this.#mismatch(node, ref);
      case 'bool':
        return node.type === 'bool' ? node.value : this.#mismatch(node, ref);
      case 'time':
        return readTime(node);
      case 'bytes':
        return node.type === 'string' ? this.#readBytes(node.value) : this.#mismatch(node, ref);
      case 'int32':
      case 'int64':
        return this.#readInteger(node, ref);
    }
  }

  #readInteger(node: JsonNode, ref: TypeRef & { type: 'scalar' }): number | undefined {
    if (node.type !== 'number') return this.#mismatch(node, ref);
    if (!/^-?\d+$/.test(node.text)) return this.#mismatch(node, ref);
    const value = BigInt(node.text);
    const [low, high] = ref.scalar === 'int32' ? [MIN_INT32, MAX_INT32] : [MIN_INT64, MAX_INT64];
    if (value < low || value > high) return this.#mismatch(node, ref);
    return Number(node.text);
  }

  #readBytes(text: string): string | undefined {
    try {
      return canonicalBase64(text);
    } catch (error) {
      // Go notes the error and reads on; the first one noted is what the client is told.
      if (!(error instanceof Error)) throw error;
      this.firstError ??= error;
      return undefined;
    }
  }

  #mismatch(node: JsonNode, ref: TypeRef): undefined {
    const place = { struct: this.#struct, fields: this.#fields, table: this.#table };
    this.firstError ??= new TypedDecodeError(this.#words(node, ref, place));
    return undefined;
  }

  #report(what: 'unknown' | 'duplicate', key: string): void {
    if (this.findings.size >= MAX_FINDINGS) return;
    this.findings.add(`${what} field "${this.#path === '' ? key : `${this.#path}.${key}`}"`);
  }
}

function readTime(node: JsonNode): string {
  if (node.type === 'string') return canonicalTime(node.value);
  // Times read themselves, so Go's error has no field.
  throw new TypedDecodeError(`json: cannot unmarshal ${node.type} into Go value of type string`);
}

/** Whether null takes away what an equal key left: it does for what Go holds by reference. */
function isNil(node: JsonNode, { ref, pointer }: FieldRow): boolean {
  return node.type === 'null' && (pointer === true || ref.type === 'list' || ref.type === 'map');
}

/** What Go has in a list or map where JSON says null. */
function zeroValue(ref: TypeRef): unknown {
  switch (ref.type) {
    case 'struct':
    case 'map':
      return {};
    case 'list':
      return [];
    case 'raw':
    case 'any':
      return null;
    case 'scalar':
      if (ref.scalar === 'bool') return false;
      return ref.scalar === 'int32' || ref.scalar === 'int64' ? 0 : '';
  }
}
