/** What the 3.x surface `/oapi/v1` has and says differently. Source: legacy-surface. */
import type { Status } from '@imagestream/core';
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
