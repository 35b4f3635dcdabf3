import { type FieldError, FieldPath, type ObjectMeta } from '@imagestream/core';
import { pathSegmentName } from '../name-rules.js';
import { validateObjectMeta, validateObjectMetaUpdate } from '../object-meta.js';

/** What the server asks of the metadata in every update. */
export interface UpdateRules {
  /** The rules that run for every kind, before its own. */
  readonly shared: readonly FieldError[];
  /** The rules for changes as a kind's own rules run them once more, with one more about finalizers. */
  readonly changes: readonly FieldError[];
}

/**
 * Checks the metadata of an update. Most errors stand in both parts: the server finds them twice.
 *
 * Source: meta-update-immutable, meta-finalizer-form.
 */
export function checkUpdateRules(
  metadata: ObjectMeta,
  options: { readonly old: ObjectMeta; readonly isNamespaced: boolean },
): UpdateRules {
  const { old, isNamespaced } = options;
  const path = FieldPath.of('metadata');
  const meta = validateObjectMeta(metadata, {
    path,
    isNamespaced,
    nameRule: pathSegmentName,
    checksFinalizerForm: false,
  });
  const common = validateObjectMetaUpdate(metadata, { old, path, checksFinalizerForm: false });
  const changes = validateObjectMetaUpdate(metadata, { old, path, checksFinalizerForm: true });
  return { shared: [...meta, ...common], changes };
}
