import { isJsonObject } from '@imagestream/core';
import type { JsonObject } from '../decode/decoded.js';
import { compareBytes } from '../decode/wire-form.js';
import { decodeFieldsV1, encodeFieldsV1 } from './fields-v1.js';
import type { PathSet } from './path-set.js';

/** What one manager owns by one kind of write to one endpoint: an entry of managedFields. */
export interface ManagerEntry {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  /** Empty on the main endpoint. */
  readonly subresource: string;
  /** RFC 3339; absent when the manager never changed anything. */
  readonly time?: string;
  readonly paths: PathSet;
}

/** Entries by what identifies them. A write never changes one it was given; it makes another. */
export type Managers = ReadonlyMap<string, ManagerEntry>;

/**
 * What identifies an entry: manager, operation and subresource, and for updates the version. This text is also the order
 * conflicts are reported in.
 */
export function managerId(entry: Omit<ManagerEntry, 'paths' | 'time'>): string {
  const { manager, operation, apiVersion, subresource } = entry;
  return JSON.stringify({
    ...(manager === '' ? {} : { manager }),
    operation,
    ...(operation === 'Update' ? { apiVersion } : {}),
    ...(subresource === '' ? {} : { subresource }),
  });
}

/** The entries with those that own nothing left out. */
export function withoutEmpty(managers: Managers): Managers {
  return new Map([...managers].filter(([, { paths }]) => !paths.isEmpty));
}

/** Reads `metadata.managedFields`; nothing is no entries. Undefined when an entry cannot be read. */
export function decodeManagers(value: unknown): Managers | undefined {
  if (value === undefined || value === null) return new Map();
  if (!Array.isArray(value)) return undefined;
  const managers = new Map<string, ManagerEntry>();
  for (const item of value) {
    const entry = decodeEntry(item);
    if (entry === undefined) return undefined;
    managers.set(managerId(entry), entry);
  }
  return managers;
}

function decodeEntry(item: unknown): ManagerEntry | undefined {
  if (!isJsonObject(item)) return undefined;
  const {
    manager = '',
    operation,
    apiVersion,
    subresource = '',
    time,
    fieldsType,
    fieldsV1,
  } = item;
  const paths = fieldsV1 === undefined ? decodeFieldsV1({}) : decodeFieldsV1(fieldsV1);
  if (operation !== 'Apply' && operation !== 'Update') return undefined;
  if (typeof apiVersion !== 'string' || apiVersion === '' || fieldsType !== 'FieldsV1') {
    return undefined;
  }
  if (typeof manager !== 'string' || typeof subresource !== 'string' || paths === undefined) {
    return undefined;
  }
  return {
    manager,
    operation,
    apiVersion,
    subresource,
    paths,
    ...(typeof time === 'string' ? { time } : {}),
  };
}

/** The entries as `metadata.managedFields` lists them: by operation, time, manager, version and subresource. */
export function encodeManagers(managers: Managers): JsonObject[] {
  return [...managers.values()].sort(compareEntries).map((entry) => ({
    manager: entry.manager,
    operation: entry.operation,
    apiVersion: entry.apiVersion,
    ...(entry.time === undefined ? {} : { time: entry.time }),
    fieldsType: 'FieldsV1',
    fieldsV1: encodeFieldsV1(entry.paths),
    ...(entry.subresource === '' ? {} : { subresource: entry.subresource }),
  }));
}

function compareEntries(a: ManagerEntry, b: ManagerEntry): number {
  return (
    compareBytes(a.operation, b.operation) ||
    compareBytes(a.time ?? '', b.time ?? '') ||
    compareBytes(a.manager, b.manager) ||
    compareBytes(a.apiVersion, b.apiVersion) ||
    compareBytes(a.subresource, b.subresource)
  );
}

/**
 * Whether a client's `metadata.managedFields` asks to forget all ownership: an empty list, or one empty entry.
 */
export function asksForReset(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  const [first] = value as readonly unknown[]; // Safe, because every list is one of unknowns.
  if (value.length === 0) return true;
  return value.length === 1 && isJsonObject(first) && Object.keys(first).length === 0;
}

/** The object with these entries as its managedFields; without the field when there are none. */
export function withManagers(object: JsonObject, managers: Managers): JsonObject {
  const { managedFields: _old, ...metadata } = isJsonObject(object['metadata'])
    ? object['metadata']
    : {};
  const entries = encodeManagers(managers);
  return {
    ...object,
    metadata: entries.length === 0 ? metadata : { ...metadata, managedFields: entries },
  };
}

/** `metadata.managedFields` of an object, as it stands. */
export function managedFieldsOf(object: JsonObject): unknown {
  const { metadata } = object;
  return isJsonObject(metadata) ? metadata['managedFields'] : undefined;
}

/** The most entries of updates one object keeps. Source: own-cap. */
const MAX_UPDATE_ENTRIES = 10;
/** Who owns what the oldest of too many updates owned. */
const ANCIENT = 'ancient-changes';

/** The entries with the oldest updates of each version joined into one, so that ten are left at most. */
export function capUpdates(managers: Managers): Managers {
  const updates = [...managers]
    .filter(([, { operation }]) => operation === 'Update')
    .sort(
      ([a, one], [b, other]) =>
        compareBytes(one.time ?? '', other.time ?? '') || compareBytes(a, b),
    );
  const result = new Map(managers);
  const firstOfVersion = new Map<string, string>();
  let count = updates.length;
  for (const [id, entry] of updates) {
    if (count <= MAX_UPDATE_ENTRIES) break;
    const first = firstOfVersion.get(entry.apiVersion);
    if (first === undefined) {
      firstOfVersion.set(entry.apiVersion, id);
      continue;
    }
    joinAncient(result, { id, entry, first });
    count--;
  }
  return result;
}

function joinAncient(
  managers: Map<string, ManagerEntry>,
  joined: { readonly id: string; readonly entry: ManagerEntry; readonly first: string },
): void {
  const { id, entry, first } = joined;
  const bucket = { ...entry, manager: ANCIENT, subresource: '' };
  const bucketId = managerId(bucket);
  const older = managers.get(bucketId) ?? managers.get(first);
  if (!managers.has(bucketId)) managers.delete(first);
  managers.delete(id);
  managers.set(bucketId, {
    ...bucket,
    paths: older === undefined ? entry.paths : entry.paths.union(older.paths),
  });
}
