import type { Fixup } from './fixup.js';

/** The corrections any input may need, by id. A configuration names those its input does need. */
export const builtInFixups: readonly Fixup[] = [
  {
    id: 'list-type-on-object',
    why: 'Some server builds put x-kubernetes-list-type on a property that holds one object (meta/v1 Status.details). Meant is an object that is replaced as a whole.',
    change: (node) => {
      if (node.listType === undefined || node.type === 'array') return node;
      const { listType: _misplaced, ...rest } = node;
      return { ...rest, mapType: 'atomic' };
    },
  },
  {
    id: 'schema-or-bool',
    why: 'apiextensions describes JSONSchemaPropsOrBool and its siblings by prose alone; on the wire they are a schema, a boolean, a list of schemas or a list of names.',
    change: (node, place) => {
      const alternatives =
        place.path.length === 0 ? schemaAlternatives(place.definition) : undefined;
      if (alternatives === undefined || node.type !== undefined || node.anyOf !== undefined) {
        return node;
      }
      const { source } = node;
      const schema = { source, ref: alternatives.schema };
      const second = {
        JSONSchemaPropsOrBool: { source, type: 'boolean' as const },
        JSONSchemaPropsOrArray: { source, type: 'array' as const, items: schema },
        JSONSchemaPropsOrStringArray: {
          source,
          type: 'array' as const,
          items: { source, type: 'string' as const },
        },
      }[alternatives.name];
      return { ...node, anyOf: [schema, second] };
    },
  },
];

interface SchemaAlternatives {
  readonly schema: string;
  readonly name:
    'JSONSchemaPropsOrBool' | 'JSONSchemaPropsOrArray' | 'JSONSchemaPropsOrStringArray';
}

function schemaAlternatives(definition: string): SchemaAlternatives | undefined {
  const dot = definition.lastIndexOf('.');
  const name = definition.slice(dot + 1);
  switch (name) {
    case 'JSONSchemaPropsOrBool':
    case 'JSONSchemaPropsOrArray':
    case 'JSONSchemaPropsOrStringArray':
      return { name, schema: `${definition.slice(0, dot)}.JSONSchemaProps` };
    default:
      return undefined;
  }
}
