import {
  fillImage,
  MEDIA_TYPES,
  parseManifest,
  type Image,
  type ParsedManifest,
} from '@imagestream/image-v1';
import { isSchema1, manifestDigest } from '../lifecycle/canonical-manifest.js';
import { normalizeEmbeddedImage } from '../lifecycle/normalize-image.js';
import type { FetchedManifest, RepositoryConnection } from './registry-source.js';

/** An image as it was found in a registry, not yet named by where it came from. */
export interface FoundImage {
  readonly image: Image;
  /** What a manifest list points to, in its order. Absent for a single image and when one was chosen. */
  readonly manifests?: readonly Image[];
}

/** Which of the images behind a manifest list is wanted. An empty preference means the server's own platform. */
export interface PlatformPreference {
  readonly architecture: string;
  readonly os: string;
}

/** How a manifest is to be read. */
export interface BuildOptions {
  /** Keep a manifest list as it is; otherwise one image is chosen from it. */
  readonly preserveOriginal: boolean;
  readonly platform: PlatformPreference;
  /** The wire time that manifest lists are created at. */
  readonly now: string;
}

/** A manifest the importer cannot use; reported as it is, without the reference in front. */
export class UnusableManifestError extends Error {
  override readonly name = 'UnusableManifestError';
}

/** Where the server itself runs, for lists without a preference. Source: import-list-choice. */
const OWN_PLATFORM: PlatformPreference = { architecture: 'amd64', os: 'linux' };

/**
 * Fetches what a tag or digest names and makes an image of it: of a single manifest the image itself, of a manifest list
 * one of its images or, to preserve the original, the list and all its images.
 *
 * Throws a RegistryError when the registry fails, an UnusableManifestError when the content is none the server knows.
 *
 * Source: import-manifests.
 */
export async function fetchImage(
  connection: RepositoryConnection,
  reference: string,
  options: BuildOptions,
): Promise<FoundImage> {
  const fetched = await connection.manifest(reference);
  const manifest = readManifest(fetched);
  if (manifest.type !== 'list') return { image: await singleImage(connection, fetched, options) };
  if (options.preserveOriginal) return preserveList(connection, { fetched, manifest, options });
  const chosen = choosePlatform(manifest.manifests, options.platform);
  if (chosen === undefined) throw new UnusableManifestError('no manifests in manifest list');
  return fetchImage(connection, chosen.digest, options);
}

function readManifest({ text, mediaType }: FetchedManifest): ParsedManifest {
  try {
    const manifest = parseManifest(text);
    if (manifest.type === 'list' || !LIST_TYPES.has(mediaType)) return manifest;
    // An OCI index may leave its own media type to the registry.
    return parseManifest(JSON.stringify({ ...parseObject(text), mediaType }));
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new UnusableManifestError(`unsupported image manifest type: ${mediaType || detail}`, {
      cause,
    });
  }
}

const LIST_TYPES: ReadonlySet<string> = new Set([
  MEDIA_TYPES.dockerManifestList,
  MEDIA_TYPES.ociIndex,
]);

function parseObject(text: string): object {
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null ? value : {};
}

async function preserveList(
  connection: RepositoryConnection,
  list: {
    readonly fetched: FetchedManifest;
    readonly manifest: Extract<ParsedManifest, { type: 'list' }>;
    readonly options: BuildOptions;
  },
): Promise<FoundImage> {
  const { fetched, manifest, options } = list;
  const name = await manifestDigest(fetched.text);
  const image = normalizeEmbeddedImage({
    metadata: { name },
    dockerImageMetadata: { Id: name, Created: options.now },
    dockerImageManifestMediaType: fetched.mediaType,
    dockerImageManifests: manifest.manifests,
  });
  const manifests: Image[] = [];
  for (const { digest } of manifest.manifests) {
    const found = await fetchImage(connection, digest, { ...options, preserveOriginal: false });
    manifests.push(found.image);
  }
  return { image, manifests };
}

/** Source: import-list-choice. The preference, then the usual platform, then whatever comes first. */
function choosePlatform<T extends { readonly architecture: string; readonly os: string }>(
  manifests: readonly T[],
  preference: PlatformPreference,
): T | undefined {
  const architecture = preference.architecture || OWN_PLATFORM.architecture;
  const os = preference.os || OWN_PLATFORM.os;
  const isPlatform = (wanted: PlatformPreference) => (entry: T) =>
    entry.architecture === wanted.architecture && entry.os === wanted.os;
  return (
    manifests.find(isPlatform({ architecture, os })) ??
    manifests.find(isPlatform(OWN_PLATFORM)) ??
    manifests[0]
  );
}

async function singleImage(
  connection: RepositoryConnection,
  fetched: FetchedManifest,
  options: BuildOptions,
): Promise<Image> {
  const manifest = readManifest(fetched);
  const config = manifest.type === 'schema2' ? await connection.blob(manifest.configDigest) : '';
  const given = normalizeEmbeddedImage({
    metadata: { name: await manifestDigest(fetched.text) },
    dockerImageManifest: fetched.text,
    dockerImageManifestMediaType: isSchema1(fetched.mediaType)
      ? MEDIA_TYPES.dockerSchema1
      : fetched.mediaType,
    ...(config === '' ? {} : { dockerImageConfig: config }),
  });
  const { image, problem } = fillImage(given, options.now);
  if (problem !== undefined) throw new UnusableManifestError(problem.message, { cause: problem });
  return normalizeEmbeddedImage(await withLayerSizes(connection, image));
}

/** Manifests of schema 1 may not know how large their layers are; the registry does. Source: import-layer-sizes. */
async function withLayerSizes(connection: RepositoryConnection, image: Image): Promise<Image> {
  const known = image.dockerImageMetadata?.['Size'];
  const layers = image.dockerImageLayers ?? [];
  if ((typeof known === 'number' && known > 0) || layers.length === 0) return image;
  const sizes = new Map<string, number>();
  for (const { name } of layers) {
    if (!sizes.has(name)) sizes.set(name, await connection.blobSizeBytes(name));
  }
  const Size = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  return {
    ...image,
    dockerImageLayers: layers.map((layer) => ({
      ...layer,
      size: sizes.get(layer.name) ?? layer.size,
    })),
    dockerImageMetadata: { ...image.dockerImageMetadata, Size },
  };
}
