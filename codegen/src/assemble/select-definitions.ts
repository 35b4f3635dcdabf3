import type { DiagnosticBag } from '../diagnostics.js';
import { compareText, objectFrom, objectOf, ownValue, pointerStep } from '../json.js';
import type { JsonObject } from '../json.js';
import type { PathItem } from './derive-operations.js';
import { referencesOf, servedSchema } from './source-schema.js';
import type { AmendmentSource, ApiSource, SourceDefinition, SpecSources } from './spec-sources.js';

/** The definitions an API's documents may draw from: shared ones as amended, and its own. */
export function definitionsFor(
  api: ApiSource,
  sources: SpecSources,
  bag: DiagnosticBag,
): ReadonlyMap<string, SourceDefinition> {
  const own = api.deprecated ? api.definitions : [];
  const definitions = new Map(
    [...sources.definitions, ...own].map((definition) => [
      definition.name,
      { ...definition, schema: servedSchema(definition.schema) },
    ]),
  );
  for (const amendment of api.amendments) {
    const definition = definitions.get(amendment.name);
    if (definition === undefined) {
      const message = `the amended definition ${amendment.name} does not exist`;
      bag.error('dangling-reference', amendment.origin, message);
      continue;
    }
    const schema = amend(definition.schema, amendment, bag);
    definitions.set(amendment.name, { ...definition, schema });
  }
  return definitions;
}

/** The definitions that operations mention, and all that these lead to, in name order. */
export function reachableDefinitions(
  paths: readonly PathItem[],
  definitions: ReadonlyMap<string, SourceDefinition>,
): readonly SourceDefinition[] {
  const found = new Map<string, SourceDefinition>();
  const waiting = paths.flatMap(({ operations }) =>
    operations.flatMap(({ answer, body }) => [answer, ...(body ? [body.definition] : [])]),
  );
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const definition = definitions.get(name);
    if (definition === undefined || found.has(name)) continue;
    found.set(name, definition);
    waiting.push(...referencesOf(definition.schema));
  }
  return [...found.values()].sort((a, b) => compareText(a.name, b.name));
}

function amend(schema: JsonObject, amendment: AmendmentSource, bag: DiagnosticBag): JsonObject {
  const properties = objectOf(schema, 'properties') ?? {};
  for (const name of [...amendment.remove, ...Object.keys(amendment.describe)]) {
    if (Object.hasOwn(properties, name)) continue;
    bag.error('malformed-source', amendment.origin, `there is no property ${name} to amend`);
  }
  const kept = Object.keys(properties)
    .filter((name) => !amendment.remove.includes(name))
    .map((name) => {
      const property = objectOf(properties, name) ?? {};
      const description = ownValue(amendment.describe, name);
      return [name, description === undefined ? property : { ...property, description }] as const;
    });
  for (const name of Object.keys(amendment.add)) {
    if (!Object.hasOwn(properties, name)) continue;
    const { file, pointer } = amendment.origin;
    const at = { file, pointer: `${pointer}/add${pointerStep(name)}` };
    bag.error('duplicate-definition', at, `the property ${name} exists already`);
  }
  const added = Object.entries(amendment.add);
  return { ...schema, ...amendment.extensions, properties: objectFrom([...kept, ...added]) };
}
