import { utf8Length } from '@imagestream/core';
import {
  type DockerMetadata,
  formatDockerMetadata,
  readDockerConfigMetadata,
  readDockerMetadata,
} from '../conversion/docker-metadata.js';
import type { Image, ImageLayer } from '../gen/kinds.js';
import {
  ManifestError,
  MEDIA_TYPES,
  parseJsonObject,
  type ParsedManifest,
  parseManifest,
} from './manifest.js';

/** Says in which order `dockerImageLayers` stand. */
const LAYERS_ORDER = 'image.openshift.io/dockerLayersOrder';

/** An image with what its manifest says filled in, as far as that could be read. */
export interface FilledImage {
  readonly image: Image;
  /** Why the rest could not be filled in. The server logs it on writes and answers 500 on reads of virtual resources. */
  readonly problem: ManifestError | undefined;
}

/**
 * Fills layers, media type and metadata of an image from the texts of its manifest and configuration, the base layer
 * first. What is complete already stays. The metadata record comes out in the members of its notation in any case.
 *
 * `now` becomes the creation time of a manifest list, which has none of its own. Throws a `DockerMetadataVersionError`
 * for a metadata record of unknown notation, which the server cannot decode.
 *
 * Source: image-fill, image-fill-list.
 */
export function fillImage(image: Image, now: string): FilledImage {
  const text = image.dockerImageManifest ?? '';
  const draft = new ImageDraft(text === '' ? image : orderLayers(image));
  if (text === '' || draft.isComplete()) return { image: draft.toImage(), problem: undefined };
  try {
    fillFromManifest(draft, { manifest: parseManifest(text, draft), now });
  } catch (error) {
    if (error instanceof ManifestError) return { image: draft.toImage(), problem: error };
    throw error;
  }
  return { image: draft.toImage(), problem: undefined };
}

/** Source: image-fill-order. Layers of unknown order stay as they are. */
function orderLayers(image: Image): Image {
  const layers = image.dockerImageLayers ?? [];
  const order = layers.length === 0 ? undefined : layerOrder(image);
  if (order === undefined) return image;
  const ordered: Image = { ...image, metadata: markAscending(image) };
  if (order === 'descending') ordered.dockerImageLayers = layers.toReversed();
  return ordered;
}

function layerOrder(image: Image): 'ascending' | 'descending' | undefined {
  const annotations = image.metadata.annotations ?? {};
  const order = Object.hasOwn(annotations, LAYERS_ORDER) ? annotations[LAYERS_ORDER] : undefined;
  if (order !== undefined) return order === 'descending' ? 'descending' : 'ascending';
  switch (image.dockerImageManifestMediaType) {
    case MEDIA_TYPES.dockerSchema1:
    case MEDIA_TYPES.dockerSchema1Signed:
      return 'ascending';
    case MEDIA_TYPES.dockerSchema2:
    case MEDIA_TYPES.ociManifest:
      return 'descending';
    default:
      return undefined;
  }
}

function markAscending(image: Image): Image['metadata'] {
  return {
    ...image.metadata,
    annotations: { ...image.metadata.annotations, [LAYERS_ORDER]: 'ascending' },
  };
}

function fillFromManifest(
  draft: ImageDraft,
  given: { readonly manifest: ParsedManifest; readonly now: string },
): void {
  const { manifest, now } = given;
  if (manifest.type === 'list') {
    draft.describe({ ...draft.metadata, Id: draft.name, Created: now });
    return;
  }
  draft.addLayers(manifest.layers);
  if (manifest.type === 'schema1') {
    draft.mediaType = MEDIA_TYPES.dockerSchema1;
    const [newest] = manifest.history;
    if (newest === undefined) {
      const image = `the image ${draft.name} (${draft.reference})`;
      throw new ManifestError(`${image} has a schema 1 manifest, but it doesn't have history`);
    }
    draft.describe(readDockerConfigMetadata(parseJsonObject(newest)));
    draft.setSize({ configBytes: 0, configDigest: '' });
    return;
  }
  draft.mediaType = manifest.mediaType || draft.mediaType || MEDIA_TYPES.dockerSchema2;
  if (draft.config === '') {
    throw new ManifestError(
      `dockerImageConfig must not be empty for manifest type "${draft.mediaType}"`,
    );
  }
  const { Size: _, ...described } = readDockerConfigMetadata(parseJsonObject(draft.config));
  draft.describe({ ...described, Id: manifest.configDigest });
  draft.setSize({ configBytes: utf8Length(draft.config), configDigest: manifest.configDigest });
}

/** An image while it is being filled: what has been filled stays even when the rest fails, as on the server. */
class ImageDraft {
  readonly name: string;
  readonly reference: string;
  readonly config: string;
  mediaType: string;
  readonly #image: Image;
  readonly #version: string;
  #layers: readonly ImageLayer[];
  #metadata: DockerMetadata;
  #hasNewLayers = false;

  constructor(image: Image) {
    this.#image = image;
    this.name = image.metadata.name ?? '';
    this.reference = image.dockerImageReference ?? '';
    this.config = image.dockerImageConfig ?? '';
    this.mediaType = image.dockerImageManifestMediaType ?? '';
    this.#version = image.dockerImageMetadataVersion ?? '';
    this.#layers = image.dockerImageLayers ?? [];
    this.#metadata = readDockerMetadata(image.dockerImageMetadata, this.#version);
  }

  isComplete(): boolean {
    const size = this.#metadata['Size'];
    return this.#layers.length > 0 && typeof size === 'number' && size > 0 && this.mediaType !== '';
  }

  addLayers(layers: readonly ImageLayer[]): void {
    if (this.#layers.length > 0) return;
    this.#layers = layers;
    this.#hasNewLayers = true;
  }

  get metadata(): DockerMetadata {
    return this.#metadata;
  }

  describe(metadata: DockerMetadata): void {
    this.#metadata = readDockerMetadata(metadata, '');
  }

  /** Source: image-fill-size. Layers that repeat, or that are the configuration, weigh nothing more. */
  setSize(config: { readonly configBytes: number; readonly configDigest: string }): void {
    const counted = new Set([config.configDigest]);
    let size = config.configBytes;
    for (const layer of this.#layers) {
      if (counted.has(layer.name)) continue;
      counted.add(layer.name);
      size += layer.size;
    }
    this.#metadata = { ...this.#metadata, Size: size };
  }

  toImage(): Image {
    const image: Image = {
      ...this.#image,
      dockerImageMetadata: formatDockerMetadata(this.#metadata, this.#version),
      dockerImageMetadataVersion: this.#version || '1.0',
    };
    if (this.#hasNewLayers) image.metadata = markAscending(this.#image);
    if (this.#layers.length > 0) image.dockerImageLayers = [...this.#layers];
    if (this.mediaType !== '') image.dockerImageManifestMediaType = this.mediaType;
    return image;
  }
}
