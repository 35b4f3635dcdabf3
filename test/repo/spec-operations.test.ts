import { describe, expect, test } from 'vitest';
import { asList, at, objectAt, objectsIn, operationsOf } from './spec-facts.js';
import { readDocument, readFacts } from './spec-facts.js';
import type { Json, OperationFact } from './spec-facts.js';

const facts = readFacts();
const v3 = readDocument('openapi/v3/apis/image.openshift.io/v1.json');
const v2 = readDocument('openapi/v2.json');
const legacy = readDocument('openapi/oapi-v1.json');
const group = '/apis/image.openshift.io/v1/';

describe('operations', () => {
  const current = facts.operations.filter((operation) => !operation.legacy);
  const old = facts.operations.filter((operation) => operation.legacy);

  test.each(current)('$method $path in version 3', (fact) => {
    expect(v3Operation(fact.path, fact.method)).toEqual(operationFact(fact, v3));
  });

  test.each(current)('$method $path in version 2', (fact) => {
    expect(v2Operation(v2, fact.path, fact.method)).toEqual(operationFact(fact, v2));
  });

  test.each(old)('$method $path in the legacy document', (fact) => {
    expect(v2Operation(legacy, fact.path, fact.method)).toEqual(operationFact(fact, legacy));
  });

  test('are those of the facts and discovery, each with an id of its own', () => {
    expect(operationsOf(v3).filter((one) => one['x-kubernetes-action'] !== undefined)).toHaveLength(
      current.length,
    );
    expect(operationsOf(legacy)).toHaveLength(old.length);
    for (const document of [v3, v2, legacy]) {
      const ids = operationsOf(document).map(({ operationId }) => operationId);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  test('kubectl finds dryRun and fieldValidation in place on every write of version 2', () => {
    const writes = operationsOf(v2).filter((one) =>
      /^(post|put|patch)$/.test(String(one['x-kubernetes-action'])),
    );
    const lacking = writes.filter((one) => {
      const path = Object.values(objectAt(v2, 'paths')).find((item) =>
        Object.values(objectAt(item)).includes(one),
      );
      const parameters = [...asList(one['parameters']), ...asList(at(path, 'parameters'))];
      return !['dryRun', 'fieldValidation'].every((name) =>
        parameters.some((parameter) => at(parameter, 'name') === name),
      );
    });
    expect(writes.length).toBe(17);
    expect(lacking).toEqual([]);
  });

  test.each([
    ['version 3', v3],
    ['version 2', v2],
    ['the legacy document', legacy],
  ])('query parameters of %s have the types of the facts', (_name, document) => {
    const found = objectsIn(document).filter(({ in: place }) => place === 'query');
    const told = new Map(found.map((one) => [one['name'], objectAt(one['schema'] ?? one)]));
    const plain = [...told].map(([name, { type, uniqueItems }]) => ({ name, type, uniqueItems }));
    const expected = [...told.keys()].map((name) => {
      return { name, type: facts.parameters[String(name)]?.type, uniqueItems: true };
    });
    expect(plain.length).toBeGreaterThan(10);
    expect(plain).toEqual(expected);
  });

  test('version 3 marks deprecated parameters', () => {
    const found = objectsIn(objectAt(v3, 'paths')).filter((one) => one['deprecated'] === true);
    const names = new Set(found.flatMap(({ name }) => (typeof name === 'string' ? [name] : [])));
    const deprecated = Object.keys(facts.parameters).filter(
      (name) =>
        facts.parameters[name]?.deprecated === true &&
        !['exact', 'export', 'includeUninitialized'].includes(name),
    );
    expect([...names]).toEqual(deprecated);
  });
});

/** What an operation should look like, in terms both OpenAPI versions can be brought into. */
function operationFact(fact: OperationFact, document: Json): unknown {
  return {
    ...(fact.operationId === null ? {} : { operationId: fact.operationId }),
    action: fact.action,
    gvk: fact.gvk,
    tags: [fact.legacy ? 'oapi_v1' : 'imageOpenshiftIo_v1'],
    body: fact.body,
    responses: fact.responses,
    consumes: document === v3 && fact.body === null ? [] : [...fact.consumes].sort(),
    produces: [...fact.produces].sort(),
    deprecated: fact.deprecated,
    pathLevel: [...fact.pathParameters, ...fact.pathLevel].sort(),
    operationLevel: fact.operationLevel,
  };
}

function v3Operation(path: string, method: string): unknown {
  const item = objectAt(v3, 'paths', path);
  const operation = objectAt(item, method);
  const content = objectAt(operation, 'requestBody', 'content');
  const answers = objectAt(operation, 'responses');
  return {
    ...whatBothSay(operation),
    body:
      operation['requestBody'] === undefined
        ? null
        : {
            schema: onlyReference(content),
            required: at(operation, 'requestBody', 'required') === true,
          },
    responses: Object.fromEntries(
      Object.entries(answers).map(([code, answer]) => [
        code,
        onlyReference(objectAt(answer, 'content')),
      ]),
    ),
    consumes: Object.keys(content).sort(),
    produces: Object.keys(objectAt(answers, '200', 'content')).sort(),
    pathLevel: asList(item['parameters']).map((one) => at(one, 'name')),
    operationLevel: asList(operation['parameters']).map((one) => at(one, 'name')),
    ...(String(path).startsWith(group) ? { operationId: operation['operationId'] } : {}),
  };
}

function v2Operation(document: Json, path: string, method: string): unknown {
  const resolve = (one: unknown): Json => {
    const ref = at(one, '$ref');
    return typeof ref === 'string' ? objectAt(document, ...ref.slice(2).split('/')) : objectAt(one);
  };
  const item = objectAt(document, 'paths', path);
  const operation = objectAt(item, method);
  const all = [...asList(item['parameters']), ...asList(operation['parameters'])].map(resolve);
  const body = all.find((one) => one['in'] === 'body');
  const names = (list: unknown): unknown[] =>
    asList(list)
      .map((one) => resolve(one))
      .filter((one) => one['in'] !== 'body')
      .map((one) => one['name']);
  return {
    ...whatBothSay(operation),
    body:
      body === undefined
        ? null
        : { schema: nameOf(at(body, 'schema', '$ref')), required: body['required'] === true },
    responses: Object.fromEntries(
      Object.entries(objectAt(operation, 'responses')).map(([code, answer]) => [
        code,
        nameOf(at(answer, 'schema', '$ref')),
      ]),
    ),
    consumes: [...asList(operation['consumes'])].sort(),
    produces: [...asList(operation['produces'])].sort(),
    pathLevel: names(item['parameters']),
    operationLevel: names(operation['parameters']),
    ...(String(path).startsWith(group) ? { operationId: operation['operationId'] } : {}),
  };
}

function whatBothSay(operation: Json): Json {
  return {
    action: operation['x-kubernetes-action'],
    gvk: operation['x-kubernetes-group-version-kind'],
    tags: operation['tags'],
    deprecated: operation['deprecated'] === true,
  };
}

/** The one definition that all media types of a content name; a list when they differ. */
function onlyReference(content: Json): unknown {
  const names = [
    ...new Set(Object.values(content).map((media) => nameOf(at(media, 'schema', '$ref')))),
  ];
  return names.length > 1 ? names : (names[0] ?? null);
}

function nameOf(ref: unknown): string | null {
  return typeof ref === 'string' ? (ref.split('/').at(-1) ?? null) : null;
}
