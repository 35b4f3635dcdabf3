import { type FieldError, isJsonObject, typeInvalid } from '@imagestream/core';
import { report } from './report.js';

/**
 * Returns the error of something that is no object of the image API.
 *
 * Source: structure-kind.
 */
export function unknownKind(object: unknown): FieldError {
  if (!isJsonObject(object))
    return report('structure-type', typeInvalid('', object, 'must be an object'));
  const kind = Object.hasOwn(object, 'kind') ? object['kind'] : undefined;
  return report(
    'structure-kind',
    typeInvalid('kind', kind, 'must be a kind of image.openshift.io/v1'),
  );
}
