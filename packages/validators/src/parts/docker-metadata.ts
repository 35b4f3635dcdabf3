import { type FieldError, FieldPath, typeInvalid } from '@imagestream/core';
import { checkDockerMetadata, type Image } from '@imagestream/image-v1';
import { report } from '../report.js';

/**
 * Checks that the server can decode the metadata record of an image, which the schema leaves open. Like all errors of
 * structure these end a check: a request with one is answered 400.
 *
 * Source: docker-metadata.
 */
export function checkDecodable(
  image: Image | null | undefined,
  path: FieldPath = FieldPath.root,
): FieldError[] {
  if (image === null || image === undefined) return [];
  const version = image.dockerImageMetadataVersion ?? '';
  return checkDockerMetadata(image.dockerImageMetadata, version).map((problem) => {
    const place = problem.path.reduce<FieldPath>(
      (parent, step) => (typeof step === 'number' ? parent.index(step) : parent.child(step)),
      path,
    );
    return report('docker-metadata', typeInvalid(place, problem.value, problem.detail));
  });
}
