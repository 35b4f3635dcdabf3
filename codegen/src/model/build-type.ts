import type { DiagnosticBag } from '../diagnostics.js';
import { isJsonArray, isJsonObject } from '../json.js';
import type { JsonValue } from '../json.js';
import type { SchemaNode } from '../normalise/schema-node.js';
import type { ApiType, EnumType, Field, ScalarType } from './api-model.js';
import { wellKnownShape } from './well-known.js';

/** Turns a normalised schema into the model's type. What the model cannot state is reported and unknown. */
export function buildType(node: SchemaNode, bag: DiagnosticBag): ApiType {
  if (node.listType !== undefined && node.type !== 'array') {
    bag.info('unsupported-schema', node.source, 'a list type on what is no list says nothing');
  }
  if (node.ref !== undefined) {
    return { type: 'reference', name: node.ref, ...mapTypeOf(node) };
  }
  if (node.intOrString === true || node.format === 'int-or-string') {
    return { type: 'well-known', shape: 'int-or-string' };
  }
  if (node.embeddedResource === true) return { type: 'well-known', shape: 'embedded-object' };
  const members = node.oneOf ?? node.anyOf ?? node.allOf;
  if (members !== undefined && node.type === undefined && node.properties === undefined) {
    return buildCombination(node, members, bag);
  }
  if (members !== undefined) {
    bag.info(
      'unsupported-schema',
      node.source,
      'oneOf, anyOf and allOf beside a type are left to the server',
    );
  }
  return buildPlainType(node, bag);
}

function buildPlainType(node: SchemaNode, bag: DiagnosticBag): ApiType {
  switch (node.type) {
    case 'object':
      return buildObject(node, bag);
    case 'array':
      return buildList(node, bag);
    case 'string':
    case 'integer':
    case 'number':
    case 'boolean':
      return buildScalar(node);
    default:
      return buildUntyped(node, bag);
  }
}

function buildUntyped(node: SchemaNode, bag: DiagnosticBag): ApiType {
  if (node.properties !== undefined || node.additional !== undefined) return buildObject(node, bag);
  if (node.items !== undefined) return buildList(node, bag);
  if (node.enum !== undefined) return closedEnum(node.enum);
  if (node.preserveUnknown === true) return { type: 'well-known', shape: 'json' };
  if (node.danglingRef !== undefined) {
    return { type: 'unknown', reason: `no definition is named ${node.danglingRef}` };
  }
  const reason = 'the schema has neither a type nor a reference';
  bag.warn('unsupported-schema', node.source, reason);
  return { type: 'unknown', reason };
}

function buildObject(node: SchemaNode, bag: DiagnosticBag): ApiType {
  const mapType = node.mapType ?? 'granular';
  const constraints = node.constraints === undefined ? {} : { constraints: node.constraints };
  const fields = (node.properties ?? []).map(({ name, schema }) =>
    buildField(name, schema, node, bag),
  );
  const { additional } = node;
  const schemaOfExtra = additional === undefined || additional === true ? undefined : additional;
  const value = schemaOfExtra === undefined ? undefined : buildExtra(schemaOfExtra, bag);
  if (fields.length === 0 && value !== undefined) {
    return { type: 'map', value, mapType, ...constraints };
  }
  if (fields.length === 0) return { type: 'well-known', shape: 'raw-object' };
  const preserves = node.preserveUnknown === true || additional === true;
  const extra = value ?? (preserves ? 'preserve' : 'none');
  const unions = node.unions === undefined ? {} : { unions: node.unions };
  return { type: 'object', fields, extra, mapType, ...unions, ...constraints };
}

/** `additionalProperties: {}` says that any value goes, as `true` does. */
function buildExtra(node: SchemaNode, bag: DiagnosticBag): ApiType {
  const empty = Object.keys(node).every((key) => key === 'source' || key === 'description');
  return empty ? { type: 'well-known', shape: 'json' } : buildType(node, bag);
}

