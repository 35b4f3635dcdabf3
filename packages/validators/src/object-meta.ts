import {
  checkDns1123Label,
  checkLabelValue,
  checkQualifiedName,
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  type ManagedFieldsEntry,
  type ObjectMeta,
  type OwnerReference,
  quoteGo,
  required,
  tooLong,
  utf8Length,
} from '@imagestream/core';
import type { NameRule } from './name-rules.js';
import { report } from './report.js';

/** What the rules for metadata need to know about the kind. */
export interface ObjectMetaOptions {
  readonly path: FieldPath;
  readonly isNamespaced: boolean;
  readonly nameRule: NameRule;
  /** Ask for finalizers of the form `domain/name`, as the rules of whole objects do. */
  readonly checksFinalizerForm: boolean;
}

/** What the rules for changes of metadata need to know. */
export interface ObjectMetaUpdateOptions {
  readonly old: ObjectMeta;
  readonly path: FieldPath;
  /** Ask for finalizers of the form `domain/name`, as a kind's own rules do and the shared ones do not. */
  readonly checksFinalizerForm: boolean;
}

/** Keys and values together. Source: meta-annotations-size. */
const MAX_ANNOTATIONS_BYTES = 262_144;
const MAX_MANAGER_BYTES = 128;
const MAX_SUBRESOURCE_BYTES = 256;

/**
 * Checks the metadata of an object by the rules all kinds share.
 *
 * Source: meta-generate-name, meta-name-required, meta-name, meta-namespace-required, meta-namespace,
 * meta-namespace-forbidden, meta-generation, meta-labels, meta-annotations, meta-annotations-size, meta-owner,
 * meta-owner-controller, meta-owner-event, meta-finalizers, meta-finalizers-conflict, meta-finalizer-form,
 * meta-managed-fields.
 */
export function validateObjectMeta(meta: ObjectMeta, options: ObjectMetaOptions): FieldError[] {
  const { path } = options;
  const finalizers = meta.finalizers ?? [];
  return [
    ...checkName(meta, options),
    ...checkNamespace(meta.namespace ?? '', options),
    ...checkGeneration(meta.generation ?? 0, path.child('generation')),
    ...checkLabels(meta.labels ?? {}, path.child('labels')),
    ...checkAnnotations(meta.annotations ?? {}, path.child('annotations')),
    ...checkOwners(meta.ownerReferences ?? [], path.child('ownerReferences')),
    ...checkFinalizers(finalizers, path.child('finalizers')),
    ...checkManagedFields(meta.managedFields ?? [], path.child('managedFields')),
    ...(options.checksFinalizerForm
      ? checkFinalizerForms(finalizers, path.child('finalizers'))
      : []),
  ];
}

/**
 * Checks what an update may change in the metadata of an object.
 *
 * Source: meta-update-finalizers, meta-update-resource-version, meta-update-generation, meta-update-immutable,
 * meta-labels, meta-annotations, meta-annotations-size, meta-owner, meta-owner-controller, meta-owner-event,
 * meta-managed-fields, meta-finalizer-form.
 */
export function validateObjectMetaUpdate(
  meta: ObjectMeta,
  options: ObjectMetaUpdateOptions,
): FieldError[] {
  const { old, path } = options;
  const finalizers = options.checksFinalizerForm ? (meta.finalizers ?? []) : [];
  return [
    ...checkNewFinalizers(meta, options),
    ...checkResourceVersion(meta.resourceVersion ?? '', path.child('resourceVersion')),
    ...checkGenerationKept(meta, options),
    ...IMMUTABLE.flatMap(({ field, unset }) => {
      const value = meta[field] ?? unset;
      if (value === (old[field] ?? unset)) return [];
      return [
        report('meta-update-immutable', invalid(path.child(field), value, 'field is immutable')),
      ];
    }),
    ...checkLabels(meta.labels ?? {}, path.child('labels')),
    ...checkAnnotations(meta.annotations ?? {}, path.child('annotations')),
    ...checkOwners(meta.ownerReferences ?? [], path.child('ownerReferences')),
    ...checkManagedFields(meta.managedFields ?? [], path.child('managedFields')),
    ...checkFinalizerForms(finalizers, path.child('finalizers')),
  ];
}

