import { formatFieldError } from '@imagestream/core';
import { describe, expect, it } from 'vitest';
import type { ValidationContext } from '../context.js';
import { validate } from '../validate.js';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const LIMITED = { allowedRegistries: [{ domainName: 'good.test' }], internalRegistry: '' };

function messages(object: object, context: ValidationContext = {}): string[] {
  return validate(object, { operation: 'create', ...context }).map(formatFieldError);
}

function meta(name: string, more: object = {}): object {
  return { name, namespace: 'web', ...more };
}

describe('a stream tag', () => {
  const object = (tag: unknown, more: object = {}, name = 'app:v1'): object => ({
    kind: 'ImageStreamTag',
    metadata: meta(name, more),
    tag,
  });

  it('needs neither a tag nor a colon to be valid', () => {
    expect(messages(object(null, {}, 'app'))).toEqual([]);
    expect(messages(object({ name: 'other', generation: -1 }))).toEqual([]);
  });

  // Evidence: stream-tag-annotations
  it.each([
    [{ a: 'b' }, { a: 'b' }, true],
    [null, { a: 'b' }, true],
    [undefined, { a: 'b' }, true],
    [{}, undefined, true],
    [{}, { a: 'b' }, false],
    [{ a: 'c' }, { a: 'b' }, false],
    [{ a: 'b' }, undefined, false],
  ])('with tag annotations %j over %j', (ofTag, ofMetadata, accepted) => {
    const detail =
      'tag annotations must not be provided or must be equal to the object meta annotations';
    const tag = { name: 'v1', annotations: ofTag };
    expect(messages(object(tag, { annotations: ofMetadata }))).toEqual(
      accepted ? [] : [`tag.annotations: Invalid value: "<map>": ${detail}`],
    );
  });

  // Evidence: stream-tag-update
  // Evidence: stream-tag-update-prepare
  it('is updated in its tag and its annotations', () => {
    const stored = { resourceVersion: '5', uid: 'u', labels: { l: '1' } };
    const oldObject = { ...object({ name: 'v1' }, stored), image: { metadata: { name: DIGEST } } };
    const update = { operation: 'update' as const, oldObject };
    const tag = { name: 'v1', reference: true, annotations: { ignored: 'x' } };
    expect(messages(object(tag, { ...stored, annotations: { a: 'b' } }), update)).toEqual([]);
    expect(messages(object(tag, {}), update)).toEqual([]);
    expect(messages(object(tag, { ...stored, labels: { l: '2' } }), update)).toEqual([
      'metadata: Invalid value: "": may not update fields other than metadata.annotations',
    ]);
  });

  it('may go on using its old registry', () => {
    const from = { kind: 'DockerImage', name: 'evil.test/x:1' };
    const oldObject = object({ name: 'v1', from }, { resourceVersion: '5' });
    const update = { ...LIMITED, operation: 'update' as const, oldObject };
    const sent = (name: string): object =>
      object({ name: 'v1', from: { ...from, name } }, { resourceVersion: '5' });
    expect(messages(sent('evil.test/x:2'), update)).toEqual([]);
    expect(messages(sent('evil.test/y'), update)).toHaveLength(1);
  });
});

describe('an image tag', () => {
  const object = (spec: unknown, more: object = {}, name = 'app:v1'): object => ({
    kind: 'ImageTag',
    metadata: meta(name, more),
    spec,
  });

  // Evidence: image-tag-spec-required
  // Evidence: image-tag-name
  // Evidence: image-tag-create-prepare
  it.each([
    ['app:v1', { name: 'v1' }, []],
    ['app:v1', {}, []],
    ['app:', { name: 'latest' }, []],
    ['app:v1', null, ['spec: Required value: spec is a required field during creation']],
    ['app:v1', { name: 'v2' }, ['spec.name: Invalid value: "v2": must match image tag name']],
    ['app', { name: 'latest' }, ['spec.name: Invalid value: "latest": must match image tag name']],
    ['app', {}, ['spec.name: Invalid value: "latest": must match image tag name']],
  ])('called %s with spec %j is judged', (name, spec, expected) => {
    expect(messages(object(spec, {}, name))).toEqual(expected);
  });

  it('as it stands may be without a spec', () => {
    expect(messages(object(null), { operation: 'object' })).toEqual([]);
  });

  // Evidence: image-tag-update-metadata
  // Evidence: image-tag-update-status
  it('is updated in its spec alone, which may go', () => {
    const stored = { resourceVersion: '5', uid: 'u' };
    const status = {
      tag: 'v1',
      items: [{ image: DIGEST, dockerImageReference: 'a', generation: 1 }],
    };
    const oldObject = { ...object({ name: 'v1' }, stored), status };
    const update = { operation: 'update' as const, oldObject };
    const detail = 'may not update fields other than spec';
    expect(messages({ ...object(null, stored), status }, update)).toEqual([]);
    expect(messages({ ...object({ name: 'v1', reference: true }, {}), status }, update)).toEqual(
      [],
    );
    expect(
      messages({ ...object(null, { ...stored, labels: { a: 'b' } }), status }, update),
    ).toEqual([`metadata: Invalid value: "": ${detail}`]);
    expect(messages(object(null, stored), update)).toEqual([
      `status: Invalid value: "": ${detail}`,
    ]);
  });
});