function buildField(name: string, node: SchemaNode, owner: SchemaNode, bag: DiagnosticBag): Field {
  const strategy = node.patchStrategy;
  const key = node.patchMergeKey;
  return {
    name,
    type: buildType(node, bag),
    required: owner.required?.includes(name) ?? false,
    nullable: node.nullable === true || (zeroIsNull(node) && !isAlwaysSet(name, owner)),
    doc: node.description ?? '',
    deprecated: node.deprecated === true,
    source: node.source,
    ...(node.default === undefined ? {} : { default: node.default }),
    ...(node.wire === undefined ? {} : { wire: node.wire }),
    ...(node.validations === undefined ? {} : { validations: node.validations }),
    ...(strategy === undefined && key === undefined
      ? {}
      : { merge: { strategy: strategy ?? 'merge', ...(key === undefined ? {} : { key }) } }),
  };
}

/**
 * A Time or a RawExtension held by value has `default: {}` in v3 documents, and its zero value is
 * written as null whatever the field says about being omitted.
 */
function zeroIsNull(node: SchemaNode): boolean {
  const shape = node.ref === undefined ? undefined : wellKnownShape(node.ref);
  if (shape !== 'time' && shape !== 'micro-time' && shape !== 'raw-object') return false;
  return isJsonObject(node.default) && Object.keys(node.default).length === 0;
}

/**
 * Everything a server hands out has a creation timestamp. Only templates inside it may lack one, where
 * servers before Kubernetes 1.34 wrote null; nobody reads it there, and everybody reads it elsewhere.
 */
function isAlwaysSet(name: string, owner: SchemaNode): boolean {
  const has = (property: string): boolean =>
    owner.properties?.some((other) => other.name === property) ?? false;
  return name === 'creationTimestamp' && has('generateName') && has('resourceVersion');
}

function buildList(node: SchemaNode, bag: DiagnosticBag): ApiType {
  const { items } = node;
  if (items === undefined) {
    bag.warn('unsupported-schema', node.source, 'a list without items holds unknown values');
  }
  if (items?.validations !== undefined) {
    bag.info(
      'unsupported-schema',
      items.source,
      'rules on the items of a list are left to the server',
    );
  }
  return {
    type: 'list',
    item:
      items === undefined
        ? { type: 'unknown', reason: 'the list has no items schema' }
        : buildType(items, bag),
    keys: node.listMapKeys ?? [],
    ...(node.listType === undefined ? {} : { listType: node.listType }),
    ...(node.constraints === undefined ? {} : { constraints: node.constraints }),
  };
}

function buildScalar(node: SchemaNode): ApiType {
  if (node.enum !== undefined) return closedEnum(node.enum);
  if (node.knownValues !== undefined) {
    return { type: 'enum', values: node.knownValues, open: true };
  }
  if (node.type === 'string' && node.format === 'date-time') {
    return { type: 'well-known', shape: 'time' };
  }
  return {
    type: 'scalar',
    scalar: scalarOf(node),
    ...(node.constraints === undefined ? {} : { constraints: node.constraints }),
  };
}

function scalarOf(node: SchemaNode): ScalarType['scalar'] {
  const { type, format } = node;
  if (type === 'boolean') return 'boolean';
  if (type === 'integer') return format === 'int32' || format === 'int64' ? format : 'integer';
  if (type === 'number') return format === 'float' ? 'float' : 'double';
  return format === 'byte' ? 'bytes' : 'string';
}

function closedEnum(values: readonly JsonValue[]): EnumType {
  const scalars = values.flatMap((value) =>
    isJsonArray(value) || isJsonObject(value) ? [] : [value],
  );
  return { type: 'enum', values: [...new Set(scalars)], open: false };
}

function buildCombination(
  node: SchemaNode,
  members: readonly SchemaNode[],
  bag: DiagnosticBag,
): ApiType {
  const types = members.map((member) => member.type);
  const isIntOrString = types.length === 2 && types.includes('integer') && types.includes('string');
  if (isIntOrString && members.every((member) => member.enum === undefined)) {
    return { type: 'well-known', shape: 'int-or-string' };
  }
  const built = members.map((member) => buildType(member, bag));
  return node.allOf === members
    ? { type: 'intersection', members: built }
    : { type: 'union', members: built };
}

function mapTypeOf(node: SchemaNode): { mapType?: 'atomic' | 'granular' } {
  return node.mapType === undefined ? {} : { mapType: node.mapType };
}