/** In the server's order. `unset` is what an absent value prints as. Source: meta-update-immutable. */
const IMMUTABLE = [
  { field: 'name', unset: '' },
  { field: 'namespace', unset: '' },
  { field: 'uid', unset: '' },
  { field: 'creationTimestamp', unset: null },
  { field: 'deletionTimestamp', unset: null },
  { field: 'deletionGracePeriodSeconds', unset: null },
] as const;

function checkName(meta: ObjectMeta, options: ObjectMetaOptions): FieldError[] {
  const { path, nameRule } = options;
  const { name = '', generateName = '' } = meta;
  const errors =
    generateName === ''
      ? []
      : nameRule(generateName, { isPrefix: true }).map((detail) =>
          report('meta-generate-name', invalid(path.child('generateName'), generateName, detail)),
        );
  if (name === '') {
    const detail = 'name or generateName is required';
    return [...errors, report('meta-name-required', required(path.child('name'), detail))];
  }
  const problems = nameRule(name, { isPrefix: false });
  return [
    ...errors,
    ...problems.map((detail) => report('meta-name', invalid(path.child('name'), name, detail))),
  ];
}

function checkNamespace(namespace: string, options: ObjectMetaOptions): FieldError[] {
  const path = options.path.child('namespace');
  if (!options.isNamespaced) {
    if (namespace === '') return [];
    return [report('meta-namespace-forbidden', forbidden(path, 'not allowed on this type'))];
  }
  if (namespace === '') return [report('meta-namespace-required', required(path, ''))];
  return checkDns1123Label(namespace).map((detail) =>
    report('meta-namespace', invalid(path, namespace, detail)),
  );
}

function checkGeneration(generation: number, path: FieldPath): FieldError[] {
  if (generation >= 0) return [];
  return [
    report('meta-generation', invalid(path, generation, 'must be greater than or equal to 0')),
  ];
}

function checkLabels(labels: Readonly<Record<string, string>>, path: FieldPath): FieldError[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...checkQualifiedName(key).map((detail) => report('meta-labels', invalid(path, key, detail))),
    ...checkLabelValue(value).map((detail) => report('meta-labels', invalid(path, value, detail))),
  ]);
}

function checkAnnotations(
  annotations: Readonly<Record<string, string>>,
  path: FieldPath,
): FieldError[] {
  const entries = Object.entries(annotations);
  const errors = entries.flatMap(([key]) =>
    checkQualifiedName(toLowerCase(key)).map((detail) =>
      report('meta-annotations', invalid(path, key, detail)),
    ),
  );
  const size = entries.reduce((sum, [key, value]) => sum + utf8Length(key) + utf8Length(value), 0);
  if (size <= MAX_ANNOTATIONS_BYTES) return errors;
  return [...errors, report('meta-annotations-size', tooLong(path, '', MAX_ANNOTATIONS_BYTES))];
}

/** Lower-cases like the server: U+0130 becomes a plain `i`, which is the one difference that shows in ASCII. */
function toLowerCase(text: string): string {
  return text.replaceAll('\u0130', 'i').toLowerCase();
}

