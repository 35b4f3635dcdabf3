import type { SourcePointer } from '../diagnostics.js';
import { isJsonArray, isJsonObject, pointerStep } from '../json.js';
import type { JsonValue } from '../json.js';
import type { NormaliseContext } from './context.js';
import type { DefinitionNode, SchemaNode } from './schema-node.js';

/**
 * Looks at every schema with all definitions in view: references that lead nowhere become untyped,
 * defaults that do not fit are taken away, list keys are looked up. Everything is reported.
 */
export function checkDefinitions(
  definitions: readonly DefinitionNode[],
  context: NormaliseContext,
): readonly DefinitionNode[] {
  const schemas = new Map(definitions.map(({ name, schema }) => [name, schema]));
  const check = (node: SchemaNode): SchemaNode => {
    const inner = mapChildren(node, check);
    const resolved = checkReference(inner, schemas, context);
    checkListKeys(resolved, schemas, context);
    return checkDefault(resolved, schemas, context);
  };
  return definitions.map((definition) => ({ ...definition, schema: check(definition.schema) }));
}

/** The same node with every schema directly inside it replaced. */
export function mapChildren(
  node: SchemaNode,
  change: (child: SchemaNode) => SchemaNode,
): SchemaNode {
  const { properties, items, additional, oneOf, anyOf, allOf } = node;
  return {
    ...node,
    ...(properties === undefined
      ? {}
      : { properties: properties.map(({ name, schema }) => ({ name, schema: change(schema) })) }),
    ...(items === undefined ? {} : { items: change(items) }),
    ...(additional === undefined || additional === true ? {} : { additional: change(additional) }),
    ...(oneOf === undefined ? {} : { oneOf: oneOf.map(change) }),
    ...(anyOf === undefined ? {} : { anyOf: anyOf.map(change) }),
    ...(allOf === undefined ? {} : { allOf: allOf.map(change) }),
  };
}

type Schemas = ReadonlyMap<string, SchemaNode>;

function checkReference(node: SchemaNode, schemas: Schemas, context: NormaliseContext): SchemaNode {
  if (node.ref === undefined || schemas.has(node.ref)) return node;
  const { ref, ...rest } = node;
  context.complain('dangling-reference', at(node, '$ref'), `no definition is named ${ref}`);
  return { ...rest, danglingRef: ref };
}

function checkListKeys(node: SchemaNode, schemas: Schemas, context: NormaliseContext): void {
  if (node.items === undefined) return;
  const item = resolve(node.items, schemas);
  const names = new Set(item.properties?.map(({ name }) => name));
  if (names.size === 0) return;
  const keys = [
    ...(node.listMapKeys ?? []),
    ...(node.patchMergeKey === undefined ? [] : [node.patchMergeKey]),
  ];
  for (const key of new Set(keys)) {
    if (names.has(key)) continue;
    const message = `the list is keyed by ${JSON.stringify(key)}, which its items do not have`;
    context.remark('list-key-unknown-property', node.source, message);
  }
}

function checkDefault(node: SchemaNode, schemas: Schemas, context: NormaliseContext): SchemaNode {
  if (node.default === undefined || fits(node.default, node, schemas)) return node;
  const { default: value, ...rest } = node;
  context.complain(
    'ill-typed-default',
    at(node, 'default'),
    `default ${JSON.stringify(value)} is no ${describeType(resolve(node, schemas))}`,
  );
  return rest;
}

/**
 * A default fits when its JSON type is the schema's. `{}` on an object is the Go zero value and may
 * lack required properties: documents are full of it, so it counts as fitting and is never applied.
 */
function fits(value: JsonValue, node: SchemaNode, schemas: Schemas): boolean {
  const target = resolve(node, schemas);
  if (value === null) return true;
  if (target.intOrString === true || target.format === 'int-or-string') {
    return typeof value === 'string' || Number.isInteger(value);
  }
  const zero = isJsonObject(value) && Object.keys(value).length === 0;
  if (zero && node.ref !== undefined) return true;
  if (target.enum !== undefined && value !== '' && !target.enum.includes(value)) return false;
  switch (target.type) {
    case 'string':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return typeof value === 'number';
    case 'array':
      return isJsonArray(value);
    case 'object':
      return isJsonObject(value);
    default:
      return true;
  }
}

function resolve(node: SchemaNode, schemas: Schemas): SchemaNode {
  let current = node;
  for (let steps = 0; current.ref !== undefined && steps < 32; steps += 1) {
    const next = schemas.get(current.ref);
    if (next === undefined) return current;
    current = next;
  }
  return current;
}

function describeType(node: SchemaNode): string {
  const type = node.type ?? 'value';
  return node.enum === undefined ? type : `member of ${JSON.stringify(node.enum)}`;
}

function at(node: SchemaNode, key: string): SourcePointer {
  return { file: node.source.file, pointer: node.source.pointer + pointerStep(key) };
}
