import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { assembleSpec, readSpecSources } from '../../codegen/src/assemble/index.js';
import type { SourceDefinition } from '../../codegen/src/assemble/index.js';
import { DiagnosticBag } from '../../codegen/src/diagnostics.js';
import { ROOT } from './source-files.js';
import { asFact, asList, at, definitionAsSchema, objectAt, objectsIn } from './spec-facts.js';
import { operationsOf, readDocument, readFacts } from './spec-facts.js';
import type { DefinitionFact, Json } from './spec-facts.js';

const facts = readFacts();
const specDir = join(ROOT, 'spec');
const bag = new DiagnosticBag();
const sources = readSpecSources(specDir, bag);
const v3 = readDocument('openapi/v3/apis/image.openshift.io/v1.json');
const v2 = readDocument('openapi/v2.json');
const legacy = readDocument('openapi/oapi-v1.json');

describe('the sources', () => {
  test('can be read without a complaint', () => {
    expect(bag.all).toEqual([]);
  });

  test.each(Object.entries(facts.definitions))('describe %s as the facts have it', (name, fact) => {
    const source = sources.definitions.find((definition) => definition.name === name);
    expect(source && structureOf(source)).toEqual(factStructure(fact));
  });

  test('add nothing to the facts but the version answer and the payloads of images', () => {
    const added = sources.definitions
      .map(({ name }) => name)
      .filter((name) => !(name in facts.definitions));
    expect(added.map((name) => name.replace('com.github.openshift.api.image.', ''))).toEqual([
      'docker10.DockerImage',
      'docker10.DockerConfig',
      'dockerpre012.DockerImage',
      'dockerpre012.DockerConfig',
      'io.k8s.apimachinery.pkg.version.Info',
    ]);
  });

  test('table the resources as discovery answers them', () => {
    const api = sources.apis.find(({ deprecated }) => !deprecated);
    const told = api?.resources.map(({ resource, subresource, ...one }) => ({
      name: subresource === undefined ? resource : `${resource}/${subresource}`,
      singularName: one.singular,
      namespaced: one.namespaced,
      kind: one.kind,
      verbs: one.verbs,
      ...(one.shortNames.length === 0 ? {} : { shortNames: one.shortNames }),
      ...(one.categories.length === 0 ? {} : { categories: one.categories }),
      ...(one.storageVersionHash === undefined
        ? {}
        : { storageVersionHash: one.storageVersionHash }),
    }));
    expect(told).toEqual(facts.resources);
  });

  test('table the columns that kubectl get prints', () => {
    const resources = sources.apis.find(({ deprecated }) => !deprecated)?.resources ?? [];
    const told = resources
      .filter(({ columns }) => columns.length > 0)
      .map(({ resource, columns }): [string, unknown] => [
        resource,
        columns.map(({ name, type, format, priority }) => [name, type, format, priority]),
      ]);
    expect(Object.fromEntries(told)).toEqual(facts.tables);
  });
});

describe('the assembled documents', () => {
  test('are those committed', () => {
    const assembled = assembleSpec(specDir);
    const committed = assembled.map(({ path }) => readFileSync(join(specDir, path), 'utf8'));
    expect(assembled.map(({ text }) => text)).toEqual(committed);
  });

  test.each([
    ['v3', v3],
    ['v2', v2],
    ['legacy', legacy],
  ])('%s: every reference leads somewhere', (_name, document) => {
    const references = objectsIn(document).flatMap(({ $ref }) =>
      typeof $ref === 'string' ? [$ref] : [],
    );
    const dangling = references.filter(
      (ref) => at(document, ...ref.slice(2).split('/')) === undefined,
    );
    expect(references.length).toBeGreaterThan(0);
    expect(dangling).toEqual([]);
  });

  test('have the paths a server lists', () => {
    expect(Object.keys(objectAt(v3, 'paths'))).toEqual(facts.documents.v3Paths);
    expect(Object.keys(objectAt(v2, 'paths'))).toEqual(facts.documents.v2Paths);
    const index = assembleSpec(specDir).flatMap(({ path }) => {
      const found = /^openapi\/v3\/(.+)\.json$/.exec(path)?.[1];
      return found === undefined ? [] : [found];
    });
    expect(index.sort()).toEqual(facts.documents.v3Index);
  });

  test('have as many schemas, references, wrappings and defaults as a server counts', () => {
    const all = objectsIn(v3);
    expect({
      schemas: Object.keys(objectAt(v3, 'components', 'schemas')).length,
      references: all.filter(({ $ref }) => typeof $ref === 'string').length,
      allOf: all.filter(({ allOf }) => Array.isArray(allOf)).length,
      defaults: all.filter((one) => 'default' in one).length,
      actions: all.filter((one) => 'x-kubernetes-action' in one).length,
    }).toEqual(facts.counts.v3);
    expect({
      paths: Object.keys(objectAt(v2, 'paths')).length,
      operations: operationsOf(v2).length,
      definitions: Object.keys(objectAt(v2, 'definitions')).length,
      sharedParameters: Object.keys(objectAt(v2, 'parameters')).length,
      references: objectsIn(v2).filter(({ $ref }) => typeof $ref === 'string').length,
    }).toEqual(facts.counts.v2);
    expect({
      paths: Object.keys(objectAt(legacy, 'paths')).length,
      operations: operationsOf(legacy).length,
    }).toEqual(facts.counts.legacy);
  });
});

