import { describe, expect, it } from 'vitest';
import { normalizeImage } from '../conversion/normalize.js';
import type { Image } from '../gen/kinds.js';
import { fillImage } from './fill-image.js';
import { prepareImageForCreate, prepareImageForUpdate } from './prepare-image.js';

const NOW = '2024-05-06T07:08:09Z';
const CONFIG_DIGEST = `sha256:${'c'.repeat(64)}`;
const BASE = { name: 'sha256:base', size: 10, mediaType: 'application/x-layer' };
const TOP = { name: 'sha256:top', size: 20, mediaType: 'application/x-layer' };
const CONFIG =
  '{"architecture":"amd64","created":"2024-01-02T03:04:05Z","config":{"Cmd":["sh"]},"size":7}';
const SCHEMA2 = 'application/vnd.docker.distribution.manifest.v2+json';
const ASCENDING = { 'image.openshift.io/dockerLayersOrder': 'ascending' };

function manifest(parts: object = {}): string {
  const layer = ({ name, size, mediaType }: typeof BASE): object => ({
    digest: name,
    size,
    mediaType,
  });
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: SCHEMA2,
    config: { digest: CONFIG_DIGEST },
    layers: [layer(BASE), layer(TOP), layer(TOP)],
    ...parts,
  });
}

function image(parts: object): Image {
  return normalizeImage({ metadata: { name: 'sha256:me' }, dockerImageReference: 'a/b', ...parts });
}

describe('fillImage', () => {
  // Evidence: image-fill
  // Evidence: image-fill-size
  it('takes layers, media type and metadata from manifest and configuration', () => {
    const { image: filled, problem } = fillImage(
      image({ dockerImageManifest: manifest(), dockerImageConfig: CONFIG }),
      NOW,
    );
    expect(problem).toBeUndefined();
    expect(filled).toMatchObject({
      metadata: { annotations: ASCENDING },
      dockerImageLayers: [BASE, TOP, TOP],
      dockerImageManifestMediaType: SCHEMA2,
      dockerImageMetadataVersion: '1.0',
      dockerImageMetadata: {
        Id: CONFIG_DIGEST,
        Created: '2024-01-02T03:04:05Z',
        Architecture: 'amd64',
        Config: { Cmd: ['sh'] },
        Size: CONFIG.length + 10 + 20,
      },
    });
  });

  it('keeps what it could fill in when the rest cannot be read', () => {
    const { image: filled, problem } = fillImage(image({ dockerImageManifest: manifest() }), NOW);
    expect(problem?.message).toBe(
      `dockerImageConfig must not be empty for manifest type "${SCHEMA2}"`,
    );
    expect(filled.dockerImageLayers).toEqual([BASE, TOP, TOP]);
    expect(filled.dockerImageMetadata).toMatchObject({ Id: '' });
  });

  it('reports a manifest that is no JSON, or of a schema nobody knows', () => {
    expect(fillImage(image({ dockerImageManifest: 'not json' }), NOW).problem?.code).toBe(
      'InvalidManifest',
    );
    expect(fillImage(image({ dockerImageManifest: '[]' }), NOW).problem?.code).toBe(
      'InvalidManifest',
    );
    expect(
      fillImage(image({ dockerImageManifest: manifest({ schemaVersion: 3 }) }), NOW).problem
        ?.message,
    ).toBe(`unrecognized container image manifest schema 3 for "sha256:me" (a/b)`);
  });

  it('reads the older schema with its layers the other way round', () => {
    const dockerImageManifest = JSON.stringify({
      schemaVersion: 1,
      fsLayers: [{ blobSum: 'sha256:top' }, { blobSum: 'sha256:base' }],
      history: [{ v1Compatibility: '{"id":"abc","Size":5}' }, { v1Compatibility: 'unreadable' }],
    });
    const mediaType = 'application/vnd.docker.container.image.rootfs.diff+x-gtar';
    expect(fillImage(image({ dockerImageManifest }), NOW).image).toMatchObject({
      dockerImageManifestMediaType: 'application/vnd.docker.distribution.manifest.v1+json',
      dockerImageLayers: [
        { name: 'sha256:base', size: 0, mediaType },
        { name: 'sha256:top', size: 5, mediaType },
      ],
      dockerImageMetadata: { Id: 'abc', Size: 5 },
    });
  });

  // Evidence: image-fill-list
  it('describes a manifest list by its name and the time', () => {
    const dockerImageManifest = JSON.stringify({
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [],
    });
    expect(fillImage(image({ dockerImageManifest }), NOW).image.dockerImageMetadata).toMatchObject({
      Id: 'sha256:me',
      Created: NOW,
    });
  });

  // Evidence: image-fill-order
  it.each([
    ['by media type', { dockerImageManifestMediaType: SCHEMA2 }, [BASE, TOP]],
    [
      'by annotation',
      { metadata: { annotations: { 'image.openshift.io/dockerLayersOrder': 'descending' } } },
      [BASE, TOP],
    ],
    ['unless it is ascending', { metadata: { annotations: ASCENDING } }, [TOP, BASE]],
    ['unless nobody can tell', {}, [TOP, BASE]],
  ])('turns layers around %s', (_, parts, layers) => {
    const given = image({ dockerImageManifest: 'x', dockerImageLayers: [TOP, BASE], ...parts });
    expect(fillImage(given, NOW).image.dockerImageLayers).toEqual(layers);
  });
});