describe('a mapping', () => {
  const object = (parts: object, metadata: object = meta('app')): object => ({
    kind: 'ImageStreamMapping',
    metadata,
    image: { metadata: { name: DIGEST }, dockerImageReference: 'a/b' },
    tag: 'v1',
    ...parts,
  });

  // Evidence: mapping-stream-required
  // Evidence: mapping-namespace
  // Evidence: mapping-tag-required
  it.each<[object, object | undefined, string[]]>([
    [{}, meta('Any Name'), []],
    [{ tag: '' }, undefined, ['tag: Required value']],
    [
      {},
      { namespace: 'web' },
      [
        'metadata.name: Required value: name or generateName is required',
        'name: Required value',
        'dockerImageRepository: Required value',
      ],
    ],
    [
      {},
      { name: 'app' },
      [
        'metadata.namespace: Required value',
        expect.stringContaining('metadata.namespace: Invalid value: "": a lowercase') as string,
      ],
    ],
    [
      { image: { metadata: { name: 'a/b' }, dockerImageReference: 'x' } },
      undefined,
      ['image.metadata.name: Invalid value: "a/b": may not contain \'/\''],
    ],
  ])('like %j with metadata %j is judged', (parts, metadata, expected) => {
    expect(messages(object(parts, metadata))).toEqual(expected);
  });

  // Evidence: mapping-prepare
  it.each([
    [{ metadata: { name: DIGEST } }, 'registry.svc:5000', []],
    [{ metadata: { name: DIGEST } }, '', ['image.dockerImageReference: Required value']],
    [
      { metadata: { name: 'No Digest' } },
      'registry.svc:5000',
      [
        'image.dockerImageReference: Invalid value: "registry.svc:5000/web/app:No Digest": invalid reference format',
      ],
    ],
    [{ metadata: { name: DIGEST }, signatures: [{ type: '' }] }, 'registry.svc:5000', []],
  ])('gives image %j a place in registry %j', (image, internalRegistry, expected) => {
    expect(messages(object({ image }), { internalRegistry })).toEqual(expected);
  });
});

describe('an import', () => {
  const object = (spec: object): object => ({
    kind: 'ImageStreamImport',
    metadata: meta('app'),
    spec: { import: true, ...spec },
  });
  const docker = (name: string): object => ({ kind: 'DockerImage', name });

  // Evidence: import-nothing
  // Evidence: import-kind
  // Evidence: import-target
  // Evidence: import-name-required
  // Evidence: import-repository-reference
  // Evidence: import-wildcard
  it.each<[object, string[]]>([
    [
      {},
      [
        'spec.images: Invalid value: null: you must specify at least one image or a repository import',
      ],
    ],
    [{ images: [{ from: docker('a/b') }] }, []],
    [
      { images: [{ from: { kind: 'x', name: 'Bad' }, to: {}, importPolicy: { importMode: 'x' } }] },
      [
        'spec.images[0].from.kind: Invalid value: "x": only DockerImage is supported',
        "spec.images[0].importPolicy.importMode: Invalid value: \"x\": invalid import mode, valid modes are '', 'Legacy', 'PreserveOriginal'",
      ],
    ],
    [
      { images: [{ from: docker('*'), to: {}, importPolicy: { importMode: 'x' } }] },
      ['spec.images[0].to.name: Invalid value: "": the name of the target tag must be specified'],
    ],
    [{ images: [{ from: docker('') }] }, ['spec.images[0].from.name: Required value']],
    [{ images: [{ from: docker('a'), referencePolicy: { type: 'x' } }] }, []],
    [{ repository: { from: docker('a/b') } }, []],
    [
      { repository: { from: docker('') } },
      ['spec.repository.from.name: Required value: container image references require a name'],
    ],
    [
      { repository: { from: docker('*') } },
      ['spec.repository.from.name: Invalid value: "*": invalid reference format'],
    ],
    [
      { repository: { from: docker('a:1') } },
      [
        'spec.repository.from.name: Invalid value: "a:1": you must specify an image repository, not a tag or ID',
      ],
    ],
    [
      { repository: { from: {} } },
      ['spec.repository.from.kind: Invalid value: "": only DockerImage is supported'],
    ],
  ])('of %j is judged', (spec, expected) => {
    expect(messages(object(spec))).toEqual(expected);
  });

  // Evidence: import-registry
  it('is held to the allowed registries for users who may create no images', () => {
    const spec = {
      repository: { from: docker('evil.test/a'), importPolicy: { insecure: true } },
      images: [{ from: docker('good.test/a:1') }, { from: docker('ruby') }],
    };
    const refused = (at: string, address: string): string =>
      `${at}.from.name: Forbidden: importing images from registry "${address}" is forbidden: registry "${address}" not allowed by whitelist: "good.test:443"`;
    expect(messages(object(spec), LIMITED)).toEqual([]);
    expect(messages(object(spec), { ...LIMITED, restrictsImports: true })).toEqual([
      refused('spec.repository', 'evil.test:80'),
      refused('spec.images[1]', 'docker.io:443'),
    ]);
  });
});
