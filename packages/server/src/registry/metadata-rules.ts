import {
  FieldPath,
  forbidden,
  invalid,
  quoteGo,
  required,
  type FieldError,
  type ObjectMeta,
} from '@imagestream/core';
import type { ResourceInfo } from './rest.js';

const path = FieldPath.of('metadata');

/** What a path segment may not be or hold. */
const reservedNames = ['.', '..'];
const reservedCharacters = ['/', '%'];

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

function checkPathSegment(name: string): string[] {
  if (reservedNames.includes(name)) return [`may not be '${name}'`];
  return reservedCharacters
    .filter((character) => name.includes(character))
    .map((character) => `may not contain '${character}'`);
}

/** What an update of any object may not do to its metadata. Source: api-object-metadata-update. */
export function checkMetadataUpdate(metadata: ObjectMeta, old: ObjectMeta): FieldError[] {
  return [
    ...checkImmutable('name', metadata, old),
    ...checkImmutable('namespace', metadata, old),
    ...checkImmutable('uid', metadata, old),
    ...checkImmutable('creationTimestamp', metadata, old),
    ...checkImmutable('deletionTimestamp', metadata, old),
    ...checkImmutable('deletionGracePeriodSeconds', metadata, old),
    ...checkNewFinalizers(metadata, old),
  ];
}

function checkImmutable<K extends keyof ObjectMeta>(
  name: K,
  metadata: ObjectMeta,
  old: ObjectMeta,
): FieldError[] {
  return metadata[name] === old[name]
    ? []
    : [invalid(path.child(name), metadata[name], 'field is immutable')];
}

function checkNewFinalizers(metadata: ObjectMeta, old: ObjectMeta): FieldError[] {
  if (old.deletionTimestamp === undefined) return [];
  const added = (metadata.finalizers ?? []).filter(
    (finalizer) => !(old.finalizers ?? []).includes(finalizer),
  );
  if (added.length === 0) return [];
  const printed = `[]string{${added.map(quoteGo).join(', ')}}`;
  return [
    forbidden(
      path.child('finalizers'),
      `no new finalizers can be added if the object is being deleted, found new finalizers ${printed}`,
    ),
  ];
}
