import type { FieldError } from '@imagestream/core';
import {
  type Image,
  normalizeImage,
  prepareImageForCreate,
  prepareImageForUpdate,
} from '@imagestream/image-v1';
import type { ReviewContext } from '../context.js';
import { validateImage, validateImageUpdate } from '../kinds/image.js';
import { checkDecodable } from '../parts/docker-metadata.js';
import {
  metadataForCreate,
  metadataForUpdate,
  missingResourceVersion,
  withGeneratedName,
  withStoredGeneration,
} from './metadata.js';

/** Judges an image as the server does for the operation of the context. Source: image-create-prepare, image-update-prepare. */
export function reviewImage(object: unknown, context: ReviewContext): FieldError[] {
  const image = normalizeImage(object);
  const undecodable = checkDecodable(image);
  if (undecodable.length > 0) return undecodable;
  switch (context.operation) {
    case 'create':
      return reviewCreate(image, context);
    case 'update':
    case 'statusUpdate':
      return reviewUpdate(image, context);
    case 'object':
      return validateImage(image);
  }
}

/** The namespace of a cluster-scoped object is dropped before anything is judged. Source: meta-create-reset. */
function reviewCreate(sent: Image, context: ReviewContext): FieldError[] {
  const { namespace: _, ...metadata } = withGeneratedName(metadataForCreate(sent.metadata));
  return validateImage(prepareImageForCreate({ ...sent, metadata }, context));
}

function reviewUpdate(sent: Image, context: ReviewContext): FieldError[] {
  const missing = missingResourceVersion(sent.metadata);
  if (missing.length > 0) return missing;
  const old = normalizeImage(context.oldObject ?? sent);
  const { namespace: _, ...metadata } = withStoredGeneration(
    metadataForUpdate(sent.metadata, old.metadata),
    old.metadata,
  );
  const image = prepareImageForUpdate({ ...sent, metadata }, { old, now: context.now });
  return validateImageUpdate(image, old);
}
