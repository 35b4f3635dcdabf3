import { normalizeImage, normalizeImageStream, type Image } from '@imagestream/image-v1';
import { expect, it } from 'vitest';
import { makeImageStreamLayers } from './stream-layers.js';

const OCI = 'application/vnd.oci.image.manifest.v1+json';

function imageNamed(name: string, more: object): [string, Image] {
  return [name, normalizeImage({ metadata: { name }, ...more })];
}

it('lists what a manifest list points to, with configs and shared layers once', () => {
  // Evidence: layers-image
  const layer = { name: 'layer', size: 7, mediaType: 'a/layer' };
  const images = new Map([
    imageNamed('list', {
      dockerImageManifestMediaType: 'a/list',
      dockerImageManifests: [{ digest: 'one' }, { digest: 'two' }, { digest: 'gone' }],
    }),
    imageNamed('one', {
      dockerImageManifestMediaType: OCI,
      dockerImageLayers: [layer],
      dockerImageMetadata: { Id: 'config-one' },
    }),
    imageNamed('two', { dockerImageLayers: [layer] }),
  ]);
  const stream = normalizeImageStream({
    metadata: { name: 'app' },
    status: { tags: [{ tag: 'a', items: [{ image: 'list' }, { image: '' }, { image: 'list' }] }] },
  });
  const layers = makeImageStreamLayers(stream, (name) => images.get(name));
  expect(layers.images).toEqual({
    list: { imageMissing: false, layers: null, config: null, manifests: ['one', 'two', 'gone'] },
    one: { imageMissing: false, layers: ['layer'], config: 'config-one' },
    two: { imageMissing: false, layers: ['layer'], config: null },
    gone: { imageMissing: true, layers: null, config: null },
  });
  expect(layers.blobs).toEqual({
    list: { size: null, mediaType: 'a/list' },
    one: { size: null, mediaType: OCI },
    two: { size: null, mediaType: 'application/vnd.docker.distribution.manifest.v2+json' },
    layer: { size: 7, mediaType: 'a/layer' },
    'config-one': { size: null, mediaType: 'application/vnd.oci.image.config.v1+json' },
  });
});
