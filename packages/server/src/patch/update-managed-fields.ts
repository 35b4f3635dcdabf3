import { formatApiVersion, isJsonObject } from '@imagestream/core';
import { jsonEquals } from '@imagestream/core/patch';
import type { JsonObject } from '../decode/decoded.js';
import { zeroObject } from '../decode/wire-form.js';
import { TYPE_TABLE } from '../gen/topology.js';
import { formatTime } from '../registry/request-context.js';
import {
  asksForReset,
  capUpdates,
  decodeManagers,
  managedFieldsOf,
  managerId,
  withManagers,
  type ManagerEntry,
  type Managers,
} from './managed-fields.js';
import { ownable, takeFromOthers } from './ownership.js';
import { PathSet } from './path-set.js';
import type { OwnershipRequest } from './patch-request.js';
import { describeObject } from './describe-object.js';
import { structShape, type MapShape } from './shape.js';
import { checkTyped, formatTypeErrors } from './typed-check.js';
import { compareTyped } from './typed-value.js';

/**
 * Records who owns what after a write by any verb but apply, and returns the object with its managedFields.
 *
 * The manager gains what the write added or changed, everybody else loses what it changed or removed. An object that
 * exists and has no managedFields stays without. The client may hand in managedFields of its own, or reset them with
 * `[]` or `[{}]`; on a subresource they are ignored. Pure; never throws on data.
 *
 * Source: own-update, own-untracked, own-reset.
 */
export function updateManagedFields(request: OwnershipRequest): JsonObject {
  const { live, object, gvk } = request;
  const managers = startingManagers(request);
  const bare = withManagers(object, new Map());
  if (managers.size === 0 && live !== undefined && hasUid(live)) return bare;
  const before = live ?? zeroObject({ table: TYPE_TABLE, struct: gvk.kind });
  try {
    const updated = recordUpdate({ managers, before, after: bare, by: entryOf(request) });
    return keepUnchangedTimes(live, withManagers(bare, capUpdates(updated)));
  } catch (error) {
    // Ownership that cannot be followed is dropped rather than guessed at.
    if (error instanceof UntypedError) return bare;
    throw error;
  }
}

/** Whose entries a write starts from. */
function startingManagers({ live, object, subresource }: OwnershipRequest): Managers {
  const current =
    (live === undefined ? undefined : decodeManagers(managedFieldsOf(live))) ??
    new Map<string, ManagerEntry>();
  if ((subresource ?? '') !== '') return current;
  const given = managedFieldsOf(object);
  if (asksForReset(given)) return new Map<string, ManagerEntry>();
  const managers = decodeManagers(given);
  return managers === undefined || managers.size === 0 ? current : managers;
}

function hasUid(object: JsonObject): boolean {
  const { metadata } = object;
  return isJsonObject(metadata) && typeof metadata['uid'] === 'string' && metadata['uid'] !== '';
}

function entryOf(request: OwnershipRequest): ManagerEntry {
  return {
    manager: request.manager === '' ? 'unknown' : request.manager,
    operation: 'Update',
    apiVersion: formatApiVersion(request.gvk),
    subresource: request.subresource ?? '',
    time: formatTime(request.now),
    paths: PathSet.empty,
  };
}

/**
 * The managers after `by` turned one object into another. The time of its entry changes only when it gained something.
 *
 * Throws an UntypedError for an object the type checker cannot follow.
 */
export function recordUpdate(update: {
  readonly managers: Managers;
  readonly before: JsonObject;
  readonly after: JsonObject;
  readonly by: ManagerEntry;
}): Managers {
  const { managers, before, after, by } = update;
  const shape = structShape(TYPE_TABLE, kindOf(after, before));
  requireTyped(after, shape, 'new');
  requireTyped(before, shape, 'live');
  const change = compareTyped(
    withManagers(before, new Map()),
    withManagers(after, new Map()),
    shape,
  );
  const self = managerId(by);
  // Also its own earlier entry gives up what this write changed: it gets it back as gained.
  const others = takeFromOthers(managers, change, '');
  const gained = ownable(change.added.union(change.modified));
  if (gained.isEmpty) return others;
  const earlier = others.get(self)?.paths ?? PathSet.empty;
  return new Map([...others, [self, { ...by, paths: gained.union(earlier) }]]);
}

/** An object whose fields cannot be told apart, so that nobody can be recorded as their owner. */
export class UntypedError extends Error {
  override readonly name = 'UntypedError';
}

function requireTyped(object: JsonObject, shape: MapShape, which: 'new' | 'live'): void {
  const errors = checkTyped(object, shape, { refuseRepeated: false });
  if (errors.length === 0) return;
  throw new UntypedError(
    `failed to convert ${which} object (${describeObject(object)}) to smd typed: ${formatTypeErrors(errors)}`,
  );
}

function kindOf(...objects: readonly JsonObject[]): string {
  const kinds = objects.map(({ kind }) => kind).filter((kind) => typeof kind === 'string');
  return kinds[0] ?? '';
}

/**
 * The new object, with the old one's managedFields when only their times differ: a write that changes nothing else is none.
 *
 * Source: own-times.
 */
export function keepUnchangedTimes(old: JsonObject | undefined, object: JsonObject): JsonObject {
  const before = old === undefined ? undefined : managedFieldsOf(old);
  const after = managedFieldsOf(object);
  if (old === undefined || !Array.isArray(before) || !Array.isArray(after)) return object;
  if (!jsonEquals(withoutTimes(before), withoutTimes(after))) return object;
  if (!jsonEquals(withManagers(old, new Map()), withManagers(object, new Map()))) return object;
  const metadata = isJsonObject(object['metadata']) ? object['metadata'] : {};
  return { ...object, metadata: { ...metadata, managedFields: before } };
}

function withoutTimes(entries: readonly unknown[]): unknown[] {
  return entries.map((entry) => {
    if (!isJsonObject(entry)) return entry;
    const { time: _time, ...rest } = entry;
    return rest;
  });
}
