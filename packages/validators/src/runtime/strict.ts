import type { SchemaError } from './schema-error.js';

/**
 * What the strict check knows of a type: its fields by name, each with a word for what it holds.
 *
 * - `''`: nothing to look into (a scalar, or an object that is kept as it is)
 * - `Name`: an object of that type
 * - `[]Name`: a list of such objects; `[key]Name` or `[key,key]Name`: a list keyed by these fields
 * - `[=]`: a list of scalars that is a set
 * - `{}Name`: a map with such objects as values
 */
export type FieldTable = Readonly<Record<string, Readonly<Record<string, string>>>>;

interface Place {
  readonly pointer: string;
  readonly schemaPath: string;
}

/**
 * What `server` mode lets pass and `strict` does not: properties the type does not have, objects of a
 * keyed list with the same keys, members of a set that stand there twice. In the order met; empty when
 * there is none. Values of the wrong type are passed over, since the compiled check reports them.
 *
 * Errors have Ajv's shape: keyword `additionalProperties` (params.additionalProperty), `uniqueKeys`
 * (params.keys) or `uniqueItems`.
 */
export function checkStrict(table: FieldTable, type: string, data: unknown): SchemaError[] {
  const errors: SchemaError[] = [];
  checkObject(table, type, data, { pointer: '', schemaPath: '#' }, errors);
  return errors;
}

function checkObject(
  table: FieldTable,
  type: string,
  data: unknown,
  place: Place,
  errors: SchemaError[],
): void {
  const fields = table[type];
  if (fields === undefined || !isObject(data)) return;
  for (const [name, value] of Object.entries(data)) {
    const instancePath = `${place.pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (!Object.hasOwn(fields, name)) {
      errors.push({
        instancePath: place.pointer,
        schemaPath: `#/definitions/${type}/additionalProperties`,
        keyword: 'additionalProperties',
        params: { additionalProperty: name },
      });
      continue;
    }
    const schemaPath = `#/definitions/${type}/properties/${name}`;
    checkValue(table, fields[name] ?? '', value, { pointer: instancePath, schemaPath }, errors);
  }
}

function checkValue(
  table: FieldTable,
  word: string,
  value: unknown,
  place: Place,
  errors: SchemaError[],
): void {
  if (word === '') return;
  const [, brackets, keys = '', name = ''] = /^(\[([^\]]*)\]|\{\})?(.*)$/.exec(word) ?? [];
  if (brackets === undefined) checkObject(table, name, value, place, errors);
  else if (brackets === '{}') checkMap(table, name, value, place, errors);
  else checkList(table, { name, keys: keys === '' ? [] : keys.split(',') }, value, place, errors);
}

function checkMap(
  table: FieldTable,
  name: string,
  value: unknown,
  place: Place,
  errors: SchemaError[],
): void {
  if (!isObject(value)) return;
  for (const [key, member] of Object.entries(value)) {
    const pointer = `${place.pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    checkObject(table, name, member, { ...place, pointer }, errors);
  }
}

interface ListWord {
  readonly name: string;
  /** Field names, or `=` alone for a set of scalars. */
  readonly keys: readonly string[];
}

function checkList(
  table: FieldTable,
  list: ListWord,
  value: unknown,
  place: Place,
  errors: SchemaError[],
): void {
  if (!Array.isArray(value)) return;
  const seen = new Set<string>();
  for (const [index, member] of value.entries()) {
    const pointer = `${place.pointer}/${index}`;
    const key = keyOf(member, list.keys);
    if (key !== undefined && seen.has(key)) {
      errors.push(duplicateError(list.keys, { ...place, pointer }));
    }
    if (key !== undefined) seen.add(key);
    checkObject(table, list.name, member, { ...place, pointer }, errors);
  }
}

function duplicateError(keys: readonly string[], place: Place): SchemaError {
  const isSet = keys[0] === '=';
  return {
    instancePath: place.pointer,
    schemaPath: `${place.schemaPath}/${isSet ? 'uniqueItems' : 'uniqueKeys'}`,
    keyword: isSet ? 'uniqueItems' : 'uniqueKeys',
    params: isSet ? {} : { keys },
  };
}

/** The member's keys as one text; undefined when the list has none or the member lacks all of them. */
function keyOf(member: unknown, keys: readonly string[]): string | undefined {
  if (keys.length === 0) return undefined;
  if (keys[0] === '=') return JSON.stringify(member);
  if (!isObject(member) || keys.every((key) => member[key] === undefined)) return undefined;
  return JSON.stringify(keys.map((key) => member[key] ?? null));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
