import { compareText, isJsonArray, isJsonObject, ownValue } from '../../json.js';
import type { JsonObject, JsonValue } from '../../json.js';
import { messageTables } from './messages.js';
import type { FieldRow, FieldShape, MessageName } from './messages.js';
import { bytesField, concat, doubleField, textField, varintField } from './wire.js';

/**
 * The bytes of an OpenAPI v2 document as the protobuf message that kubectl reads. Extensions and
 * defaults are kept as JSON text, which is YAML too. Throws a TypeError at a key that the message has
 * no field for.
 */
export function encodeOpenApiV2(document: JsonObject): Uint8Array {
  return encodeMessage('Document', document, '');
}

function encodeMessage(name: MessageName, value: JsonValue, at: string): Uint8Array {
  switch (name) {
    case 'Parameter':
      return encodeParameter(object(value, at), at);
    case 'ResponseValue':
      return encodeChoice(object(value, at), 'Response', at);
    case 'SchemaItem':
      return bytesField(1, encodeMessage('Schema', value, at));
    case 'AdditionalProperties':
      return typeof value === 'boolean'
        ? varintField(2, value ? 1 : 0)
        : bytesField(1, encodeMessage('Schema', value, at));
    case 'Items':
      return bytesField(1, encodeMessage('Schema', value, at));
    case 'Type':
      return concat(
        (isJsonArray(value) ? value : [value]).map((one) => textField(1, text(one, at))),
      );
    case 'SecurityDefinition':
      return bytesField(2, encodeMessage('ApiKeySecurity', value, at));
    case 'SecurityRequirement':
      return encodeMap('StringArray', 1, object(value, at), at);
    case 'StringArray':
      return concat(list(value, at).map((one) => textField(1, text(one, at))));
    default:
      return encodeFields(name, object(value, at), at);
  }
}

function encodeFields(name: MessageName, value: JsonObject, at: string): Uint8Array {
  const table = messageTables[name];
  if (table === undefined) throw new TypeError(`${name} has no table`);
  const parts: { readonly field: number; readonly bytes: Uint8Array }[] = [];
  for (const key of Object.keys(value).sort(compareText)) {
    const member = ownValue(value, key);
    if (member === undefined) continue;
    const where = `${at}/${key}`;
    const row = Object.hasOwn(table.fields, key) ? table.fields[key] : undefined;
    if (row !== undefined) parts.push({ field: row[0], bytes: encodeField(row, member, where) });
    else if (key.startsWith('x-') && table.extensions !== undefined) {
      const bytes = bytesField(table.extensions, namedAny(key, member));
      parts.push({ field: table.extensions, bytes });
    } else throw new TypeError(`${where}: ${name} has no field for it`);
  }
  // In the order of field numbers, as every encoder writes them.
  return concat(parts.sort((a, b) => a.field - b.field).map(({ bytes }) => bytes));
}

function encodeField([field, shape]: FieldRow, value: JsonValue, at: string): Uint8Array {
  switch (shape) {
    case 'text':
      return textField(field, text(value, at));
    case 'texts':
      return concat(list(value, at).map((one) => textField(field, text(one, at))));
    case 'flag':
      return varintField(field, value === true ? 1 : 0);
    case 'whole':
      return varintField(field, number(value, at));
    case 'double':
      return doubleField(field, number(value, at));
    case 'any':
      return bytesField(field, any(value));
    case 'anys':
      return concat(list(value, at).map((one) => bytesField(field, any(one))));
    default:
      return encodeNested(field, shape, value, at);
  }
}

function encodeNested(
  field: number,
  shape: Exclude<FieldShape, string>,
  value: JsonValue,
  at: string,
): Uint8Array {
  if ('map' in shape)
    return bytesField(field, encodeMap(shape.map, shape.at, object(value, at), at));
  if ('message' in shape) return bytesField(field, encodeMessage(shape.message, value, at));
  return concat(
    list(value, at).map((one, index) =>
      bytesField(field, encodeMessage(shape.messages, one, `${at}/${index}`)),
    ),
  );
}

/** A map is a message of {name = 1, value = 2} entries, in the order of its keys. */
function encodeMap(name: MessageName, field: number, value: JsonObject, at: string): Uint8Array {
  return concat(
    Object.keys(value)
      .sort(compareText)
      .map((key) => {
        const member = encodeMessage(name, ownValue(value, key) ?? null, `${at}/${key}`);
        return bytesField(field, concat([textField(1, key), bytesField(2, member)]));
      }),
  );
}

function encodeParameter(value: JsonObject, at: string): Uint8Array {
  if (ownValue(value, '$ref') !== undefined) {
    return bytesField(2, encodeMessage('JsonReference', value, at));
  }
  const place = ownValue(value, 'in');
  const parameter =
    place === 'body'
      ? bytesField(1, encodeMessage('BodyParameter', value, at))
      : bytesField(2, encodeNonBody(place ?? null, value, at));
  // Shared parameters are parameters; those of an operation are a choice of parameter or reference.
  return at.startsWith('/parameters/') ? parameter : bytesField(1, parameter);
}

function encodeNonBody(place: JsonValue, value: JsonObject, at: string): Uint8Array {
  switch (place) {
    case 'header':
      return bytesField(1, encodeMessage('HeaderParameter', value, at));
    case 'query':
      return bytesField(3, encodeMessage('QueryParameter', value, at));
    case 'path':
      return bytesField(4, encodeMessage('PathParameter', value, at));
    default:
      throw new TypeError(`${at}: no parameter is in ${JSON.stringify(place)}`);
  }
}

function encodeChoice(value: JsonObject, name: MessageName, at: string): Uint8Array {
  return ownValue(value, '$ref') === undefined
    ? bytesField(1, encodeMessage(name, value, at))
    : bytesField(2, encodeMessage('JsonReference', value, at));
}

function namedAny(name: string, value: JsonValue): Uint8Array {
  return concat([textField(1, name), bytesField(2, any(value))]);
}

function any(value: JsonValue): Uint8Array {
  return textField(2, JSON.stringify(value));
}

function object(value: JsonValue, at: string): JsonObject {
  if (!isJsonObject(value)) throw new TypeError(`${at} is no object`);
  return value;
}

function list(value: JsonValue, at: string): readonly JsonValue[] {
  if (!isJsonArray(value)) throw new TypeError(`${at} is no list`);
  return value;
}

function text(value: JsonValue, at: string): string {
  if (typeof value !== 'string') throw new TypeError(`${at} is no text`);
  return value;
}

function number(value: JsonValue, at: string): number {
  if (typeof value !== 'number') throw new TypeError(`${at} is no number`);
  return value;
}
