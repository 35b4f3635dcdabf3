/** What the 3.x surface `/oapi/v1` has and says differently. Source: legacy-surface. */
import { isJsonObject, type KubeObject, type Status } from '@imagestream/core';
import { pathOf, type ResourceTable } from './resource-table.js';

const suffix = '.image.openshift.io';

/** Resources 3.x did not have. */
const newResources = ['imagetags', 'imagestreams/layers'];

/** The resources of the legacy surface. */
export function legacyTable(table: ResourceTable): ResourceTable {
  return new Map([...table].filter(([, rest]) => !newResources.includes(pathOf(rest))));
}

/** A Status in the words of 3.x, which knew no group for these resources. */
export function legacyStatus(status: Status): Status {
  const { message, details } = status;
  return {
    ...status,
    ...(message === undefined ? {} : { message: message.replaceAll(suffix, '') }),
    ...(details === undefined ? {} : { details: withoutGroup(details) }),
  };
}

function withoutGroup<T extends { group?: string }>(details: T): Omit<T, 'group'> {
  const { group: _group, ...rest } = details;
  return rest;
}

/**
 * An object as `export=true` gives it: without status, identity, times and generations, and, unless `exact`, without its
 * namespace. What 3.x did exactly is not known; this is what its documents say the parameter is for.
 *
 * Source: legacy-export.
 */
export function withoutClusterFields(
  object: KubeObject,
  { exact }: { readonly exact: boolean },
): KubeObject {
  const { apiVersion, kind, metadata, ...rest } = object;
  const { name, generateName, namespace, labels, annotations, ownerReferences, finalizers } =
    metadata;
  const kept = { name, generateName, labels, annotations, ownerReferences, finalizers };
  const shown = Object.entries(exact ? { ...kept, namespace } : kept);
  const body = Object.entries(rest).filter(([field]) => field !== 'status');
  return {
    kind,
    apiVersion,
    metadata: Object.fromEntries(shown.filter(([, value]) => value !== undefined)),
    ...Object.fromEntries(body.map(([field, value]) => [field, withoutGenerations(value)])),
  };
}

function withoutGenerations(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutGenerations);
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).filter(([field]) => field !== 'generation');
  return Object.fromEntries(members.map(([field, member]) => [field, withoutGenerations(member)]));
}
