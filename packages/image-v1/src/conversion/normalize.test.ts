import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatRepository,
  normalizeImage,
  normalizeImageStream,
  normalizeImageStreamImport,
  normalizeImageStreamTag,
  normalizeImageTag,
} from './normalize.js';

const POLICIES = { importPolicy: { importMode: 'Legacy' }, referencePolicy: { type: 'Source' } };

describe('normalizeImageStream', () => {
  // Evidence: conversion-shape
  it('prints every member the way the server prints it when unset', () => {
    expect(
      normalizeImageStream({ metadata: { name: 'app', labels: null, finalizers: [] }, extra: 1 }),
    ).toEqual({
      apiVersion: 'image.openshift.io/v1',
      kind: 'ImageStream',
      metadata: { name: 'app' },
      spec: { lookupPolicy: { local: false } },
      status: { dockerImageRepository: '' },
    });
  });

  // Evidence: tag-duplicate-last-wins
  // Evidence: default-reference-policy
  // Evidence: default-import-mode
  it('keeps the last tag of a name, sorts by name and fills in policies', () => {
    const tags = [
      { name: 'b' },
      { name: 'a', reference: true },
      null,
      { name: 'a', annotations: { x: 'y' } },
    ];
    expect(normalizeImageStream({ spec: { tags } }).spec?.tags).toEqual([
      { name: '', annotations: null, generation: null, ...POLICIES },
      { name: 'a', annotations: { x: 'y' }, generation: null, ...POLICIES },
      { name: 'b', annotations: null, generation: null, ...POLICIES },
    ]);
  });

  it('fills in the import mode the server is configured with', () => {
    const stream = normalizeImageStream(
      { spec: { tags: [{}] } },
      { importMode: 'PreserveOriginal' },
    );
    expect(stream.spec?.tags?.[0]?.importPolicy).toEqual({ importMode: 'PreserveOriginal' });
  });

  // Evidence: conversion-time
  it('prints times in whole seconds and UTC, and none that is no time', () => {
    const created = (value: string): unknown => {
      const status = { tags: [{ tag: 'v1', items: [{ created: value }] }] };
      return normalizeImageStream({ status }).status?.tags?.[0]?.items?.[0]?.created;
    };
    expect(created('2024-01-01T02:00:00.987+02:00')).toBe('2024-01-01T00:00:00Z');
    expect(created('yesterday')).toBeNull();
  });

  it('takes anything, throws never, and changes nothing when applied again', () => {
    const anything = fc.anything({ withNullPrototype: true });
    const like = fc.record(
      { metadata: anything, spec: anything, status: anything },
      { requiredKeys: [] },
    );
    const tags = fc.record({ spec: fc.record({ tags: fc.array(anything) }) });
    fc.assert(
      fc.property(fc.oneof(anything, like, tags), (value) => {
        const once = normalizeImageStream(value);
        expect(normalizeImageStream(once)).toEqual(once);
      }),
    );
  });

  it('keeps a key called __proto__ an ordinary key', () => {
    const value: unknown = JSON.parse(
      '{"metadata":{"labels":{"__proto__":"x"}},"__proto__":{"kind":"Other"}}',
    );
    const { metadata } = normalizeImageStream(value);
    expect(Object.entries(metadata.labels ?? {})).toEqual([['__proto__', 'x']]);
    expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype);
  });
});

describe('the other kinds', () => {
  it('keeps an absent tag and an absent spec apart from an empty one', () => {
    expect(normalizeImageStreamTag({ tag: null }).tag).toBeNull();
    expect(normalizeImageStreamTag({ tag: { annotations: {} } }).tag).toEqual({
      name: '',
      annotations: {},
      generation: null,
      ...POLICIES,
    });
    expect(normalizeImageTag({}).spec).toBeNull();
  });

  it('keeps what it does not look into', () => {
    const dockerImageMetadata = { Id: 'x', Anything: [1] };
    expect(normalizeImage({ dockerImageMetadata }).dockerImageMetadata).toEqual(
      dockerImageMetadata,
    );
  });

  // Evidence: default-import-target
  it.each([
    ['a/b:1', { name: '1' }],
    ['a/b', undefined],
    [`a/b@sha256:${'a'.repeat(64)}`, undefined],
    [`a/b:1@sha256:${'a'.repeat(64)}`, { name: '1' }],
    ['quay.io:1', undefined],
    ['Bad Name:1', undefined],
  ])('finds the target of an import of %s', (name, to) => {
    const object = normalizeImageStreamImport({ spec: { images: [{ from: { name } }] } });
    expect(object.spec.images?.[0]?.to).toEqual(to);
  });

  it('leaves a target that was given alone, even an empty one', () => {
    const images = [{ from: { name: 'a/b:1' }, to: {} }];
    expect(normalizeImageStreamImport({ spec: { images } }).spec.images?.[0]?.to).toEqual({});
  });
});

describe('formatRepository', () => {
  // Evidence: conversion-repository
  it.each([
    ['quay.io/acme/app', 'quay.io/acme/app'],
    ['quay.io/acme/app:1', 'quay.io/acme/app'],
    ['not a repository', 'not a repository'],
    ['quay.io:5000', 'quay.io:5000'],
  ])('prints %j', (stored, printed) => {
    expect(formatRepository(stored)).toBe(printed);
  });
});
