import { invalid, type FieldError } from '@imagestream/core';
import type {
  Image,
  ImageBlobReferences,
  ImageLayerData,
  ImageStream,
  ImageStreamLayers,
} from '@imagestream/image-v1';
import { isImageMediaType, MEDIA_TYPES } from './manifest.js';

/** Finds an image by name; undefined when there is none. */
export type ImageLookup = (name: string) => Image | undefined;

/**
 * Builds the layers view of a stream: every image of its whole history, the images behind manifest lists included, with
 * the blobs each consists of. An image that is not there is listed as missing.
 *
 * Source: layers-view.
 */
export function makeImageStreamLayers(stream: ImageStream, lookup: ImageLookup): ImageStreamLayers {
  const view = {
    blobs: new Map<string, ImageLayerData>(),
    images: new Map<string, ImageBlobReferences>(),
  };
  for (const name of historyImages(stream)) addImage(view, name, lookup);
  return {
    kind: 'ImageStreamLayers',
    apiVersion: 'image.openshift.io/v1',
    metadata: stream.metadata,
    blobs: Object.fromEntries(view.blobs),
    images: Object.fromEntries(view.images),
  };
}

/** The names of the images in the history of a stream, newest first within each tag; a mere reference has none. */
export function historyImages(stream: ImageStream): string[] {
  const names = (stream.status?.tags ?? []).flatMap(({ items }) =>
    (items ?? []).map(({ image }) => image),
  );
  return [...new Set(names.filter((name) => name !== ''))];
}

interface View {
  readonly blobs: Map<string, ImageLayerData>;
  readonly images: Map<string, ImageBlobReferences>;
}

/** Source: layers-image. Images point to others without depth limit, but each is added once. */
function addImage(view: View, first: string, lookup: ImageLookup): void {
  const pending = [first];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (view.images.has(name)) continue;
    const image = lookup(name);
    if (image === undefined) {
      view.images.set(name, { imageMissing: true, layers: null, config: null });
      continue;
    }
    pending.push(...addPresentImage(view, name, image));
  }
}

function addPresentImage(view: View, name: string, image: Image): string[] {
  const layers = image.dockerImageLayers ?? [];
  for (const layer of layers) {
    if (view.blobs.has(layer.name)) continue;
    view.blobs.set(layer.name, { size: layer.size, mediaType: layer.mediaType });
  }
  const mediaType = image.dockerImageManifestMediaType ?? '';
  const config = configDigest(image, mediaType);
  if (config !== null) {
    const isOci = mediaType === MEDIA_TYPES.ociManifest;
    view.blobs.set(config, {
      size: null,
      mediaType: isOci ? MEDIA_TYPES.ociConfig : MEDIA_TYPES.dockerConfig,
    });
  }
  const manifests = (image.dockerImageManifests ?? []).map(({ digest }) => digest);
  view.images.set(name, {
    imageMissing: false,
    layers: layers.length === 0 ? null : layers.map((layer) => layer.name),
    config,
    ...(manifests.length === 0 ? {} : { manifests }),
  });
  view.blobs.set(name, { size: null, mediaType: mediaType || MEDIA_TYPES.dockerManifest });
  return manifests;
}

/** Only images with a config blob have one; the metadata carries its digest as the id. */
function configDigest(image: Image, mediaType: string): string | null {
  if (!isImageMediaType(mediaType)) return null;
  const id = image.dockerImageMetadata?.['Id'];
  return typeof id === 'string' ? id : '';
}

/**
 * Checks that a layers view is consistent before it is returned, and returns what is not.
 *
 * Source: layers-check.
 */
export function checkImageStreamLayers(layers: ImageStreamLayers): FieldError[] {
  return Object.entries(layers.images ?? {}).flatMap(([name, image]) =>
    checkImage(`images[${name}]`, image),
  );
}

function checkImage(path: string, image: ImageBlobReferences): FieldError[] {
  const errors: FieldError[] = [];
  const layers = image.layers ?? [];
  const manifests = image.manifests ?? [];
  const config = image.config ?? null;
  if (image.imageMissing === true) {
    if (layers.length > 0) {
      errors.push(invalid(`${path}.layers`, layers, 'layers must be empty if image is missing'));
    }
    if (config !== null)
      errors.push(invalid(`${path}.config`, config, 'config must be null if image is missing'));
    if (manifests.length > 0) {
      errors.push(
        invalid(`${path}.manifest`, manifests, 'manifests must be empty if image is missing'),
      );
    }
  }
  if (manifests.length === 0) {
    errors.push(...emptyTexts(`${path}.layers`, layers, 'layer cannot be empty'));
    if (config === '')
      errors.push(invalid(`${path}.config`, config, 'config cannot be an empty string'));
    return errors;
  }
  if (layers.length > 0) {
    errors.push(invalid(`${path}.layers`, layers, 'layers must be empty if manifests are present'));
  }
  if (config !== null) {
    errors.push(invalid(`${path}.config`, config, 'config must be null if manifests are present'));
  }
  return [...errors, ...emptyTexts(`${path}.manifests`, manifests, 'manifest cannot be empty')];
}

function emptyTexts(path: string, texts: readonly string[], detail: string): FieldError[] {
  return texts.flatMap((text, index) =>
    text === '' ? [invalid(`${path}[${index}]`, text, detail)] : [],
  );
}
