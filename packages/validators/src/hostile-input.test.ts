import { formatFieldError, isFieldError } from '@imagestream/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Operation, ValidationContext } from './context.js';
import { validate } from './validate.js';

const KINDS = [
  'Image',
  'ImageList',
  'ImageSignature',
  'ImageStream',
  'ImageStreamImage',
  'ImageStreamImport',
  'ImageStreamLayers',
  'ImageStreamMapping',
  'ImageStreamTag',
  'ImageTag',
  'SecretList',
];
const OPERATIONS: Operation[] = ['create', 'update', 'statusUpdate', 'object'];

/** Names that mean something to the API or to JavaScript, so that random objects get somewhere. */
const NAMES = [
  'metadata',
  'name',
  'namespace',
  'labels',
  'annotations',
  'spec',
  'status',
  'tags',
  'tag',
  'from',
  'kind',
  'items',
  'image',
  'images',
  'repository',
  'to',
  'generation',
  'conditions',
  'signatures',
  'dockerImageReference',
  'dockerImageManifest',
  'dockerImageManifests',
  'manifests',
  'config',
  'imageMissing',
  'blobs',
  'dockerImageMetadata',
  'dockerImageMetadataVersion',
  'layers',
  'resourceVersion',
  'ownerReferences',
  'finalizers',
  'managedFields',
  'importPolicy',
  'referencePolicy',
  'type',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'length',
];

const TEXTS = [
  '',
  'a',
  'app:v1',
  'a@b',
  'DockerImage',
  'ImageStreamTag',
  'ImageStreamImage',
  'quay.io/a/b:1',
  'Bad Name',
  '\ud800',
  '__proto__',
  '1.0',
  '{"schemaVersion":2,"layers":[null]}',
  'sha256:',
  '2024-01-01T00:00:00Z',
];

const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom<unknown>(...TEXTS, null, true, false, 0, -1, 1e300, 0.5, undefined),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc
      .array(fc.tuple(fc.constantFrom(...NAMES), tie('tree')), { maxLength: 6 })
      .map((entries) => Object.fromEntries(entries)),
  ),
}));

function expectErrors(errors: unknown[]): void {
  expect(errors.every(isFieldError)).toBe(true);
}

function tags(count: number, make: (index: number) => object): object {
  return {
    kind: 'ImageStream',
    metadata: { name: 'app', namespace: 'web', resourceVersion: '5', generation: 1 },
    spec: {
      tags: Array.from({ length: count }, (_, index) => ({ name: `t${index}`, ...make(index) })),
    },
  };
}

