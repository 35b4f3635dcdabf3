import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '../../lifecycle/image-digest.js';
import {
  at,
  madeDigest,
  mappingOf,
  openStory,
  STORY_TIME,
  type Story,
} from '../../testing/open-story.js';

let story: Story;
beforeEach(async () => {
  story = await openStory();
});
afterEach(() => story.close());

const config = JSON.stringify({ architecture: 'arm64', os: 'linux', config: { User: '1001' } });
const layer = {
  mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
  digest: madeDigest('1'),
  size: 5,
};

async function manifestOf(): Promise<string> {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { digest: await digestOf(config), size: config.length },
    layers: [layer, layer],
  });
}

async function createImage(image: object): Promise<unknown> {
  const { status, body } = await story.send('POST', 'images', image);
  expect(status).toBe(201);
  return body;
}

describe('an image', () => {
  it('is filled in from its manifest, counting every layer once', async () => {
    // Evidence: image-create
    const dockerImageManifest = await manifestOf();
    const body = await createImage({
      metadata: { name: await digestOf(dockerImageManifest) },
      dockerImageReference: 'registry.test/app:1',
      dockerImageManifest,
      dockerImageConfig: config,
    });
    expect(at(body, 'dockerImageMetadata.Size')).toBe(config.length + layer.size);
    expect(at(body, 'dockerImageMetadata.Architecture')).toBe('arm64');
    expect(at(body, 'metadata.annotations')).toEqual({
      'image.openshift.io/dockerLayersOrder': 'ascending',
    });
  });

  it('loses the texts that its registry keeps', async () => {
    const body = await createImage({
      metadata: { name: 'x', annotations: { 'image.openshift.io/manifestBlobStored': 'true' } },
      dockerImageReference: 'registry.test/app:1',
      dockerImageManifest: await manifestOf(),
      dockerImageConfig: config,
    });
    expect(at(body, 'dockerImageManifest')).toBeUndefined();
    expect(at(body, 'dockerImageConfig')).toBeUndefined();
    expect(at(body, 'dockerImageMetadata.Id')).toBe(await digestOf(config));
  });

  it('names the images of its manifest list', async () => {
    const body = await createImage({
      metadata: { name: 'x' },
      dockerImageReference: 'registry.test/app:1',
      dockerImageManifest: JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.index.v1+json',
        manifests: [
          {
            digest: madeDigest('1'),
            mediaType: 'a/b',
            size: 7,
            platform: { architecture: 'arm64', os: 'linux', variant: 'v8' },
          },
        ],
      }),
    });
    expect(at(body, 'dockerImageManifests')).toEqual([
      {
        digest: madeDigest('1'),
        mediaType: 'a/b',
        manifestSize: 7,
        architecture: 'arm64',
        os: 'linux',
        variant: 'v8',
      },
    ]);
  });

  it('keeps what it is made of when it is updated, and takes another reference', async () => {
    // Evidence: image-update
    const created = await createImage({
      metadata: { name: 'x' },
      dockerImageReference: 'registry.test/app:1',
      dockerImageLayers: [{ name: 'l', size: 1, mediaType: 'a/b' }],
      dockerImageMetadata: { Size: 5 },
    });
    const { status, body } = await story.send('PUT', 'images/x', {
      metadata: { name: 'x', resourceVersion: at(created, 'metadata.resourceVersion') },
      dockerImageReference: 'registry.test/app:2',
      dockerImageLayers: [],
      dockerImageMetadata: { Size: 6 },
      dockerImageManifest: 'another',
    });
    expect(status).toBe(200);
    expect(at(body, 'dockerImageReference')).toBe('registry.test/app:2');
    expect(at(body, 'dockerImageMetadata.Size')).toBe(5);
    expect(at(body, 'dockerImageLayers.0.name')).toBe('l');
    expect(at(body, 'dockerImageManifest')).toBeUndefined();
  });

  it('takes a manifest whose digest is its name', async () => {
    const dockerImageManifest = await manifestOf();
    const name = await digestOf(dockerImageManifest);
    const created = await createImage({
      metadata: { name },
      dockerImageReference: 'registry.test/app:1',
    });
    const { body } = await story.send('PUT', `images/${name}`, {
      metadata: { name, resourceVersion: at(created, 'metadata.resourceVersion') },
      dockerImageReference: 'registry.test/app:1',
      dockerImageManifest,
    });
    expect(at(body, 'dockerImageManifest')).toBe(dockerImageManifest);
  });
});

describe('image signatures', () => {
  const signature = { metadata: { name: 'x@one' }, type: 'atomic', content: btoa('signed') };

  beforeEach(() =>
    createImage({ metadata: { name: 'x' }, dockerImageReference: 'registry.test/app:1' }),
  );

  it('are stored inside the image, without what only a verifier may say', async () => {
    // Evidence: signature-create, signature-managed-fields
    const { status } = await story.send('POST', 'imagesignatures', {
      ...signature,
      imageIdentity: 'me',
    });
    expect(status).toBe(201);
    const { body } = await story.send('GET', 'images/x');
    expect(at(body, 'signatures.0.metadata.creationTimestamp')).toBe(STORY_TIME);
    expect(at(body, 'signatures.0.imageIdentity')).toBeUndefined();
  });

  it('are refused a second time under another name', async () => {
    await story.send('POST', 'imagesignatures', signature);
    const { status, body } = await story.send('POST', 'imagesignatures', {
      ...signature,
      metadata: { name: 'x@two' },
    });
    expect(status).toBe(409);
    expect(at(body, 'message')).toBe('imageSignatures.image.openshift.io "x@two" already exists');
  });

  it('are about images when theirs is missing', async () => {
    const { status, body } = await story.send('POST', 'imagesignatures', {
      ...signature,
      metadata: { name: 'y@one' },
    });
    expect(status).toBe(404);
    expect(at(body, 'message')).toBe('images.image.openshift.io "y" not found');
  });
});

