import { type FieldError, invalid, type ObjectMeta } from '@imagestream/core';
import { report } from '../report.js';

/**
 * Returns metadata as the server has it when it judges a create: what only the server gives is gone. Managed fields are
 * its own as well; it drops those it cannot read.
 *
 * Source: meta-create-reset.
 */
export function metadataForCreate(metadata: ObjectMeta): ObjectMeta {
  const {
    uid: _,
    creationTimestamp: __,
    deletionTimestamp: ___,
    deletionGracePeriodSeconds: ____,
    selfLink: _____,
    managedFields: ______,
    ...kept
  } = metadata;
  return kept;
}

/**
 * Returns metadata as the server has it when it judges an update: an absent uid, the creation time, a deletion under way
 * and the managed fields come from the stored object.
 *
 * Source: meta-update-reset.
 */
export function metadataForUpdate(metadata: ObjectMeta, old: ObjectMeta): ObjectMeta {
  const { creationTimestamp: _, managedFields: __, ...rest } = metadata;
  const kept: ObjectMeta = { ...rest };
  if (kept.uid === undefined && old.uid !== undefined) kept.uid = old.uid;
  if (old.managedFields !== undefined) kept.managedFields = old.managedFields;
  if (old.creationTimestamp !== undefined) kept.creationTimestamp = old.creationTimestamp;
  if (old.deletionTimestamp !== undefined) kept.deletionTimestamp = old.deletionTimestamp;
  if (
    old.deletionGracePeriodSeconds !== undefined &&
    kept.deletionGracePeriodSeconds === undefined
  ) {
    kept.deletionGracePeriodSeconds = old.deletionGracePeriodSeconds;
  }
  return kept;
}

/** Returns metadata with the stored generation, which no client decides. Source: meta-update-reset. */
export function withStoredGeneration(metadata: ObjectMeta, old: ObjectMeta): ObjectMeta {
  const { generation: _, ...rest } = metadata;
  return old.generation === undefined ? rest : { ...rest, generation: old.generation };
}

/**
 * Returns the one error with which an update of a stored object without resource version, or with `0`, ends. It stands
 * before all others, and prints a zero.
 *
 * Source: meta-update-resource-version.
 */
export function missingResourceVersion(metadata: ObjectMeta): FieldError[] {
  const { resourceVersion = '' } = metadata;
  if (resourceVersion !== '' && resourceVersion !== '0') return [];
  const detail = 'must be specified for an update';
  return [report('meta-update-resource-version', invalid('metadata.resourceVersion', 0, detail))];
}

/**
 * Returns metadata with a name where the server would generate one: the prefix, cut to 58 characters, and five letters.
 * Which letters does not matter to any rule.
 *
 * Source: meta-generated-name.
 */
export function withGeneratedName(metadata: ObjectMeta): ObjectMeta {
  const { name = '', generateName = '' } = metadata;
  if (name !== '' || generateName === '') return metadata;
  return { ...metadata, name: `${generateName.slice(0, MAX_NAME_BASE)}xxxxx` };
}

const MAX_NAME_BASE = 58;
