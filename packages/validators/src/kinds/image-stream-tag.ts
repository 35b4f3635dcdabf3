import { type FieldError, FieldPath, invalid } from '@imagestream/core';
import type { ImageStreamTag } from '@imagestream/image-v1';
import type { AllowedRegistries } from '../allowed-registries.js';
import { pathSegmentName } from '../name-rules.js';
import { validateObjectMeta } from '../object-meta.js';
import { isInsecureRepository } from '../parts/insecure-annotation.js';
import { validateTagReference } from '../parts/tag-reference.js';
import { checkUpdateRules } from '../parts/update-rules.js';
import { report } from '../report.js';
import { isSameValue } from '../same-value.js';

/**
 * Checks a stream tag. That its name has a colon is no matter of validation: the server answers 500 without one.
 *
 * Source: stream-tag-annotations.
 */
export function validateImageStreamTag(
  object: ImageStreamTag,
  registries: AllowedRegistries,
): FieldError[] {
  const errors = validateObjectMeta(object.metadata, {
    path: FieldPath.of('metadata'),
    isNamespaced: true,
    nameRule: pathSegmentName,
    checksFinalizerForm: true,
  });
  return [...errors, ...checkTag(object, registries)];
}

/** An update of a stream tag. */
export interface ImageStreamTagUpdate {
  /** Normalized; the tag's annotations are those of the metadata, conditions and image the stored ones. */
  readonly object: ImageStreamTag;
  readonly old: ImageStreamTag;
  readonly registries: AllowedRegistries;
}

/**
 * Checks an update of a stream tag. Of the metadata only annotations may change.
 *
 * Source: stream-tag-update, registry-allowed-old, meta-update-immutable.
 */
export function validateImageStreamTagUpdate(update: ImageStreamTagUpdate): FieldError[] {
  const { object, old } = update;
  const { shared, changes } = checkUpdateRules(object.metadata, {
    old: old.metadata,
    isNamespaced: true,
  });
  const registries = update.registries.admitting(sourceOf(old));
  const errors = [...shared, ...changes, ...checkTag(object, registries)];
  if (!isSameOtherwise(object, old)) {
    const detail = 'may not update fields other than metadata.annotations';
    errors.push(report('stream-tag-update', invalid('metadata', '', detail)));
  }
  return errors;
}

function checkTag(object: ImageStreamTag, registries: AllowedRegistries): FieldError[] {
  const { metadata, tag } = object;
  if (tag === null) return [];
  const path = FieldPath.of('tag');
  const isInsecure = isInsecureRepository(metadata);
  const errors = validateTagReference(tag, { path, registries, isInsecure });
  if (
    tag.annotations !== null &&
    tag.annotations !== undefined &&
    !isSameValue(tag.annotations, metadata.annotations ?? {})
  ) {
    const detail =
      'tag annotations must not be provided or must be equal to the object meta annotations';
    errors.push(
      report('stream-tag-annotations', invalid(path.child('annotations'), '<map>', detail)),
    );
  }
  return errors;
}

function sourceOf(old: ImageStreamTag): string[] {
  return old.tag?.from?.kind === 'DockerImage' ? [old.tag.from.name ?? ''] : [];
}

/** Source: stream-tag-update. */
function isSameOtherwise(object: ImageStreamTag, old: ImageStreamTag): boolean {
  return isSameValue(fixedPart(object), fixedPart(old));
}

function fixedPart(object: ImageStreamTag): unknown {
  const { annotations: _, ...metadata } = object.metadata;
  return { metadata, conditions: object.conditions, image: object.image };
}
