import type { AdmissionRequest } from '@imagestream/core';

/** The group all of this is about. */
export const IMAGE_GROUP = 'image.openshift.io';

/**
 * The resources through which tags of image streams change. Writing any of the last four changes a stream inside the
 * server without a request on `imagestreams` that a webhook could see.
 */
export const TAG_RESOURCES = [
  'imagestreams',
  'imagestreamtags',
  'imagetags',
  'imagestreamimports',
  'imagestreammappings',
] as const;

/** A resource of {@link TAG_RESOURCES}. */
export type TagResource = (typeof TAG_RESOURCES)[number];

/**
 * Makes the `matches` of a policy: creating and updating the given resources of the image group, their subresources
 * left out. Status is written by the cluster itself, after the fact.
 */
export function matchWrites(
  ...resources: readonly TagResource[]
): (request: AdmissionRequest) => boolean {
  const names: ReadonlySet<string> = new Set(resources);
  return ({ operation, resource, subResource = '' }) =>
    (operation === 'CREATE' || operation === 'UPDATE') &&
    resource.group === IMAGE_GROUP &&
    names.has(resource.resource) &&
    subResource === '';
}
