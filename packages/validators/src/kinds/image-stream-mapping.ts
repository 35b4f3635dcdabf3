import {
  checkDns1123Label,
  type FieldError,
  FieldPath,
  invalid,
  required,
} from '@imagestream/core';
import type { ImageStreamMapping } from '@imagestream/image-v1';
import { pathSegmentName } from '../name-rules.js';
import { validateObjectMeta } from '../object-meta.js';
import { report } from '../report.js';
import { validateImage } from './image.js';

/**
 * Checks a mapping of an image to a tag. The name is the only way to say which stream; it is not checked by the rule for
 * streams, so a bad one is simply not found.
 *
 * Source: mapping-stream-required, mapping-namespace, mapping-tag-required.
 */
export function validateImageStreamMapping(object: ImageStreamMapping): FieldError[] {
  const { metadata, tag, image } = object;
  const errors = validateObjectMeta(metadata, {
    path: FieldPath.of('metadata'),
    isNamespaced: true,
    nameRule: pathSegmentName,
    checksFinalizerForm: true,
  });
  if ((metadata.name ?? '') === '') {
    errors.push(report('mapping-stream-required', required('name', '')));
    errors.push(report('mapping-stream-required', required('dockerImageRepository', '')));
  }
  errors.push(...checkNamespace(metadata.namespace ?? ''));
  if (tag === '') errors.push(report('mapping-tag-required', required('tag', '')));
  return [...errors, ...validateImage(image, FieldPath.of('image'))];
}

/** The shared rules report the same, reason by reason; the server says it twice. */
function checkNamespace(namespace: string): FieldError[] {
  const problems = checkDns1123Label(namespace);
  if (problems.length === 0) return [];
  return [
    report('mapping-namespace', invalid('metadata.namespace', namespace, problems.join(', '))),
  ];
}
