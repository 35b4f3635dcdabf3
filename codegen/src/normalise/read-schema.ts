import type { SourcePointer } from '../diagnostics.js';
import { compareText, isJsonArray, isJsonObject, ownValue, pointerStep } from '../json.js';
import type { JsonObject, JsonValue } from '../json.js';
import type { NormaliseContext } from './context.js';
import { readExtensions } from './extensions.js';
import { readReference } from './references.js';
import type { PropertyNode, SchemaNode } from './schema-node.js';

type Reader = (schema: JsonObject, at: (key: string) => SourcePointer) => Partial<SchemaNode>;

const types = ['object', 'array', 'string', 'integer', 'number', 'boolean'] as const;

const constraintKeys = [
  'minLength',
  'maxLength',
  'pattern',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
];

/** Keywords that are read, and those that carry nothing for us: they are dropped knowingly. */
const knownKeys: ReadonlySet<string> = new Set([
  ...constraintKeys,
  ...['$ref', 'type', 'format', 'description', 'properties', 'required', 'items', 'enum'],
  ...['additionalProperties', 'default', 'allOf', 'oneOf', 'anyOf', 'nullable', 'deprecated'],
  ...['title', 'example', 'examples', 'externalDocs', 'readOnly', 'writeOnly', 'uniqueItems'],
  ...['not', 'xml', 'discriminator', 'const'],
]);

/**
 * Reads one schema. Only the position in the schema grammar decides what a key means, so a property
 * named `$ref` or `default` is a property. Whatever cannot be read is reported and left out.
 */
export function readSchema(
  value: JsonValue,
  source: SourcePointer,
  context: NormaliseContext,
): SchemaNode {
  if (value === true) return { source };
  if (!isJsonObject(value)) {
    context.complain('malformed-schema', source, `a schema cannot be ${JSON.stringify(value)}`);
    return { source };
  }
  const at = (key: string): SourcePointer => below(source, key);
  for (const key of Object.keys(value)) {
    if (knownKeys.has(key) || key.startsWith('x-')) continue;
    context.complain('unknown-keyword', at(key), `unknown schema keyword ${JSON.stringify(key)}`);
  }
  const merged = readers(context).reduce<Partial<SchemaNode>>(
    (node, read) => ({ ...node, ...read(value, at) }),
    { source, ...readExtensions(value, source, context) },
  );
  return unwrapSingleAllOf({ ...merged, source });
}

function readers(context: NormaliseContext): readonly Reader[] {
  return [
    (schema, at) => readReference(schema, at('$ref'), context),
    (schema, at) => readType(schema, at('type'), context),
    (schema, at) => readTexts(schema, at, context),
    (schema, at) => readProperties(schema, at, context),
    (schema, at) => readItems(schema, at, context),
    (schema, at) => readCombinations(schema, at, context),
    (schema, at) => readValues(schema, at, context),
  ];
}

/** `allOf` with one member and siblings is how v3 writes what v2 writes as `$ref` with siblings. */
function unwrapSingleAllOf(node: SchemaNode): SchemaNode {
  const only = node.allOf?.length === 1 ? node.allOf[0] : undefined;
  if (only === undefined) return node;
  const { allOf: _unwrapped, ...siblings } = node;
  return { ...only, ...siblings };
}

function readType(
  schema: JsonObject,
  source: SourcePointer,
  context: NormaliseContext,
): Partial<SchemaNode> {
  const written = ownValue(schema, 'type');
  const nullable = ownValue(schema, 'nullable') === true ? ({ nullable: true } as const) : {};
  if (written === undefined) return nullable;
  const list = isJsonArray(written) ? written : [written];
  const type = types.filter((known) => list.includes(known));
  if (type.length === 1 && list.every((one) => one === 'null' || one === type[0])) {
    const [only] = type;
    const alsoNull = list.includes('null') ? ({ nullable: true } as const) : nullable;
    return only === undefined ? alsoNull : { type: only, ...alsoNull };
  }
  const intOrString = type.length === 2 && type.includes('integer') && type.includes('string');
  if (intOrString) return { ...nullable, intOrString: true };
  context.complain('malformed-schema', source, `type cannot be ${JSON.stringify(written)}`);
  return nullable;
}

