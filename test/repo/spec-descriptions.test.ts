import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSpecSources } from '../../codegen/src/assemble/index.js';
import { DiagnosticBag } from '../../codegen/src/diagnostics.js';
import { ROOT } from './source-files.js';
import { objectAt, objectsIn, readDocument } from './spec-facts.js';
import type { Json } from './spec-facts.js';

/** One description with the place it stands at. */
interface Described {
  readonly definition: string;
  /** Empty for the definition itself. */
  readonly property: string;
  readonly text: string;
}

const described = readDescriptions();
const documents = [
  'openapi/v3/apis/image.openshift.io/v1.json',
  'openapi/v2.json',
  'openapi/oapi-v1.json',
].map((path) => ({ path, document: readDocument(path) }));

test('every definition and property is described by a sentence', () => {
  expect(described.length).toBeGreaterThan(400);
  expect(described.filter(({ text }) => !isSentence(text))).toEqual([]);
});

test('no two properties of a definition share a description', () => {
  const keys = described.map(({ definition, text }) => `${definition}: ${text}`);
  expect(repeated(keys)).toEqual([]);
});

test('a description stands twice only where the same property means the same', () => {
  const texts = repeated(described.map(({ text }) => text));
  const careless = texts.filter(
    (text) =>
      new Set(described.filter((one) => one.text === text).map((one) => meaningOf(one.property)))
        .size > 1,
  );
  expect(careless).toEqual([]);
});

test('no definition is described like another', () => {
  const own = described.filter(({ property }) => property === '').map(({ text }) => text);
  expect(repeated(own)).toEqual([]);
});

test.each(documents)('$path describes every operation and parameter', ({ document }) => {
  const paths = objectsIn(objectAt(document, 'paths'));
  const operations = paths.filter((one) => 'operationId' in one);
  const parameters = [...paths, ...objectsIn(objectAt(document, 'parameters'))].filter(
    ({ in: place }) => place === 'query' || place === 'path',
  );
  const wanting = [...operations, ...parameters].filter(
    ({ description }) => typeof description !== 'string' || !isSentence(description),
  );
  expect(operations.length).toBeGreaterThan(0);
  expect(wanting).toEqual([]);
  expect(repeated(operations.map(({ description }) => String(description)))).toEqual([]);
});

test('the items of a tag history are described as events, not as metadata', () => {
  const text = described.find(
    ({ definition, property }) => definition.endsWith('.NamedTagEventList') && property === 'items',
  )?.text;
  expect(text).toMatch(/Images the tag has pointed at/);
  expect(text).not.toMatch(/metadata/i);
});

test('the types of a signature condition are those the server knows', () => {
  const text = described.find(
    ({ definition, property }) => definition.endsWith('.SignatureCondition') && property === 'type',
  )?.text;
  expect(text).toMatch(/`Trusted`.*`ForImage`/s);
});

function readDescriptions(): readonly Described[] {
  const sources = readSpecSources(join(ROOT, 'spec'), new DiagnosticBag());
  return sources.definitions.flatMap(({ name, schema }) => [
    { definition: name, property: '', text: textOf(schema) },
    ...Object.entries(objectAt(schema, 'properties')).map(([property, value]) => ({
      definition: name,
      property,
      text: textOf(objectAt(value)),
    })),
  ]);
}

function textOf({ description }: Json): string {
  return typeof description === 'string' ? description : '';
}

/** Old payloads spell `ContainerConfig` as `container_config` and mean the same. */
function meaningOf(property: string): string {
  return property.replaceAll('_', '').toLowerCase();
}

/** At least three words, from a capital or a quoted term to a full stop. */
function isSentence(text: string): boolean {
  return (
    text.length >= 20 && /^[A-Z`0]/.test(text) && /[.)]$/.test(text) && text.split(' ').length >= 3
  );
}

function repeated(texts: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return [...new Set(texts.filter((text) => seen.size === seen.add(text).size))];
}
