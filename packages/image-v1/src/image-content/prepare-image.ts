import type { Image } from '../gen/kinds.js';
import { fillImage } from './fill-image.js';
import { ManifestError, parseManifest } from './manifest.js';

/** The registry keeps the texts of manifest and configuration itself. Source: image-manifest-stored. */
const MANIFEST_BLOB_STORED = 'image.openshift.io/manifestBlobStored';
/** Marks signatures of servers before 3.6. Source: image-managed-signature. */
const MANAGED_SIGNATURE = 'image.openshift.io/managed-signature';

/**
 * Returns an image as the server prepares it for a create: filled from its manifest, the entries of a manifest list
 * taken over, texts dropped that the registry keeps.
 *
 * Throws a `DockerMetadataVersionError` for a metadata record of unknown notation, which the server cannot decode.
 *
 * Source: image-create-prepare, image-fill, image-manifest-stored, image-managed-signature.
 */
export function prepareImageForCreate(image: Image, options: { readonly now: string }): Image {
  const { image: filled } = fillImage(image, options.now);
  return finish(withListEntries(filled));
}

/** What an update of an image needs to know. */
export interface PrepareImageUpdateOptions {
  readonly old: Image;
  readonly now: string;
  /**
   * The digest of the new manifest text, of its canonical form for a signed one. Compared with the name of the image;
   * without it a changed text counts as not matching.
   */
  readonly manifestDigest?: string;
  /** The digest of the new configuration text. Compared with the configuration that the manifest names. */
  readonly configDigest?: string;
}

/**
 * Returns an image as the server prepares it for an update. Metadata and layers are always the stored ones; manifest
 * and configuration may be emptied, or replaced by texts that the digests confirm, else the stored ones stay. Nothing
 * of that is an error.
 *
 * Source: image-update-prepare.
 */
export function prepareImageForUpdate(image: Image, options: PrepareImageUpdateOptions): Image {
  const { old, now } = options;
  const kept = keepStored(image, old);
  setText(kept, 'dockerImageManifest', pickManifest(image, options));
  setText(kept, 'dockerImageConfig', pickConfig(kept, options));
  const { image: filled } = fillImage(kept, now);
  return finish(filled);
}

/** Source: image-create-prepare. */
function withListEntries(image: Image): Image {
  const text = image.dockerImageManifest ?? '';
  if (text === '') return image;
  try {
    const manifest = parseManifest(text);
    return manifest.type === 'list'
      ? { ...image, dockerImageManifests: [...manifest.manifests] }
      : image;
  } catch (error) {
    // The server logs a manifest it cannot read and stores the image as it is.
    if (error instanceof ManifestError) return image;
    throw error;
  }
}

function keepStored(image: Image, old: Image): Image {
  const {
    dockerImageMetadata: _,
    dockerImageMetadataVersion: __,
    dockerImageLayers: ___,
    ...rest
  } = image;
  const kept: Image = { ...rest };
  if (old.dockerImageMetadata !== undefined) kept.dockerImageMetadata = old.dockerImageMetadata;
  if (old.dockerImageMetadataVersion !== undefined) {
    kept.dockerImageMetadataVersion = old.dockerImageMetadataVersion;
  }
  if (old.dockerImageLayers !== undefined) kept.dockerImageLayers = old.dockerImageLayers;
  if ((old.dockerImageSignatures ?? []).length > 0) {
    kept.dockerImageSignatures = old.dockerImageSignatures ?? [];
  }
  return kept;
}

function pickManifest(image: Image, options: PrepareImageUpdateOptions): string {
  const wanted = image.dockerImageManifest ?? '';
  const stored = options.old.dockerImageManifest ?? '';
  if (wanted === '' || wanted === stored) return wanted;
  const isConfirmed =
    options.manifestDigest !== undefined && options.manifestDigest === image.metadata.name;
  return isConfirmed ? wanted : stored;
}

function pickConfig(image: Image, options: PrepareImageUpdateOptions): string {
  const wanted = image.dockerImageConfig ?? '';
  const stored = options.old.dockerImageConfig ?? '';
  if (wanted === '' || wanted === stored) return wanted;
  const digest = configDigestOf(image.dockerImageManifest ?? '');
  return digest !== undefined && digest === options.configDigest ? wanted : stored;
}

function configDigestOf(manifest: string): string | undefined {
  if (manifest === '') return undefined;
  try {
    const parsed = parseManifest(manifest);
    return parsed.type === 'schema2' ? parsed.configDigest : undefined;
  } catch (error) {
    // A manifest that cannot be read names no configuration.
    if (error instanceof ManifestError) return undefined;
    throw error;
  }
}

/** Source: image-manifest-stored, image-managed-signature. */
function finish(image: Image): Image {
  const result: Image = { ...image };
  const annotations = image.metadata.annotations ?? {};
  if (
    Object.hasOwn(annotations, MANIFEST_BLOB_STORED) &&
    annotations[MANIFEST_BLOB_STORED] === 'true'
  ) {
    delete result.dockerImageManifest;
    delete result.dockerImageConfig;
  }
  if (image.signatures !== undefined) {
    result.signatures = image.signatures.map((signature) => {
      const { annotations: marks, ...metadata } = signature.metadata;
      const { [MANAGED_SIGNATURE]: _, ...rest } = marks ?? {};
      if (Object.keys(rest).length === 0) return { ...signature, metadata };
      return { ...signature, metadata: { ...metadata, annotations: rest } };
    });
  }
  return result;
}

function setText(
  image: Image,
  member: 'dockerImageManifest' | 'dockerImageConfig',
  value: string,
): void {
  if (value === '') delete image[member];
  else image[member] = value;
}
