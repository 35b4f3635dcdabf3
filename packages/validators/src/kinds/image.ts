import { type FieldError, FieldPath, invalid, required } from '@imagestream/core';
import type { Image } from '@imagestream/image-v1';
import { pathSegmentName } from '../name-rules.js';
import { validateObjectMeta } from '../object-meta.js';
import { validateImageManifest } from '../parts/image-manifest.js';
import { checkReference } from '../parts/reference.js';
import { checkUpdateRules } from '../parts/update-rules.js';
import { report } from '../report.js';
import { validateImageSignature } from './image-signature.js';

/**
 * Checks an image, on its own or, with a path, inside a mapping.
 *
 * Source: image-reference-required, image-layers-and-manifests.
 */
export function validateImage(image: Image, path: FieldPath = FieldPath.root): FieldError[] {
  const meta = validateObjectMeta(image.metadata, {
    path: path.child('metadata'),
    isNamespaced: false,
    nameRule: pathSegmentName,
    checksFinalizerForm: true,
  });
  const signatures = (image.signatures ?? []).flatMap((signature, index) =>
    validateImageSignature(signature, path.child('signatures').index(index)),
  );
  return [
    ...meta,
    ...checkPullSpec(image.dockerImageReference ?? '', path.child('dockerImageReference')),
    ...signatures,
    ...checkContent(image, path),
  ];
}

/**
 * Checks an update of an image; `image` as the server would store it.
 *
 * Source: meta-update-immutable.
 */
export function validateImageUpdate(image: Image, old: Image): FieldError[] {
  const { shared, changes } = checkUpdateRules(image.metadata, {
    old: old.metadata,
    isNamespaced: false,
  });
  // The server runs the shared rules and then the kind's own, which run them once more.
  return [...shared, ...changes, ...validateImage(image)];
}

function checkPullSpec(pullSpec: string, path: FieldPath): FieldError[] {
  if (pullSpec === '') return [report('image-reference-required', required(path, ''))];
  const checked = checkReference(pullSpec, path);
  return checked.type === 'error' ? [checked.error] : [];
}

function checkContent(image: Image, path: FieldPath): FieldError[] {
  const { dockerImageManifests: manifests = [], dockerImageLayers: layers = [] } = image;
  const errors = manifests.flatMap((manifest, index) =>
    validateImageManifest(manifest, path.child('dockerImageManifests').index(index)),
  );
  if (manifests.length > 0 && layers.length > 0) {
    const value = layers.map(({ name, size, mediaType }) => ({
      Name: name,
      LayerSize: size,
      MediaType: mediaType,
    }));
    const detail = 'dockerImageLayers should not be set when dockerImageManifests is set';
    errors.push(
      report('image-layers-and-manifests', invalid(path.child('dockerImageLayers'), value, detail)),
    );
  }
  return errors;
}
