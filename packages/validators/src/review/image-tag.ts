import { type FieldError, FieldPath } from '@imagestream/core';
import { type ImageTag, normalizeImageTag, splitImageStreamTagName } from '@imagestream/image-v1';
import type { ReviewContext } from '../context.js';
import {
  validateImageTag,
  validateImageTagUpdate,
  validateStoredImageTag,
} from '../kinds/image-tag.js';
import { checkDecodable } from '../parts/docker-metadata.js';
import { metadataForCreate, metadataForUpdate, withStoredGeneration } from './metadata.js';

/** Judges an image tag as the server does for the operation of the context. Source: image-tag-create-prepare. */
export function reviewImageTag(object: unknown, context: ReviewContext): FieldError[] {
  const tag = normalizeImageTag(object, context);
  const undecodable = checkDecodable(tag.image, FieldPath.of('image'));
  if (undecodable.length > 0) return undecodable;
  switch (context.operation) {
    case 'create':
      return validateImageTag(prepareImageTagForCreate(tag), context.registries);
    case 'update':
    case 'statusUpdate':
      return reviewUpdate(tag, context);
    case 'object':
      return validateStoredImageTag(tag, context.registries);
  }
}

/**
 * Returns an image tag as the server prepares it for a create: an empty tag name in the spec is the one in the object's
 * name, `latest` when that has none.
 *
 * Source: image-tag-create-prepare.
 */
export function prepareImageTagForCreate(sent: ImageTag): ImageTag {
  const metadata = metadataForCreate(sent.metadata);
  const { spec } = sent;
  const { tag } = splitImageStreamTagName(metadata.name ?? '');
  if (spec === null || spec.name !== '') return { ...sent, metadata };
  return { ...sent, metadata, spec: { ...spec, name: tag } };
}

function reviewUpdate(sent: ImageTag, context: ReviewContext): FieldError[] {
  const old = normalizeImageTag(context.oldObject ?? sent, context);
  const metadata = withStoredGeneration(
    metadataForUpdate(sent.metadata, old.metadata),
    old.metadata,
  );
  if (metadata.resourceVersion === undefined && old.metadata.resourceVersion !== undefined) {
    metadata.resourceVersion = old.metadata.resourceVersion;
  }
  const object: ImageTag = { ...sent, metadata, image: old.image };
  return validateImageTagUpdate({ object, old, registries: context.registries });
}
