import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { DiagnosticBag } from '../../src/diagnostics.js';
import { generate } from '../../src/generate.js';
import { loadDocument, parseDocuments } from '../../src/load/load-inputs.js';
import { pluralOfKind } from '../../src/plan/names.js';
import { compileErrors } from '../support/compile.js';
import { generateFrom, generateFromSchemas } from '../support/generate-from.js';

const text = { type: 'string' };
const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const boxes = '/apis/toys.example.com/v1/namespaces/{namespace}/boxes';

function kindOf(kind: string): object {
  return {
    type: 'object',
    properties: {
      apiVersion: text,
      kind: text,
      metadata: { $ref: `#/definitions/${meta}.ObjectMeta` },
    },
    'x-kubernetes-group-version-kind': [{ group: 'toys.example.com', version: 'v1', kind }],
  };
}

function operation(action: string, kind: string, more: object = {}): object {
  return {
    operationId: `${action}${kind}`,
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group: 'toys.example.com', version: 'v1', kind },
    responses: {
      200: { description: 'OK', schema: { $ref: `#/definitions/com.example.toys.v1.${kind}` } },
    },
    ...more,
  };
}

const swagger = {
  swagger: '2.0',
  paths: {
    [boxes]: { get: operation('list', 'Box'), post: operation('post', 'Box') },
    [`${boxes}/{name}`]: {
      parameters: [{ $ref: '#/parameters/name' }],
      get: operation('get', 'Box'),
      delete: operation('delete', 'Box'),
    },
    [`${boxes}/{name}/shake`]: {
      post: operation('post', 'Shake', {
        parameters: [
          { in: 'body', name: 'body', schema: { $ref: '#/definitions/com.example.toys.v1.Shake' } },
        ],
      }),
    },
    [`${boxes}/{name}/log`]: {
      get: operation('get', 'Box', { responses: { 200: { description: 'OK', schema: text } } }),
    },
    [`${boxes}/{name}/exec`]: {
      get: operation('connect', 'Box'),
      post: operation('connect', 'Box'),
    },
    '/apis/toys.example.com/v1/watch/boxes': { get: operation('watchlist', 'Box') },
    '/apis/toys.example.com/v1/': { get: { operationId: 'getResources', responses: {} } },
  },
  parameters: { name: { in: 'path', name: 'name', required: true, type: 'string' } },
  definitions: {
    'com.example.toys.v1.Box': kindOf('Box'),
    'com.example.toys.v1.Shake': kindOf('Shake'),
    [`${meta}.ObjectMeta`]: { type: 'object', properties: { name: text } },
  },
};

describe('Swagger 2.0', () => {
  test('a resource has the verbs of its operations; what it connects to is reported', async () => {
    const { files, diagnostics } = await generateFrom(JSON.stringify(swagger));
    const resources = files.find(({ path }) => path === 'toys-v1/resources.ts')?.text ?? '';
    expect(resources).toContain("verbs: ['create', 'delete', 'get', 'list', 'watch'],");
    expect(resources).toContain("readonly log: SubresourceDescriptor<Box, 'get'>;");
    expect(resources).toContain("readonly shake: SubresourceDescriptor<Shake, 'create'>;");
    expect(resources).not.toContain('exec');
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
      ['unsupported-operation', 'info'],
      ['unsupported-operation', 'info'],
    ]);
    expect(compileErrors(files)).toEqual([]);
  });

  test('a reference with siblings means what version 3 writes as allOf', async () => {
    const inner = { description: 'The lid.', default: {}, 'x-kubernetes-map-type': 'atomic' };
    const schemas = (reference: object): Record<string, object> => ({
      'com.example.v1.A': { type: 'object', properties: { lid: { ...reference, ...inner } } },
      'com.example.v1.B': { type: 'object', properties: { c: text } },
    });
    const two = {
      swagger: '2.0',
      paths: null,
      definitions: schemas({ $ref: '#/definitions/com.example.v1.B' }),
    };
    const three = {
      openapi: '3.0.0',
      components: {
        schemas: schemas({ allOf: [{ $ref: '#/components/schemas/com.example.v1.B' }] }),
      },
    };
    const [fromTwo, fromThree] = await Promise.all(
      [two, three].map((one) => generateFrom(JSON.stringify(one))),
    );
    expect(fromTwo?.files).toEqual(fromThree?.files);
  });

  test('our own documents of both versions give the same types, but for what version 2 leaves out', async () => {
    const read = async (path: string): Promise<string> => {
      const file = fileURLToPath(new URL(`../../../spec/openapi/${path}`, import.meta.url));
      const { files } = await generateFrom(readFileSync(file, 'utf8'), {
        groups: ['image.openshift.io/v1'],
      });
      const types = files.find((one) => one.path === 'image-v1/types.ts')?.text ?? '';
      // Version 2 has no defaults, from which nulls of zero times and raw objects follow, and no word
      // for what is deprecated.
      return types.replaceAll(' | null', '').replaceAll(/^ +\* @deprecated\n/gm, '');
    };
    expect(await read('v2.json')).toBe(await read('v3/apis/image.openshift.io/v1.json'));
  });
});

