import type { Image, ImageLayer } from '@imagestream/image-v1';
import { metadataFromConfig } from './image-config.js';
import { isListMediaType, MEDIA_TYPES, parseManifest, type Manifest } from './manifest.js';

/** In which order `dockerImageLayers` stand; the server brings them to `ascending`. */
export const LAYERS_ORDER_ANNOTATION = 'image.openshift.io/dockerLayersOrder';

/** The outcome of {@link fillImageMetadata}. */
export interface FilledImage {
  readonly image: Image;
  /** What stopped it, if anything. The image then holds what was filled in before. */
  readonly problem?: string;
}

/**
 * Fills in what the manifest of an image says: layers in ascending order, media type, metadata and size. An image
 * without manifest, or one that has all of that, is returned as it is. Changes nothing.
 *
 * `now` is the wire time that the metadata of a manifest list is created at.
 *
 * Source: image-metadata-fill, image-layers-order, image-size.
 */
export function fillImageMetadata(image: Image, now: string): FilledImage {
  const text = image.dockerImageManifest ?? '';
  if (text === '') return { image };
  const ordered = orderLayers(image);
  if (isComplete(ordered)) return { image: ordered };
  let manifest: Manifest;
  try {
    manifest = parseManifest(text);
  } catch (error) {
    return { image: ordered, problem: messageOf(error) };
  }
  if (isListMediaType(manifest.mediaType)) {
    const metadata = {
      ...ordered.dockerImageMetadata,
      Id: ordered.metadata.name ?? '',
      Created: now,
    };
    return { image: { ...ordered, dockerImageMetadata: metadata } };
  }
  const layered = fillLayers(ordered, manifest);
  if (layered.problem !== undefined) return layered;
  return fillFromSchema(layered.image, manifest);
}

/** Source: image-layers-order. Layers of schema 2 come newest first unless an annotation says otherwise. */
function orderLayers(image: Image): Image {
  const layers = image.dockerImageLayers ?? [];
  if (layers.length === 0) return image;
  const order = image.metadata.annotations?.[LAYERS_ORDER_ANNOTATION] ?? orderByMediaType(image);
  if (order === undefined) return image;
  const ascending = order === 'descending' ? layers.toReversed() : layers;
  return markAscending({ ...image, dockerImageLayers: ascending });
}

function orderByMediaType(image: Image): string | undefined {
  switch (image.dockerImageManifestMediaType) {
    case MEDIA_TYPES.schema1:
    case MEDIA_TYPES.schema1Signed:
      return 'ascending';
    case MEDIA_TYPES.dockerManifest:
    case MEDIA_TYPES.ociManifest:
      return 'descending';
    default:
      return undefined;
  }
}

function markAscending(image: Image): Image {
  const annotations = { ...image.metadata.annotations, [LAYERS_ORDER_ANNOTATION]: 'ascending' };
  return { ...image, metadata: { ...image.metadata, annotations } };
}

function isComplete(image: Image): boolean {
  const size = image.dockerImageMetadata?.['Size'];
  const hasSize = typeof size === 'number' && size > 0;
  return hasSize && hasLayers(image) && (image.dockerImageManifestMediaType ?? '') !== '';
}

function hasLayers(image: Image): boolean {
  return (image.dockerImageLayers ?? []).length > 0;
}

function fillLayers(image: Image, manifest: Manifest): FilledImage {
  if (hasLayers(image)) return { image };
  switch (manifest.schemaVersion) {
    case 1: {
      if (manifest.history.length !== manifest.fsLayers.length) {
        const { name = '' } = image.metadata;
        return {
          image,
          problem: `the image ${name} has a different number of history entries and layers`,
        };
      }
      return { image: markAscending({ ...image, dockerImageLayers: schema1Layers(manifest) }) };
    }
    case 2: {
      const layers = manifest.layers.map(({ digest, sizeBytes, mediaType }) => ({
        name: digest,
        size: sizeBytes,
        mediaType,
      }));
      return { image: markAscending({ ...image, dockerImageLayers: layers }) };
    }
    default:
      return { image, problem: unknownSchema(manifest) };
  }
}

/** Source: image-layers-schema1. Listed newest first; the sizes stand in the history. */
function schema1Layers(manifest: Manifest): ImageLayer[] {
  return manifest.fsLayers
    .map((name, index) => ({
      name,
      size: schema1Size(manifest.history[index] ?? ''),
      mediaType: MEDIA_TYPES.schema1Layer,
    }))
    .reverse();
}

function schema1Size(entry: string): number {
  try {
    const size = metadataFromConfig(entry)['Size'];
    return typeof size === 'number' ? size : 0;
  } catch {
    // The server counts a layer whose history it cannot read as empty.
    return 0;
  }
}

function fillFromSchema(image: Image, manifest: Manifest): FilledImage {
  switch (manifest.schemaVersion) {
    case 1:
      return fillFromSchema1(image, manifest);
    case 2:
      return fillFromSchema2(image, manifest);
    default:
      return { image, problem: unknownSchema(manifest) };
  }
}

function fillFromSchema1(given: Image, manifest: Manifest): FilledImage {
  const image = { ...given, dockerImageManifestMediaType: MEDIA_TYPES.schema1 };
  const [newest] = manifest.history;
  if (newest === undefined) return { image, problem: 'the schema 1 manifest has no history' };
  try {
    const Size = sizeOfLayers(image, 0, '');
    return { image: { ...image, dockerImageMetadata: { ...metadataFromConfig(newest), Size } } };
  } catch (error) {
    return { image, problem: messageOf(error) };
  }
}

function fillFromSchema2(given: Image, manifest: Manifest): FilledImage {
  const mediaType =
    manifest.mediaType || given.dockerImageManifestMediaType || MEDIA_TYPES.dockerManifest;
  const image = { ...given, dockerImageManifestMediaType: mediaType };
  const config = image.dockerImageConfig ?? '';
  if (config === '') {
    return {
      image,
      problem: `dockerImageConfig must not be empty for manifest type "${mediaType}"`,
    };
  }
  try {
    const { digest } = manifest.config;
    const Size = sizeOfLayers(image, new TextEncoder().encode(config).length, digest);
    const metadata = { ...metadataFromConfig(config), Id: digest, Size };
    return { image: { ...image, dockerImageMetadata: metadata } };
  } catch (error) {
    return { image, problem: `failed to parse dockerImageConfig: ${messageOf(error)}` };
  }
}

/** Source: image-size. Each layer counts once; one that is the config itself was counted with it. */
function sizeOfLayers(image: Image, configBytes: number, configDigest: string): number {
  const sizes = new Map(
    (image.dockerImageLayers ?? []).toReversed().map(({ name, size }) => [name, size]),
  );
  sizes.delete(configDigest);
  return [...sizes.values()].reduce((sum, size) => sum + size, configBytes);
}

function unknownSchema(manifest: Manifest): string {
  return `unrecognized container image manifest schema ${manifest.schemaVersion}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
