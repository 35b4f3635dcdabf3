import { isJsonObject } from '@imagestream/core';

/** Media types of the manifests that registries serve. */
export const MEDIA_TYPES = {
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  schema1: 'application/vnd.docker.distribution.manifest.v1+json',
  schema1Signed: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  ociConfig: 'application/vnd.oci.image.config.v1+json',
  schema1Layer: 'application/vnd.docker.container.image.rootfs.diff+x-gtar',
} as const;

/** A content descriptor of a manifest. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly sizeBytes: number;
}

/** An entry of a manifest list or an OCI index. */
export interface PlatformDescriptor extends Descriptor {
  readonly architecture: string;
  readonly os: string;
  readonly variant: string;
}

/** A manifest of any schema, reduced to what the image API reads. What is absent is empty. */
export interface Manifest {
  readonly schemaVersion: number;
  readonly mediaType: string;
  /** Schema 2 and OCI. */
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  /** Lists and indexes. */
  readonly manifests: readonly PlatformDescriptor[];
  /** Schema 1: layer digests, newest layer first. */
  readonly fsLayers: readonly string[];
  /** Schema 1: one JSON text per layer, newest first. */
  readonly history: readonly string[];
}

/**
 * Reads the text of a manifest. Throws a SyntaxError when it is no JSON; members of another type than expected count as
 * absent.
 */
export function parseManifest(text: string): Manifest {
  const value: unknown = JSON.parse(text);
  if (!isJsonObject(value)) throw new SyntaxError('the manifest is not a JSON object');
  return {
    schemaVersion: toNumber(value['schemaVersion']),
    mediaType: toText(value['mediaType']),
    config: toDescriptor(value['config']),
    layers: toObjects(value['layers']).map(toDescriptor),
    manifests: toObjects(value['manifests']).map(toPlatform),
    fsLayers: toObjects(value['fsLayers']).map((layer) => toText(layer['blobSum'])),
    history: toObjects(value['history']).map((entry) => toText(entry['v1Compatibility'])),
  };
}

/** Whether a media type is one of a manifest list: something that points to manifests. */
export function isListMediaType(mediaType: string): boolean {
  return mediaType === MEDIA_TYPES.dockerList || mediaType === MEDIA_TYPES.ociIndex;
}

/** Whether a media type is one of a single image with a config blob. */
export function isImageMediaType(mediaType: string): boolean {
  return mediaType === MEDIA_TYPES.dockerManifest || mediaType === MEDIA_TYPES.ociManifest;
}

function toDescriptor(value: unknown): Descriptor {
  const source = isJsonObject(value) ? value : {};
  return {
    mediaType: toText(source['mediaType']),
    digest: toText(source['digest']),
    sizeBytes: toNumber(source['size']),
  };
}

function toPlatform(value: Record<string, unknown>): PlatformDescriptor {
  const platform = isJsonObject(value['platform']) ? value['platform'] : {};
  return {
    ...toDescriptor(value),
    architecture: toText(platform['architecture']),
    os: toText(platform['os']),
    variant: toText(platform['variant']),
  };
}

function toObjects(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map((item) => (isJsonObject(item) ? item : {})) : [];
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function toNumber(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
