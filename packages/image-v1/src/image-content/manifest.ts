import { isJsonObject, quoteGo } from '@imagestream/core';
import type { ImageLayer, ImageManifest } from '../gen/kinds.js';

/** The media types of manifests that the server knows. Source: image-fill. */
export const MEDIA_TYPES = {
  dockerSchema1: 'application/vnd.docker.distribution.manifest.v1+json',
  dockerSchema1Signed: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
  dockerSchema2: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerManifestList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
} as const;

/** The type the server gives to layers of schema 1, which name none. Source: image-fill. */
const SCHEMA1_LAYER = 'application/vnd.docker.container.image.rootfs.diff+x-gtar';

/** A manifest the server cannot use. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
  readonly code = 'InvalidManifest';
}

/** The parts of a manifest that the server reads. */
export type ParsedManifest =
  /** One image in the layout of 2015: layers and history side by side, newest first. */
  | {
      readonly type: 'schema1';
      readonly layers: readonly ImageLayer[];
      readonly history: readonly string[];
    }
  /** One image whose configuration is a blob of its own; Docker schema 2 and OCI alike. */
  | {
      readonly type: 'schema2';
      readonly mediaType: string;
      readonly layers: readonly ImageLayer[];
      readonly configDigest: string;
    }
  /** Several images, one per platform. */
  | { readonly type: 'list'; readonly manifests: readonly ImageManifest[] };

/** How the server speaks of an image in what it says about its manifest. */
export interface ManifestOwner {
  readonly name: string;
  readonly reference: string;
}

/**
 * Reads the text of a manifest. Throws a {@link ManifestError} about `owner` when it is none the server knows.
 *
 * Source: image-fill, image-fill-list.
 */
export function parseManifest(
  text: string,
  owner: ManifestOwner = { name: '', reference: '' },
): ParsedManifest {
  const manifest = parseJsonObject(text);
  const mediaType = textOf(manifest['mediaType']);
  if (mediaType === MEDIA_TYPES.dockerManifestList || mediaType === MEDIA_TYPES.ociIndex) {
    return { type: 'list', manifests: objectsOf(manifest['manifests']).map(readListEntry) };
  }
  switch (manifest['schemaVersion']) {
    case 1:
      return readSchema1(manifest, owner);
    case 2:
      return {
        type: 'schema2',
        mediaType,
        layers: objectsOf(manifest['layers']).map(readLayer),
        configDigest: textOf(
          isJsonObject(manifest['config']) ? manifest['config']['digest'] : undefined,
        ),
      };
    default:
      throw new ManifestError(
        `unrecognized container image manifest schema ${numberOf(manifest['schemaVersion'])} for ` +
          `${quoteGo(owner.name)} (${owner.reference})`,
      );
  }
}

/** Parses a text that must be a JSON object. Throws a {@link ManifestError} otherwise. */
export function parseJsonObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ManifestError('the text is not JSON', { cause });
  }
  if (!isJsonObject(value)) throw new ManifestError('the text is not a JSON object');
  return value;
}

/** Layers and history stand newest first here; the base comes first in an image. */
function readSchema1(manifest: Record<string, unknown>, owner: ManifestOwner): ParsedManifest {
  const history = objectsOf(manifest['history']).map((entry) => textOf(entry['v1Compatibility']));
  const names = objectsOf(manifest['fsLayers']).map((layer) => textOf(layer['blobSum']));
  if (history.length !== names.length) {
    throw new ManifestError(
      `the image ${owner.name} (${owner.reference}) has mismatched history and fslayer cardinality ` +
        `(${history.length} != ${names.length})`,
    );
  }
  const layers = names.map((name, index) => ({
    name,
    size: historySize(history[index] ?? ''),
    mediaType: SCHEMA1_LAYER,
  }));
  return { type: 'schema1', layers: layers.reverse(), history };
}

function historySize(entry: string): number {
  try {
    return numberOf(parseJsonObject(entry)['Size'] ?? parseJsonObject(entry)['size']);
  } catch (error) {
    // An unreadable entry has no size; what matters of it is read, and complained about, elsewhere.
    if (error instanceof ManifestError) return 0;
    throw error;
  }
}

function readLayer(layer: Record<string, unknown>): ImageLayer {
  return {
    name: textOf(layer['digest']),
    size: numberOf(layer['size']),
    mediaType: textOf(layer['mediaType']),
  };
}

function readListEntry(entry: Record<string, unknown>): ImageManifest {
  const platform = isJsonObject(entry['platform']) ? entry['platform'] : {};
  const read: ImageManifest = {
    digest: textOf(entry['digest']),
    mediaType: textOf(entry['mediaType']),
    manifestSize: numberOf(entry['size']),
    architecture: textOf(platform['architecture']),
    os: textOf(platform['os']),
  };
  const variant = textOf(platform['variant']);
  return variant === '' ? read : { ...read, variant };
}

function objectsOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