describe('Kubernetes shapes', () => {
  test('come out as what the wire carries', async () => {
    const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` });
    const { text: read, codes } = await generateFromSchemas({
      'com.example.v1.A': {
        type: 'object',
        properties: {
          anything: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
          bytes: { type: 'string', format: 'byte' },
          child: { type: 'object', 'x-kubernetes-embedded-resource': true },
          limit: ref('io.k8s.apimachinery.pkg.api.resource.Quantity'),
          nullable: { type: 'string', nullable: true },
          old: { type: 'string', deprecated: true },
          port: {
            anyOf: [{ type: 'integer' }, { type: 'string' }],
            'x-kubernetes-int-or-string': true,
          },
          raw: { allOf: [ref('io.k8s.apimachinery.pkg.runtime.RawExtension')], default: {} },
          since: { allOf: [ref(`${meta}.Time`)], default: {} },
          until: ref(`${meta}.Time`),
          wide: { type: ['string', 'null'] },
        },
      },
      'io.k8s.apimachinery.pkg.api.resource.Quantity': text,
      'io.k8s.apimachinery.pkg.runtime.RawExtension': { type: 'object' },
      [`${meta}.Time`]: { type: 'string', format: 'date-time' },
    });
    expect(codes).toEqual([]);
    expect(
      read('example-v1/types.ts')
        .split('\n')
        .slice(6, -2)
        .map((line) => line.trim()),
    ).toEqual([
      'export interface A {',
      'anything?: Record<string, unknown>;',
      'bytes?: string;',
      'child?: { apiVersion: string; kind: string } & Record<string, unknown>;',
      'limit?: Quantity;',
      'nullable?: string | null;',
      '/** @deprecated */',
      'old?: string;',
      'port?: number | string;',
      'raw?: RawExtension | null;',
      'since?: Time | null;',
      'until?: Time;',
      'wide?: string | null;',
    ]);
  });
});

describe('custom resources', () => {
  const crd = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: boxes.toys.example.com }
spec:
  group: toys.example.com
  names: { kind: Box, listKind: BoxList, plural: boxes, singular: box, shortNames: [bx] }
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      subresources: { status: {} }
      schema:
        openAPIV3Schema:
          type: object
          description: A box.
          required: [spec]
          properties:
            apiVersion: { type: string }
            kind: { type: string }
            metadata: { type: object }
            spec:
              type: object
              properties:
                lid: { type: string, enum: ['', Hinged] }
                size: { type: integer, minimum: 1 }
    - { name: v1alpha1, served: false, storage: false, schema: { openAPIV3Schema: { type: object } } }
`;

  test('give kinds with ObjectMeta, a list, every verb and the status subresource', async () => {
    const { files, diagnostics } = await generateFrom(crd, {}, 'boxes.yaml');
    expect(diagnostics).toEqual([]);
    const read = (path: string): string => files.find((one) => one.path === path)?.text ?? '';
    expect(read('toys-v1/types.ts')).toContain('  metadata: ObjectMeta;');
    expect(read('toys-v1/types.ts')).toContain("lid?: '' | 'Hinged';");
    expect(read('toys-v1/types.ts')).toContain('export interface BoxList {');
    expect(read('toys-v1/resources.ts')).toContain("shortNames: ['bx'],");
    expect(read('toys-v1/resources.ts')).toContain('readonly status: SubresourceDescriptor<Box,');
    expect(compileErrors(files)).toEqual([]);
  });

  test('of an old API version are refused with a reason', async () => {
    await expect(
      generateFrom('kind: CustomResourceDefinition\nspec: { version: v1 }\n'),
    ).rejects.toThrow('malformed-schema');
  });
});

describe('several inputs', () => {
  const documentWith = (property: string): string =>
    JSON.stringify({
      openapi: '3.0.0',
      components: {
        schemas: { 'com.example.v1.Shared': { type: 'object', properties: { [property]: text } } },
      },
    });

  async function both(first: string, second: string): Promise<readonly string[]> {
    const bag = new DiagnosticBag();
    const inputs = [first, second].flatMap((one, index) =>
      parseDocuments(`${index}.json`, one, bag).flatMap((document) => loadDocument(document, bag)),
    );
    const { diagnostics } = await generate(inputs, {}, bag);
    return diagnostics.map(({ code, source }) => `${code} ${source.file}`);
  }

  test('may share definitions', async () => {
    expect(await both(documentWith('a'), documentWith('a'))).toEqual([]);
  });

  test('that disagree on a definition are reported', async () => {
    expect(await both(documentWith('a'), documentWith('b'))).toEqual([
      'duplicate-definition 1.json',
    ]);
  });
});

test.each([
  ['NetworkPolicy', 'networkpolicies', 'networkPolicies'],
  ['CSIDriver', 'csidrivers', 'csiDrivers'],
  ['APIService', 'apiservices', 'apiServices'],
  ['Endpoints', 'endpoints', 'endpoints'],
  ['Ingress', 'ingresses', 'ingresses'],
  ['Person', 'people', 'people'],
])(
  'the resource of %s is called as its plural %s, with the capitals of the kind',
  (kind, plural, name) => {
    expect(pluralOfKind(kind, plural)).toBe(name);
  },
);
