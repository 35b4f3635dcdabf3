import {
  badRequestError,
  matchesFieldSelector,
  matchesLabelSelector,
  type FieldSelector,
  type LabelSelector,
} from '@imagestream/core';
import type { EntryFilter } from '../cache/watch-cache.js';
import type { KubeObject } from '@imagestream/core';
import type { ObjectAttributes } from './object-codec.js';
import type { ResourceInfo } from './rest.js';

/** What a list or watch selects, besides its path. */
export interface Selection {
  readonly labels: LabelSelector;
  readonly fields: FieldSelector;
}

/**
 * Refuses a field selector that names a field the resource cannot be selected by. The text names only the two fields
 * every resource has, as the real server's does. Source: api-field-selector.
 */
export function checkSelectableFields(info: ResourceInfo, fields: FieldSelector): void {
  const known = ['metadata.name', 'metadata.namespace', ...info.selectableFields];
  for (const { field } of fields) {
    if (known.includes(field)) continue;
    throw badRequestError(
      `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
    );
  }
}

/** The one name that can match, when a field selector asks for one: `metadata.name=x`. */
export function selectedName(fields: FieldSelector): string | undefined {
  return requiredValue(fields, 'metadata.name');
}

function requiredValue(fields: FieldSelector, field: string): string | undefined {
  return fields.find((term) => term.field === field && term.operator === '=')?.value;
}

/** Whether an object with these attributes is selected. */
export function isSelected(selection: Selection, attributes: ObjectAttributes): boolean {
  return (
    matchesLabelSelector(selection.labels, attributes.labels) &&
    matchesFieldSelector(selection.fields, {
      ...attributes.fields,
      'metadata.name': attributes.name,
      'metadata.namespace': attributes.namespace,
    })
  );
}

/** The same as a filter over cached entries; undefined when everything is selected. */
export function toEntryFilter(
  selection: Selection,
): EntryFilter<KubeObject, ObjectAttributes> | undefined {
  if (selection.labels.length === 0 && selection.fields.length === 0) return undefined;
  return (entry) => isSelected(selection, entry.attributes);
}