function readTexts(
  schema: JsonObject,
  at: (key: string) => SourcePointer,
  context: NormaliseContext,
): Partial<SchemaNode> {
  const found: { description?: string; format?: string; deprecated?: true } = {};
  for (const key of ['description', 'format'] as const) {
    const value = ownValue(schema, key);
    if (typeof value === 'string') found[key] = value;
    else if (value !== undefined) {
      context.complain('malformed-schema', at(key), `${key} is not a string`);
    }
  }
  if (ownValue(schema, 'deprecated') === true) found.deprecated = true;
  return found;
}

function readProperties(
  schema: JsonObject,
  at: (key: string) => SourcePointer,
  context: NormaliseContext,
): Partial<SchemaNode> {
  const found: { properties?: readonly PropertyNode[]; required?: readonly string[] } = {};
  const properties = ownValue(schema, 'properties');
  if (isJsonObject(properties)) {
    const inside = at('properties');
    found.properties = Object.keys(properties)
      .sort(compareText)
      .map((name) => ({
        name,
        schema: readSchema(ownValue(properties, name) ?? null, below(inside, name), context),
      }));
  } else if (properties !== undefined) {
    context.complain('malformed-schema', at('properties'), 'properties is not an object');
  }
  const required = ownValue(schema, 'required');
  if (isJsonArray(required) && required.every((name) => typeof name === 'string')) {
    found.required = [...new Set(required)].sort(compareText);
    const names = new Set(found.properties?.map(({ name }) => name));
    for (const name of found.required) {
      if (names.has(name)) continue;
      const message = `required names ${JSON.stringify(name)}, which is no property`;
      context.complain('required-unknown-property', at('required'), message);
    }
  } else if (required !== undefined && required !== null) {
    context.complain('malformed-schema', at('required'), 'required is not a list of names');
  }
  return found;
}

function readItems(
  schema: JsonObject,
  at: (key: string) => SourcePointer,
  context: NormaliseContext,
): Partial<SchemaNode> {
  const found: { items?: SchemaNode; additional?: SchemaNode | true } = {};
  const items = ownValue(schema, 'items');
  if (items !== undefined) found.items = readSchema(items, at('items'), context);
  const additional = ownValue(schema, 'additionalProperties');
  if (additional === true) found.additional = true;
  else if (additional !== undefined && additional !== false) {
    found.additional = readSchema(additional, at('additionalProperties'), context);
  }
  return found;
}

function readCombinations(
  schema: JsonObject,
  at: (key: string) => SourcePointer,
  context: NormaliseContext,
): Partial<SchemaNode> {
  const found: { allOf?: SchemaNode[]; oneOf?: SchemaNode[]; anyOf?: SchemaNode[] } = {};
  for (const key of ['allOf', 'oneOf', 'anyOf'] as const) {
    const members = ownValue(schema, key);
    if (members === undefined) continue;
    if (!isJsonArray(members) || members.length === 0) {
      context.complain('malformed-schema', at(key), `${key} is not a list with members`);
      continue;
    }
    found[key] = members.map((member, index) => readSchema(member, below(at(key), index), context));
  }
  if (ownValue(schema, 'not') !== undefined) {
    context.remark('unsupported-schema', at('not'), '`not` is left to the server');
  }
  return found;
}

function readValues(
  schema: JsonObject,
  at: (key: string) => SourcePointer,
  context: NormaliseContext,
): Partial<SchemaNode> {
  const found: { enum?: readonly JsonValue[]; default?: JsonValue; constraints?: JsonObject } = {};
  const values = ownValue(schema, 'enum');
  const constant = ownValue(schema, 'const');
  if (isJsonArray(values) && values.length > 0) found.enum = values;
  else if (constant !== undefined) found.enum = [constant];
  else if (values !== undefined) {
    context.complain('malformed-schema', at('enum'), 'enum is not a list with members');
  }
  const fallback = ownValue(schema, 'default');
  if (fallback !== undefined) found.default = fallback;
  const constraints = constraintKeys.filter((key) => ownValue(schema, key) !== undefined);
  if (constraints.length > 0) {
    found.constraints = Object.fromEntries(constraints.map((key) => [key, schema[key]]));
  }
  return found;
}

function below(source: SourcePointer, step: string | number): SourcePointer {
  return { file: source.file, pointer: source.pointer + pointerStep(step) };
}
