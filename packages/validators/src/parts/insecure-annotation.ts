import type { ObjectMeta } from '@imagestream/core';

/** Source: insecure-annotation. */
const INSECURE_REPOSITORY = 'openshift.io/image.insecureRepository';

/**
 * Tells whether an object asks for its registries to be spoken to without TLS. Only the text `true` counts.
 *
 * Source: insecure-annotation.
 */
export function isInsecureRepository(metadata: ObjectMeta): boolean {
  const { annotations } = metadata;
  return annotations !== undefined && Object.hasOwn(annotations, INSECURE_REPOSITORY)
    ? annotations[INSECURE_REPOSITORY] === 'true'
    : false;
}
