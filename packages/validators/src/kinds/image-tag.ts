import { type FieldError, FieldPath, invalid, required } from '@imagestream/core';
import { type ImageTag, splitImageStreamTagName, type TagReference } from '@imagestream/image-v1';
import type { AllowedRegistries } from '../allowed-registries.js';
import { pathSegmentName } from '../name-rules.js';
import { validateObjectMeta } from '../object-meta.js';
import { isInsecureRepository } from '../parts/insecure-annotation.js';
import { validateTagReference } from '../parts/tag-reference.js';
import { checkUpdateRules } from '../parts/update-rules.js';
import { report } from '../report.js';
import { isSameValue } from '../same-value.js';

/**
 * Checks an image tag that is to be created.
 *
 * Source: image-tag-spec-required, image-tag-name.
 */
export function validateImageTag(object: ImageTag, registries: AllowedRegistries): FieldError[] {
  const errors = validateStoredImageTag(object, registries);
  if (object.spec !== null) return errors;
  const detail = 'spec is a required field during creation';
  return [...errors, report('image-tag-spec-required', required('spec', detail))];
}

/**
 * Checks an image tag as it stands. Without a spec it is one that was only ever pushed to.
 *
 * Source: image-tag-name.
 */
export function validateStoredImageTag(
  object: ImageTag,
  registries: AllowedRegistries,
): FieldError[] {
  const errors = validateObjectMeta(object.metadata, {
    path: FieldPath.of('metadata'),
    isNamespaced: true,
    nameRule: pathSegmentName,
    checksFinalizerForm: true,
  });
  if (object.spec === null) return errors;
  return [...errors, ...checkSpec(object, { spec: object.spec, registries })];
}

/** An update of an image tag. */
export interface ImageTagUpdate {
  /** Normalized; the image is the stored one. */
  readonly object: ImageTag;
  readonly old: ImageTag;
  readonly registries: AllowedRegistries;
}

/**
 * Checks an update of an image tag. Only the spec may change, and it may go.
 *
 * Source: image-tag-update-metadata, image-tag-update-status, registry-allowed-old, meta-update-immutable.
 */
export function validateImageTagUpdate(update: ImageTagUpdate): FieldError[] {
  const { object, old } = update;
  const { shared, changes } = checkUpdateRules(object.metadata, {
    old: old.metadata,
    isNamespaced: true,
  });
  const errors = [...shared, ...changes];
  if (object.spec !== null) {
    const registries = update.registries.admitting(sourceOf(old));
    errors.push(...checkSpec(object, { spec: object.spec, registries }));
  }
  const detail = 'may not update fields other than spec';
  if (!isSameValue(object.metadata, old.metadata)) {
    errors.push(report('image-tag-update-metadata', invalid('metadata', '', detail)));
  }
  if (!isSameValue(object.status, old.status)) {
    errors.push(report('image-tag-update-status', invalid('status', '', detail)));
  }
  return errors;
}

function checkSpec(
  object: ImageTag,
  options: { readonly spec: TagReference; readonly registries: AllowedRegistries },
): FieldError[] {
  const { spec, registries } = options;
  const path = FieldPath.of('spec');
  const { tag, hasTag } = splitImageStreamTagName(object.metadata.name ?? '');
  const errors: FieldError[] = [];
  if (!hasTag || tag !== spec.name) {
    const detail = 'must match image tag name';
    errors.push(report('image-tag-name', invalid(path.child('name'), spec.name, detail)));
  }
  const isInsecure = isInsecureRepository(object.metadata);
  return [...errors, ...validateTagReference(spec, { path, registries, isInsecure })];
}

function sourceOf(old: ImageTag): string[] {
  return old.spec?.from?.kind === 'DockerImage' ? [old.spec.from.name ?? ''] : [];
}
