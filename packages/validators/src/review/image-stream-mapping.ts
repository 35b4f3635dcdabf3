import { type FieldError, FieldPath } from '@imagestream/core';
import {
  formatImageReference,
  type ImageStreamMapping,
  normalizeImageStreamMapping,
} from '@imagestream/image-v1';
import type { ReviewContext } from '../context.js';
import { validateImageStreamMapping } from '../kinds/image-stream-mapping.js';
import { checkDecodable } from '../parts/docker-metadata.js';
import { metadataForCreate } from './metadata.js';

/** Judges a mapping as the server does for a create, or as it stands. Source: mapping-prepare. */
export function reviewImageStreamMapping(object: unknown, context: ReviewContext): FieldError[] {
  const mapping = normalizeImageStreamMapping(object);
  const undecodable = checkDecodable(mapping.image, FieldPath.of('image'));
  if (undecodable.length > 0) return undecodable;
  if (context.operation === 'object') return validateImageStreamMapping(mapping);
  return validateImageStreamMapping(prepareImageStreamMapping(mapping, context.internalRegistry));
}

/**
 * Returns a mapping as the server prepares it: an image without pull spec gets one in the cluster's own registry, when
 * there is one, and signatures are dropped.
 *
 * Source: mapping-prepare.
 */
export function prepareImageStreamMapping(
  sent: ImageStreamMapping,
  internalRegistry: string,
): ImageStreamMapping {
  const { signatures: _, ...image } = sent.image;
  const metadata = metadataForCreate(sent.metadata);
  if ((image.dockerImageReference ?? '') === '' && internalRegistry !== '') {
    image.dockerImageReference = formatImageReference({
      registry: internalRegistry,
      namespace: metadata.namespace ?? '',
      name: metadata.name ?? '',
      tag: '',
      id: image.metadata.name ?? '',
    });
  }
  return { ...sent, metadata, image };
}