function checkOwners(owners: readonly OwnerReference[], path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  let controller: string | undefined;
  for (const owner of owners) {
    errors.push(...checkOwner(owner, path));
    if (owner.controller !== true) continue;
    const name = `${owner.kind}/${owner.name}`;
    if (controller !== undefined) {
      const detail = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`;
      errors.push(report('meta-owner-controller', invalid(path, owners, detail)));
    }
    controller ??= name;
  }
  return errors;
}

function checkOwner(owner: OwnerReference, path: FieldPath): FieldError[] {
  const { group, version } = splitApiVersion(owner.apiVersion);
  const errors: FieldError[] = [];
  if (version === '') {
    const detail = 'version must not be empty';
    errors.push(report('meta-owner', invalid(path.child('apiVersion'), owner.apiVersion, detail)));
  }
  for (const field of ['kind', 'name', 'uid'] as const) {
    if (owner[field] !== '') continue;
    errors.push(report('meta-owner', invalid(path.child(field), '', 'must not be empty')));
  }
  if (group === '' && version === 'v1' && owner.kind === 'Event') {
    const detail = '/v1, Kind=Event is disallowed from being an owner';
    errors.push(report('meta-owner-event', invalid(path, owner, detail)));
  }
  return errors;
}

/** More than one slash makes the whole text unreadable, and then it has no version. */
function splitApiVersion(apiVersion: string): { group: string; version: string } {
  const parts = apiVersion.split('/', 3);
  if (parts.length === 1) return { group: '', version: apiVersion };
  const [group = '', version = ''] = parts;
  return parts.length === 2 ? { group, version } : { group: '', version: '' };
}

function checkFinalizers(finalizers: readonly string[], path: FieldPath): FieldError[] {
  const errors = finalizers.flatMap((finalizer) =>
    checkQualifiedName(finalizer).map((detail) =>
      report('meta-finalizers', invalid(path, finalizer, detail)),
    ),
  );
  if (!finalizers.includes('orphan') || !finalizers.includes('foregroundDeletion')) return errors;
  const detail = 'finalizer orphan and foregroundDeletion cannot be both set';
  return [...errors, report('meta-finalizers-conflict', invalid(path, finalizers, detail))];
}

function checkFinalizerForms(finalizers: readonly string[], path: FieldPath): FieldError[] {
  const detail = 'name is neither a standard finalizer name nor is it fully qualified';
  return finalizers.flatMap((finalizer, index) => {
    if (finalizer.includes('/') || STANDARD_FINALIZERS.has(finalizer)) return [];
    return [report('meta-finalizer-form', invalid(path.index(index), finalizer, detail))];
  });
}

/** Source: meta-finalizer-form. */
const STANDARD_FINALIZERS: ReadonlySet<string> = new Set([
  'kubernetes',
  'orphan',
  'foregroundDeletion',
]);

function checkManagedFields(entries: readonly ManagedFieldsEntry[], path: FieldPath): FieldError[] {
  return entries.flatMap((entry, index) =>
    checkManagedFieldsEntry(entry, path.index(index)).map((error) =>
      report('meta-managed-fields', error),
    ),
  );
}

function checkManagedFieldsEntry(entry: ManagedFieldsEntry, path: FieldPath): FieldError[] {
  const { operation = '', fieldsType = '', manager = '', subresource = '' } = entry;
  const errors: FieldError[] = [];
  if (operation !== 'Apply' && operation !== 'Update') {
    errors.push(invalid(path.child('operation'), operation, 'must be `Apply` or `Update`'));
  }
  if (fieldsType !== '' && fieldsType !== 'FieldsV1') {
    errors.push(invalid(path.child('fieldsType'), fieldsType, 'must be `FieldsV1`'));
  }
  if (utf8Length(manager) > MAX_MANAGER_BYTES) {
    errors.push(tooLong(path.child('manager'), '', MAX_MANAGER_BYTES));
  }
  if (utf8Length(subresource) > MAX_SUBRESOURCE_BYTES) {
    errors.push(tooLong(path.child('subresource'), '', MAX_SUBRESOURCE_BYTES));
  }
  return errors;
}

function checkNewFinalizers(
  meta: ObjectMeta,
  options: { readonly old: ObjectMeta; readonly path: FieldPath },
): FieldError[] {
  if (options.old.deletionTimestamp === undefined) return [];
  const known = new Set(options.old.finalizers);
  const added = [...new Set(meta.finalizers)].filter((finalizer) => !known.has(finalizer)).sort();
  if (added.length === 0) return [];
  const listed = added.map(quoteGo).join(', ');
  const detail = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${listed}}`;
  return [report('meta-update-finalizers', forbidden(options.path.child('finalizers'), detail))];
}

function checkResourceVersion(resourceVersion: string, path: FieldPath): FieldError[] {
  if (resourceVersion !== '') return [];
  const detail = 'must be specified for an update';
  return [report('meta-update-resource-version', invalid(path, resourceVersion, detail))];
}

function checkGenerationKept(
  meta: ObjectMeta,
  options: { readonly old: ObjectMeta; readonly path: FieldPath },
): FieldError[] {
  const generation = meta.generation ?? 0;
  if (generation >= (options.old.generation ?? 0)) return [];
  const path = options.path.child('generation');
  return [report('meta-update-generation', invalid(path, generation, 'must not be decremented'))];
}
