import { type FieldError, FieldPath } from '@imagestream/core';
import { type ImageStreamTag, normalizeImageStreamTag } from '@imagestream/image-v1';
import type { ReviewContext } from '../context.js';
import { validateImageStreamTag, validateImageStreamTagUpdate } from '../kinds/image-stream-tag.js';
import { checkDecodable } from '../parts/docker-metadata.js';
import { metadataForCreate, metadataForUpdate, withStoredGeneration } from './metadata.js';

/** Judges a stream tag as the server does for the operation of the context. Source: stream-tag-update-prepare. */
export function reviewImageStreamTag(object: unknown, context: ReviewContext): FieldError[] {
  const tag = normalizeImageStreamTag(object, context);
  const undecodable = checkDecodable(tag.image, FieldPath.of('image'));
  if (undecodable.length > 0) return undecodable;
  switch (context.operation) {
    case 'create':
      return validateImageStreamTag(
        { ...tag, metadata: metadataForCreate(tag.metadata) },
        context.registries,
      );
    case 'update':
    case 'statusUpdate':
      return reviewUpdate(tag, context);
    case 'object':
      return validateImageStreamTag(tag, context.registries);
  }
}

function reviewUpdate(sent: ImageStreamTag, context: ReviewContext): FieldError[] {
  const old = normalizeImageStreamTag(context.oldObject ?? sent, context);
  const object = prepareImageStreamTagForUpdate(sent, old);
  return validateImageStreamTagUpdate({ object, old, registries: context.registries });
}

/**
 * Returns a stream tag as the server prepares it for an update: the tag takes its annotations from the metadata,
 * conditions and image are the stored ones. Absent labels and resource version mean the stored ones.
 *
 * Source: stream-tag-update-prepare.
 */
export function prepareImageStreamTagForUpdate(
  sent: ImageStreamTag,
  old: ImageStreamTag,
): ImageStreamTag {
  const metadata = withStoredGeneration(
    metadataForUpdate(sent.metadata, old.metadata),
    old.metadata,
  );
  if (metadata.labels === undefined && old.metadata.labels !== undefined) {
    metadata.labels = old.metadata.labels;
  }
  if (metadata.resourceVersion === undefined && old.metadata.resourceVersion !== undefined) {
    metadata.resourceVersion = old.metadata.resourceVersion;
  }
  const { conditions: _, ...rest } = sent;
  const prepared: ImageStreamTag = { ...rest, metadata, image: old.image };
  if (old.conditions !== undefined) prepared.conditions = old.conditions;
  if (sent.tag !== null) {
    prepared.tag = { ...sent.tag, annotations: metadata.annotations ?? null };
  }
  return prepared;
}