describe('validate, on anything at all', { timeout: 120_000 }, () => {
  it('returns field errors and never throws', () => {
    const objects = fc
      .tuple(fc.constantFrom(...KINDS), tree, tree)
      .map(([kind, object, oldObject]) => ({
        object: typeof object === 'object' && object !== null ? { ...object, kind } : object,
        oldObject,
      }));
    const contexts = fc.record({
      operation: fc.constantFrom(...OPERATIONS),
      mode: fc.constantFrom('server' as const, 'strict' as const),
      allowedRegistries: fc.constantFrom(undefined, [], [{ domainName: '*' }]),
      restrictsImports: fc.boolean(),
    });
    fc.assert(
      fc.property(objects, contexts, ({ object, oldObject }, { allowedRegistries, ...rest }) => {
        const context: ValidationContext = { ...rest, oldObject };
        const errors = validate(
          object,
          allowedRegistries === undefined ? context : { ...context, allowedRegistries },
        );
        expectErrors(errors);
        expect(errors.map(formatFieldError).every((text) => text.includes(': '))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('changes nothing and answers the same again', () => {
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), tree, (kind, rest) => {
        const object = { ...(rest as object), kind };
        const before = structuredClone(object);
        const first = validate(object, { operation: 'create' });
        expect(validate(object, { operation: 'create' })).toEqual(first);
        expect(object).toEqual(before);
      }),
      { numRuns: 500 },
    );
  });

  it('says at a place that is there what is wrong with it', () => {
    const object: unknown = JSON.parse(
      '{"kind":"ImageStream","metadata":{"name":"a","namespace":"b","labels":{"__proto__":"bad value!"}}}',
    );
    const errors = validate(object, { operation: 'create' });
    expect(errors.map(({ field, badValue }) => [field, badValue])).toEqual([
      ['metadata.labels', '__proto__'],
      ['metadata.labels', 'bad value!'],
    ]);
  });
});

describe('validate, on objects of each kind with anything in them', { timeout: 120_000 }, () => {
  it('returns field errors and never throws', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withNullPrototype: true,
      maxDepth: 4,
    });
    const members = fc.record(
      {
        metadata: anything,
        spec: anything,
        status: anything,
        tag: anything,
        image: anything,
        images: fc.dictionary(fc.constantFrom('', 'x'), anything),
        signatures: anything,
        items: anything,
        dockerImageMetadata: anything,
        dockerImageManifests: anything,
        content: anything,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), members, anything, (kind, object, oldObject) => {
        for (const operation of OPERATIONS) {
          const errors = validate({ ...object, kind }, { operation, oldObject });
          expectErrors(errors);
          expect(errors.map(formatFieldError).every((text) => text.includes(': '))).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('validate, on huge objects', { timeout: 120_000 }, () => {
  const many = 100_000;
  const from = (kind: string, name: string): object => ({ from: { kind, name } });

  it.each<[string, object, number]>([
    ['fine tags', tags(many, () => from('DockerImage', 'quay.io/a/b:1')), 0],
    ['bad tags', tags(many, () => from('DockerImage', 'Bad')), many],
    [
      'tags that follow each other',
      tags(many, (index) => from('ImageStreamTag', `t${index + 1}`)),
      0,
    ],
    [
      'tags in a circle',
      tags(many, (index) => from('ImageStreamTag', `t${(index + 1) % many}`)),
      0,
    ],
    [
      'mere references',
      tags(many, () => ({ ...from('DockerImage', 'Bad'), reference: true })),
      2 * many,
    ],
    ['tags of one name', tags(many, () => ({ name: 'same' })), 0],
  ])('judges a hundred thousand %s', (_, object, count) => {
    expect(validate(object, { operation: 'create' })).toHaveLength(count);
  });

  it('judges a hundred thousand changed tags of an update', () => {
    const object = tags(many, () => from('DockerImage', 'quay.io/a/b:1'));
    const oldObject = tags(many, () => from('DockerImage', 'quay.io/a/b:2'));
    expect(validate(object, { operation: 'update', oldObject })).toEqual([]);
  });

  it('judges a hundred thousand events, labels and images of a request', () => {
    const list = <T>(item: T): T[] => Array.from({ length: many }, () => item);
    const status = {
      tags: [
        { tag: 'v1', items: list({ dockerImageReference: 'Bad', image: 'x', generation: 9 }) },
      ],
    };
    const stream = { ...tags(0, () => ({})), status };
    expect(validate(stream)).toHaveLength(3 * many);
    const labels = Object.fromEntries(
      Array.from({ length: many }, (_, index) => [`bad ${index}`, 'x']),
    );
    expect(
      validate({ kind: 'ImageTag', metadata: { labels } }, { operation: 'create' }).length,
    ).toBeGreaterThan(many);
    const images = list({ from: { kind: 'x' } });
    const request = {
      kind: 'ImageStreamImport',
      metadata: { name: 'a', namespace: 'b' },
      spec: { images },
    };
    expect(validate(request, { operation: 'create' })).toHaveLength(many);
  });

  it('judges texts of ten megabytes', () => {
    const text = 'A/'.repeat(5_000_000);
    expectErrors(
      validate(
        tags(1, () => from('DockerImage', text)),
        { operation: 'create' },
      ),
    );
    const metadata = {
      name: text,
      namespace: text,
      annotations: { [text]: text },
      labels: { [text]: text },
    };
    expectErrors(validate({ kind: 'ImageStream', metadata }, { operation: 'create' }));
    const image = {
      kind: 'Image',
      metadata: { name: 'a' },
      dockerImageManifest: text,
      dockerImageReference: text,
    };
    expectErrors(validate(image, { operation: 'create' }));
  });

  it('judges objects nested deep and in circles, where nobody looks inside', () => {
    let deep: object = {};
    for (let depth = 0; depth < 50_000; depth += 1) deep = { deep };
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    for (const part of [deep, circle]) {
      const metadata = { name: 'app:v1', namespace: 'web', managedFields: [{ fieldsV1: part }] };
      const image = {
        metadata: { name: 'x' },
        dockerImageMetadata: part,
        dockerImageReference: 'a',
      };
      for (const kind of KINDS) {
        const object = {
          kind,
          metadata,
          image,
          dockerImageMetadata: part,
          extra: part,
          spec: null,
        };
        for (const operation of OPERATIONS) {
          expectErrors(
            validate(object, { operation, oldObject: { ...object, image: { ...image } } }),
          );
        }
      }
      expectErrors(validate({ kind: 'ImageStream', metadata: part, spec: part, status: part }));
    }
  });
});