describe('image stream mappings', () => {
  beforeEach(() =>
    story.send('POST', 'namespaces/web/imagestreams', { metadata: { name: 'app' } }),
  );

  it('use the repository of the stream for an image the integrated registry already manages', async () => {
    // Evidence: mapping-create, mapping-reference-managed
    await story.send('POST', 'namespaces/web/imagestreammappings', mappingOf('app', 'v1', 'a'));
    const name = madeDigest('a');
    await story.send('POST', 'namespaces/web/imagestreammappings', {
      metadata: { name: 'app' },
      tag: 'v2',
      image: {
        metadata: { name, annotations: { 'openshift.io/image.managed': 'true' } },
        dockerImageReference: `registry.test/other@${name}`,
      },
    });
    const { body } = await story.send('GET', 'namespaces/web/imagestreams/app');
    expect(at(body, 'status.tags.1.items.0.dockerImageReference')).toBe(
      `image-registry.openshift-image-registry.svc:5000/web/app@${name}`,
    );
  });

  it('are forbidden for an image that is larger than the namespace allows', async () => {
    // Evidence: image-size-limit
    const limitRange = {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'limits', namespace: 'web' },
      spec: { limits: [{ type: 'openshift.io/Image', max: { storage: '1Ki' } }] },
    };
    const limited = await openStory({ seed: [limitRange] });
    const { status, body } = await limited.send('POST', 'namespaces/web/imagestreammappings', {
      metadata: { name: 'app' },
      tag: 'v1',
      image: {
        metadata: { name: madeDigest('a') },
        dockerImageReference: 'registry.test/app:1',
        dockerImageMetadata: { Size: 2048 },
      },
    });
    expect(status).toBe(403);
    expect(at(body, 'message')).toBe(
      'imagestreammappings.image.openshift.io "app" is forbidden: ' +
        'requested usage of storage exceeds the maximum limit per openshift.io/Image (2Ki > 1Ki)',
    );
    await limited.close();
  });
});

describe('the views on images of a stream', () => {
  beforeEach(async () => {
    await story.send('POST', 'namespaces/web/imagestreams', {
      metadata: { name: 'app', annotations: { of: 'stream' } },
    });
    await story.send('POST', 'namespaces/web/imagestreammappings', mappingOf('app', 'v1', 'a'));
    await story.send('POST', 'namespaces/web/imagestreammappings', mappingOf('app', 'v1', 'b'));
  });

  it('list the layers of the whole history and say which image is missing', async () => {
    // Evidence: layers-view
    await story.send('DELETE', `images/${madeDigest('a')}`);
    const { body } = await story.send('GET', 'namespaces/web/imagestreams/app/layers');
    expect(at(body, 'images')).toEqual({
      [madeDigest('a')]: { imageMissing: true, layers: null, config: null },
      [madeDigest('b')]: { imageMissing: false, layers: null, config: null },
    });
    expect(at(body, 'blobs')).toEqual({
      [madeDigest('b')]: {
        size: null,
        mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
      },
    });
  });

  it('find an older image by the beginning of its digest', async () => {
    // Evidence: isimage-view, image-embedded
    const { status, body } = await story.send('GET', 'namespaces/web/imagestreamimages/app@aaaa');
    expect(status).toBe(200);
    expect(at(body, 'metadata')).toEqual({
      name: 'app@aaaa',
      namespace: 'web',
      creationTimestamp: STORY_TIME,
      annotations: { of: 'stream' },
    });
    expect(at(body, 'image.metadata.name')).toBe(madeDigest('a'));
  });

  it('say not found in the singular when no image matches', async () => {
    const { status, body } = await story.send('GET', 'namespaces/web/imagestreamimages/app@cccc');
    expect(status).toBe(404);
    expect(at(body, 'message')).toBe('imagestreamimage.image.openshift.io "app@cccc" not found');
  });
});

describe('the pull secrets of a namespace', () => {
  it('are those of the two kinds that no annotation excludes', async () => {
    // Evidence: secrets-view
    const secret = (name: string, type: string, annotations = {}) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace: 'web', annotations },
      type,
    });
    const seeded = await openStory({
      seed: [
        secret('a', 'kubernetes.io/dockerconfigjson'),
        secret('b', 'Opaque'),
        secret('c', 'kubernetes.io/dockercfg'),
        secret('d', 'kubernetes.io/dockercfg', { 'openshift.io/image.excludeSecret': 'true' }),
      ],
    });
    const { body } = await seeded.send('GET', 'namespaces/web/imagestreams/any/secrets');
    expect(at(body, 'kind')).toBe('SecretList');
    expect([0, 1, 2].map((index) => at(body, `items.${index}.metadata.name`))).toEqual([
      'a',
      'c',
      undefined,
    ]);
    await seeded.close();
  });
});
