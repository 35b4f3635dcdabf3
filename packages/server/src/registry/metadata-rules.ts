import { FieldPath, invalid, required, type FieldError, type ObjectMeta } from '@imagestream/core';
import type { ResourceInfo } from './rest.js';

const path = FieldPath.of('metadata');

/** What a path segment may not be or hold. */
const reservedNames = ['.', '..'];
const reservedCharacters = ['/', '%'];
const mayBeReserved = /[/%]|^\.\.?$/;

/** The rules that hold for the metadata of every new object, whatever its kind. Source: api-object-metadata. */
export function checkMetadata(info: ResourceInfo, metadata: ObjectMeta): FieldError[] {
  const errors: FieldError[] = [];
  const { name = '', namespace = '', generation = 0 } = metadata;
  if (name === '') {
    errors.push(required(path.child('name'), 'name or generateName is required'));
  }
  for (const problem of checkPathSegment(name)) {
    errors.push(invalid(path.child('name'), name, problem));
  }
  if (info.scope === 'Namespaced' && namespace === '') {
    errors.push(required(path.child('namespace'), ''));
  }
  if (generation < 0) {
    errors.push(
      invalid(path.child('generation'), generation, 'must be greater than or equal to 0'),
    );
  }
  return errors;
}

/** Why a name can be no segment of a path, one text per reason. Source: name-path-segment. */
export function checkPathSegment(name: string): string[] {
  // Asked for every read of one object, and hardly ever answered with anything.
  if (!mayBeReserved.test(name)) return [];
  if (reservedNames.includes(name)) return [`may not be '${name}'`];
  return reservedCharacters
    .filter((character) => name.includes(character))
    .map((character) => `may not contain '${character}'`);
}