const served = Object.entries(facts.definitions).filter(
  ([, fact]) => fact.schema.reachability === 'openapi',
);

describe('definitions', () => {
  test('of version 3 are the served ones', () => {
    expect(Object.keys(objectAt(v3, 'components', 'schemas'))).toEqual(
      served.map(([name]) => name),
    );
  });

  test.each(served)('%s is published in version 3 with its defaults', (name, fact) => {
    const schema = objectAt(v3, 'components', 'schemas', name);
    expect(publishedStructure(schema, [])).toEqual(publishedFact(fact, []));
  });

  test.each(served)('%s is published in version 2 without its defaults', (name, fact) => {
    const schema = objectAt(v2, 'definitions', name);
    expect(publishedStructure(schema, ['default'])).toEqual(publishedFact(fact, ['default']));
  });

  test('of version 2 use no keyword that Swagger 2.0 lacks', () => {
    const known = [
      '$ref',
      'additionalProperties',
      'description',
      'format',
      'items',
      'properties',
      'required',
      'type',
    ];
    const schemas = Object.values(objectAt(v2, 'definitions')).flatMap((schema) =>
      schemasIn(schema),
    );
    const keys = new Set(schemas.flatMap((schema) => Object.keys(schema)));
    expect([...keys].filter((key) => !key.startsWith('x-kubernetes-')).sort()).toEqual(known);
  });

  test.each(Object.keys(objectAt(legacy, 'definitions')))('legacy %s is as 3.x had it', (name) => {
    const published = publishedStructure(objectAt(legacy, 'definitions', name), ['default']);
    expect(published).toEqual(legacyFact(name));
  });

  test('of today have no legacy field', () => {
    const found = Object.entries(facts.legacy.added).flatMap(([name, properties]) =>
      Object.keys(properties).filter((property) =>
        at(v3, 'components', 'schemas', name, 'properties', property),
      ),
    );
    expect(found).toEqual([]);
  });
});

function structureOf(source: SourceDefinition): unknown {
  const properties = Object.entries(objectAt(source.schema, 'properties'));
  return {
    ...objectAt(publishedStructure(source.schema, [])),
    wire: Object.fromEntries(
      properties.map(([name, property]) => [
        name,
        at(property, 'x-served') === false
          ? undefined
          : (at(property, 'x-wire') ?? 'omitted-when-unset'),
      ]),
    ),
    knownValues: Object.fromEntries(
      properties.map(([name, property]) => [name, at(property, 'x-known-values')]),
    ),
  };
}

function factStructure(fact: DefinitionFact): unknown {
  const properties = Object.entries(fact.properties);
  // Definitions that no server writes have no wire form; the sources say nothing then.
  const wire = (property: Json): unknown =>
    property['inServer'] === false ? undefined : (property['wire'] ?? 'omitted-when-unset');
  return {
    ...objectAt(schemaFact(fact, properties, [])),
    wire: Object.fromEntries(properties.map(([name, property]) => [name, wire(property)])),
    knownValues: Object.fromEntries(
      properties.map(([name, property]) => [name, property['knownValues']]),
    ),
  };
}

function publishedFact(fact: DefinitionFact, leaveOut: readonly string[]): unknown {
  const properties = Object.entries(fact.properties).filter(
    ([, property]) => property['inServer'] !== false,
  );
  return schemaFact(fact, properties, leaveOut);
}

/** Today's facts without newer properties, with those that are gone, in the core group's version. */
function legacyFact(name: string): unknown {
  const fact = facts.definitions[name] ?? {
    schema: { type: 'object', required: [] },
    properties: {},
  };
  const removed = facts.legacy.removed[name] ?? [];
  const kept = Object.entries(fact.properties).filter(
    ([property, { inServer }]) => inServer !== false && !removed.includes(property),
  );
  const all = [...kept, ...Object.entries(facts.legacy.added[name] ?? {})];
  const { schema, properties } = schemaFact(fact, all, ['default']);
  const key = 'x-kubernetes-group-version-kind';
  if (schema[key] === undefined) return { schema, properties };
  const kind = name.split('.').at(-1);
  return { schema: { ...schema, [key]: [{ group: '', version: 'v1', kind }] }, properties };
}

function schemaFact(
  fact: DefinitionFact,
  properties: readonly (readonly [string, Json])[],
  leaveOut: readonly string[],
): { readonly schema: Json; readonly properties: Json } {
  const plain = properties.map(
    ([name, { wire: _wire, knownValues: _values, inServer: _served, ...schema }]): [
      string,
      unknown,
    ] => [name, asFact(schema, leaveOut)],
  );
  return { schema: definitionAsSchema(fact), properties: Object.fromEntries(plain) };
}

function publishedStructure(schema: Json, leaveOut: readonly string[]): unknown {
  const { properties, required, ...rest } = schema;
  const inner = Object.entries(objectAt(properties)).map(([name, property]): [string, unknown] => [
    name,
    asFact(property, leaveOut),
  ]);
  return {
    schema: {
      ...objectAt(asFact(rest, leaveOut)),
      ...(required === undefined ? {} : { required: [...asList(required)].sort() }),
    },
    properties: Object.fromEntries(inner),
  };
}

function schemasIn(schema: unknown): readonly Json[] {
  const own = objectAt(schema);
  const inner = [
    ...Object.values(objectAt(own, 'properties')),
    own['items'],
    own['additionalProperties'],
  ];
  return [own, ...inner.filter((one) => one !== undefined).flatMap(schemasIn)];
}
