import { formatFieldError } from '@imagestream/core';
import { describe, expect, it } from 'vitest';
import type { ValidationContext } from '../context.js';
import { validate } from '../validate.js';
import { validateImageStreamLayers } from './image-stream-layers.js';

const DIGEST = `sha256:${'a'.repeat(64)}`;

function messages(object: object, context: ValidationContext = {}): string[] {
  return validate(object, { operation: 'create', ...context }).map(formatFieldError);
}

function image(parts: object, metadata: object = {}): object {
  return {
    kind: 'Image',
    metadata: { name: DIGEST, ...metadata },
    dockerImageReference: 'a/b',
    ...parts,
  };
}

function signature(parts: object, metadata: object = {}): object {
  return {
    kind: 'ImageSignature',
    metadata: { name: 'a@b', ...metadata },
    type: 'atomic',
    content: 'AAEC',
    ...parts,
  };
}

describe('an image', () => {
  // Evidence: image-reference-required
  it('has a pull spec that can be read', () => {
    expect(messages(image({ dockerImageReference: '' }))).toEqual([
      'dockerImageReference: Required value',
    ]);
    expect(messages(image({ dockerImageReference: 'a b' }))).toEqual([
      'dockerImageReference: Invalid value: "a b": invalid reference format',
    ]);
  });

  it('may have any name that fits into a URL, and loses its namespace', () => {
    expect(messages(image({}, { name: 'Not A Digest', namespace: 'web' }))).toEqual([]);
    expect(messages(image({}, { name: '..' }))).toEqual([
      'metadata.name: Invalid value: "..": may not be \'..\'',
    ]);
  });

  // Evidence: image-manifest-digest
  // Evidence: image-manifest-media-type
  // Evidence: image-manifest-architecture
  // Evidence: image-manifest-os
  // Evidence: image-manifest-size
  it.each<[object, string[]]>([
    [{}, []],
    [{ digest: `anything md5:${'0'.repeat(32)} goes` }, []],
    [
      { digest: 'x' },
      ['digest: Invalid value: "x": digest does not conform with OCI image specification'],
    ],
    [{ mediaType: ' a/b ' }, []],
    [{ mediaType: `a/${'b'.repeat(127)}` }, []],
    [
      { mediaType: `a/${'b'.repeat(128)}` },
      [`mediaType: Invalid value: "a/${'b'.repeat(128)}": media type does not conform to RFC6838`],
    ],
    [
      { mediaType: 'a.b/c' },
      ['mediaType: Invalid value: "a.b/c": media type does not conform to RFC6838'],
    ],
    [{ architecture: '', os: '' }, ['architecture: Required value', 'os: Required value']],
    [{ manifestSize: -1 }, ['size: Invalid value: -1: manifest size cannot be negative']],
  ])('with the sub-manifest %j is judged', (part, bodies) => {
    const manifest = {
      digest: DIGEST,
      mediaType: 'a/b',
      manifestSize: 1,
      architecture: 'amd64',
      os: 'linux',
    };
    expect(messages(image({ dockerImageManifests: [{ ...manifest, ...part }] }))).toEqual(
      bodies.map((body) => `dockerImageManifests[0].${body}`),
    );
  });

  // Evidence: image-layers-and-manifests
  it('has layers or sub-manifests, layers that a manifest brings included', () => {
    const manifest = {
      digest: DIGEST,
      mediaType: 'a/b',
      manifestSize: 1,
      architecture: 'amd64',
      os: 'linux',
    };
    const text = JSON.stringify({
      schemaVersion: 2,
      layers: [{ digest: 'd', size: 5, mediaType: 'm/t' }],
    });
    const value = '[{"Name":"d","LayerSize":5,"MediaType":"m/t"}]';
    expect(
      messages(image({ dockerImageManifests: [manifest], dockerImageManifest: text })),
    ).toEqual([
      `dockerImageLayers: Invalid value: ${value}: dockerImageLayers should not be set when dockerImageManifests is set`,
    ]);
  });

  it.each<[object, object, string[]]>([
    [{ Id: 'x', Created: null, Config: { Env: [null] }, Other: 1 }, {}, []],
    [{ kind: 'DockerImage', apiVersion: 'image.openshift.io/1.0' }, {}, []],
    [{ id: 'x', size: 5 }, { dockerImageMetadataVersion: 'pre012' }, []],
    [
      { size: 'x' },
      { dockerImageMetadataVersion: 'pre012' },
      ['.size: Invalid value: "x": must be a whole number'],
    ],
    [
      { Size: 'x', Created: 'never', Config: { Env: ['a', 1], Labels: { l: 1 }, Volumes: [] } },
      {},
      [
        '.Created: Invalid value: "never": must be an RFC 3339 time',
        '.Config.Env[1]: Invalid value: 1: must be a text',
        '.Config.Volumes: Invalid value: []: must be an object',
        '.Config.Labels.l: Invalid value: 1: must be a text',
        '.Size: Invalid value: "x": must be a whole number',
      ],
    ],
    [
      { kind: 'Unknown', apiVersion: 'a/b' },
      {},
      [
        ': Invalid value: {"kind":"Unknown","apiVersion":"a/b"}: no kind "Unknown" is registered for version "a/b"',
      ],
    ],
  ])('with the metadata %j (%j) can be decoded or not', (dockerImageMetadata, parts, found) => {
    const expected = found.map((text) => `dockerImageMetadata${text}`);
    expect(messages(image({ dockerImageMetadata, ...parts })).sort()).toEqual(expected.sort());
    const mapping = {
      kind: 'ImageStreamMapping',
      metadata: { name: 'a', namespace: 'b' },
      tag: 'v1',
    };
    const embedded = image({ dockerImageMetadata, ...parts });
    expect(messages({ ...mapping, image: embedded }).sort()).toEqual(
      expected.map((text) => `image.${text}`).sort(),
    );
  });

  it('names its signatures by position', () => {
    expect(messages(image({ signatures: [signature({}), signature({ type: '' })] }))).toEqual([
      'signatures[1].type: Required value',
    ]);
  });

  it('is judged in an update as it would be stored', () => {
    const oldObject = image({}, { resourceVersion: '5', uid: 'u' });
    const context = { operation: 'update' as const, oldObject };
    expect(messages(image({}, { resourceVersion: '5', generation: -1 }), context)).toEqual([]);
    expect(messages(image({}), context)).toEqual([
      'metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    ]);
  });
});

describe('a signature', () => {
  // Evidence: signature-labels
  // Evidence: signature-annotations
  // Evidence: signature-type
  // Evidence: signature-content
  it.each<[object, object, string[]]>([
    [{}, { labels: { a: 'b' } }, ['metadata.labels: Forbidden: signature labels cannot be set']],
    [
      {},
      { annotations: { a: 'b' } },
      ['metadata.annotations: Forbidden: signature annotations cannot be set'],
    ],
    [{ type: 'anything' }, {}, []],
    [{ type: '', content: null }, {}, ['type: Required value', 'content: Required value']],
    [
      {},
      { name: '' },
      [
        'metadata.name: Required value: name or generateName is required',
        'metadata.name: Invalid value: "": name must be of format <imageName>@<signatureName>',
      ],
    ],
    [
      {},
      { finalizers: ['mine'] },
      [
        'metadata.finalizers[0]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
      ],
    ],
  ])('like %j with metadata %j is judged', (parts, metadata, expected) => {
    expect(messages(signature(parts, metadata))).toEqual(expected);
  });

  const trusted = { type: 'Trusted', status: 'True' };
  const forImage = { type: 'ForImage', status: 'True' };

  // Evidence: signature-conditions
  // Evidence: signature-unset
  it.each<[object, string[]]>([
    [{ conditions: [trusted, forImage], imageIdentity: 'x' }, []],
    [{ conditions: [] }, []],
    [{ conditions: [{ type: 'Other', status: 'True' }] }, []],
    [
      { conditions: [forImage] },
      [
        'conditions: Invalid value: [{"Type":"ForImage","Status":"True","LastProbeTime":null,"LastTransitionTime":null,"Reason":"","Message":""}]: missing "Trusted" condition type',
      ],
    ],
    [
      {
        conditions: [{ ...trusted, status: 'Unknown' }, forImage],
        signedClaims: { b: '2', a: '1' },
      },
      ['signedClaims: Invalid value: {"a":"1","b":"2"}: must be unset for unknown signature state'],
    ],
    [
      {
        conditions: [
          { ...trusted, lastProbeTime: '2024-01-02T00:00:00Z' },
          { ...trusted, status: 'Unknown', lastProbeTime: '2024-01-01T00:00:00Z' },
          forImage,
        ],
        issuedTo: { publicKeyID: 'k' },
      },
      [],
    ],
    [
      { issuedTo: { publicKeyID: 'k' } },
      [
        'issuedTo: Invalid value: {"Organization":"","CommonName":"","PublicKeyID":"k"}: must be unset for unknown signature state',
      ],
    ],
  ])('as it stands with %j is judged', (parts, expected) => {
    expect(messages(signature(parts), { operation: 'object' })).toEqual(expected);
  });

  // Evidence: signature-create-reset
  it('loses on create what only a check may say', () => {
    expect(
      messages(signature({ conditions: [trusted], imageIdentity: 'x', issuedBy: {} })),
    ).toEqual([]);
  });

  // Evidence: signature-type-immutable
  // Evidence: signature-content-immutable
  it('never changes type and content', () => {
    const oldObject = signature({}, { resourceVersion: '5' });
    const changed = signature({ type: 'x', content: 'AAAA' }, { resourceVersion: '5' });
    expect(messages(changed, { operation: 'update', oldObject })).toEqual([
      'type: Forbidden: cannot change signature type',
      'content: Forbidden: cannot change signature content',
    ]);
  });
});

describe('a layers view', () => {
  // Evidence: layers-missing
  // Evidence: layers-manifests
  // Evidence: layers-empty
  it.each([
    [{ layers: ['l'], config: 'c' }, []],
    [
      { imageMissing: true, layers: ['l'], config: 'c', manifests: ['m'] },
      [
        'images[x].layers: Invalid value: ["l"]: layers must be empty if image is missing',
        'images[x].config: Invalid value: "c": config must be null if image is missing',
        'images[x].manifest: Invalid value: ["m"]: manifests must be empty if image is missing',
      ],
    ],
    [
      { layers: ['l'], config: '', manifests: [''] },
      [
        'images[x].layers: Invalid value: ["l"]: layers must be empty if manifests are present',
        'images[x].config: Invalid value: "": config must be null if manifests are present',
        'images[x].manifests[0]: Invalid value: "": manifest cannot be empty',
      ],
    ],
    [
      { layers: ['', 'l'], config: '' },
      [
        'images[x].layers[0]: Invalid value: "": layer cannot be empty',
        'images[x].config: Invalid value: "": config cannot be an empty string',
      ],
    ],
  ])('of %j is judged', (references, expected) => {
    const errors = validateImageStreamLayers({ images: { x: references } });
    expect(errors.map(formatFieldError)).toEqual(expected);
  });

  it('reads null as empty', () => {
    const view = {
      kind: 'ImageStreamLayers',
      images: { x: null, y: { layers: [null], config: null } },
    };
    expect(validate(view).map(formatFieldError)).toEqual([
      'images[y].layers[0]: Invalid value: "": layer cannot be empty',
    ]);
  });
});