describe('prepareImageForCreate', () => {
  // Evidence: image-create-prepare
  it('takes over the entries of a manifest list', () => {
    const entry = {
      digest: 'sha256:x',
      mediaType: 'm/t',
      size: 5,
      platform: { architecture: 'arm', os: 'linux', variant: 'v8' },
    };
    const text = JSON.stringify({
      mediaType: 'application/vnd.docker.distribution.manifest.list.v2+json',
      manifests: [entry],
    });
    expect(
      prepareImageForCreate(image({ dockerImageManifest: text }), { now: NOW })
        .dockerImageManifests,
    ).toEqual([
      {
        digest: 'sha256:x',
        mediaType: 'm/t',
        manifestSize: 5,
        architecture: 'arm',
        os: 'linux',
        variant: 'v8',
      },
    ]);
  });

  // Evidence: image-manifest-stored
  // Evidence: image-managed-signature
  it('drops texts the registry keeps, and marks of very old servers', () => {
    const prepared = prepareImageForCreate(
      image({
        metadata: { name: 'x', annotations: { 'image.openshift.io/manifestBlobStored': 'true' } },
        dockerImageManifest: 'x',
        dockerImageConfig: 'y',
        signatures: [
          {
            metadata: {
              name: 'x@a',
              annotations: { 'image.openshift.io/managed-signature': 'true' },
            },
            type: 't',
          },
        ],
      }),
      { now: NOW },
    );
    expect(prepared).not.toHaveProperty('dockerImageManifest');
    expect(prepared).not.toHaveProperty('dockerImageConfig');
    expect(prepared.signatures?.[0]?.metadata).toEqual({ name: 'x@a' });
  });
});

describe('prepareImageForUpdate', () => {
  const old = image({
    dockerImageMetadata: { Id: 'stored' },
    dockerImageLayers: [BASE],
    dockerImageManifest: 'old manifest',
    dockerImageConfig: 'old config',
    dockerImageSignatures: ['AA=='],
  });

  // Evidence: image-update-prepare
  it('keeps what is stored and lets the pull spec change', () => {
    const sent = image({
      dockerImageReference: 'c/d',
      dockerImageMetadata: { Id: 'new' },
      dockerImageLayers: [TOP],
    });
    expect(prepareImageForUpdate(sent, { old, now: NOW })).toMatchObject({
      dockerImageReference: 'c/d',
      dockerImageMetadata: { Id: 'stored' },
      dockerImageLayers: [BASE],
      dockerImageSignatures: ['AA=='],
    });
  });

  it('empties manifest and configuration, or takes texts that their digests confirm', () => {
    const wanted = image({ dockerImageManifest: manifest(), dockerImageConfig: CONFIG });
    expect(prepareImageForUpdate(image({}), { old, now: NOW })).not.toHaveProperty(
      'dockerImageManifest',
    );
    expect(prepareImageForUpdate(wanted, { old, now: NOW })).toMatchObject({
      dockerImageManifest: 'old manifest',
      dockerImageConfig: 'old config',
    });
    const confirmed = { old, now: NOW, manifestDigest: 'sha256:me', configDigest: CONFIG_DIGEST };
    expect(prepareImageForUpdate(wanted, confirmed)).toMatchObject({
      dockerImageManifest: manifest(),
      dockerImageConfig: CONFIG,
    });
  });
});
