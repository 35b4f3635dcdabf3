import { type FieldError, type FieldPath, invalid, required } from '@imagestream/core';
import { containsDigestShape, type ImageManifest } from '@imagestream/image-v1';
import { report } from '../report.js';

/**
 * Checks one entry of `dockerImageManifests`.
 *
 * Source: image-manifest-digest, image-manifest-media-type, image-manifest-architecture, image-manifest-os,
 * image-manifest-size.
 */
export function validateImageManifest(manifest: ImageManifest, path: FieldPath): FieldError[] {
  const { digest, mediaType, architecture, os, manifestSize } = manifest;
  const errors: FieldError[] = [];
  if (!containsDigestShape(digest)) {
    const detail = 'digest does not conform with OCI image specification';
    errors.push(report('image-manifest-digest', invalid(path.child('digest'), digest, detail)));
  }
  if (!MEDIA_TYPE.test(mediaType)) {
    const detail = 'media type does not conform to RFC6838';
    errors.push(
      report('image-manifest-media-type', invalid(path.child('mediaType'), mediaType, detail)),
    );
  }
  if (architecture === '') {
    errors.push(report('image-manifest-architecture', required(path.child('architecture'), '')));
  }
  if (os === '') errors.push(report('image-manifest-os', required(path.child('os'), '')));
  if (manifestSize < 0) {
    const detail = 'manifest size cannot be negative';
    errors.push(report('image-manifest-size', invalid(path.child('size'), manifestSize, detail)));
  }
  return errors;
}

/** Type and subtype are bounded, and no character may belong to two parts: nothing to backtrack over. */
const MEDIA_TYPE =
  /^ *[A-Za-z0-9][A-Za-z0-9!#$&^_-]{0,126}\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126} *$/;
