import {
  conflictError,
  FieldPath,
  invalid,
  invalidError,
  type KubeObject,
} from '@imagestream/core';
import { refuseIfAny, runCreateHooks } from './create-object.js';
import { decodeStored, encodeStored } from './object-codec.js';
import { fillSystemMetadata, keepSystemMetadata } from './object-metadata.js';
import { missing, type Intent, type StoredState } from './object-storage.js';
import { parseRevision } from './read-objects.js';
import { withRevision, type RegistryParts } from './registry-parts.js';
import type { RequestContext } from './request-context.js';
import type { StoredResource } from './resource-dependencies.js';
import type { UpdateRequest, UpdateResult } from './rest.js';
import { sameJson } from './same-json.js';
import { printedKey, storageKey } from './storage-key.js';

/** One update. */
export interface UpdateCall<T extends KubeObject> {
  readonly context: RequestContext;
  readonly name: string;
  readonly request: UpdateRequest<T>;
}

/**
 * Changes an object, or creates it where the request may. Starts over while others are faster, writes nothing when nothing
 * changed, and removes an object that was only waiting for its last finalizer.
 *
 * Source: api-update, api-write-order.
 */
export async function updateObject<T extends KubeObject>(
  parts: RegistryParts<T>,
  call: UpdateCall<T>,
): Promise<UpdateResult<T>> {
  const { storage, resource } = parts;
  const { context, name, request } = call;
  const { info } = resource;
  const key = storageKey(info, context.namespace, name);
  let outcome: { object: T; created: boolean; old: StoredState | undefined } | undefined;
  const decide = async (state: StoredState | undefined): Promise<Intent> => {
    if (state === undefined) {
      if (!request.mayCreate) throw missing(info.group, context.resource, name);
      const object = await request.updatedObject(context, undefined);
      fillSystemMetadata(object, { info, context });
      await runCreateHooks(resource, context, object);
      outcome = { object, created: true, old: undefined };
      return context.dryRun ? { type: 'keep' } : { type: 'put', value: encodeStored(object) };
    }
    const old = decodeStored<T>(state.value, state.revision);
    checkUid(resource, call, old);
    const object = await request.updatedObject(context, old);
    checkRevision(resource, call, { object, current: state.revision });
    await runUpdateHooks(resource, context, { object, old });
    outcome = { object, created: false, old: state };
    if (context.dryRun || sameStored(object, old)) return { type: 'keep' };
    if (isFinished(object)) return { type: 'delete' };
    return { type: 'put', value: encodeStored(object) };
  };
  const revision = await storage.change(key, decide, context.signal);
  if (outcome === undefined) throw new Error('an update ended without an outcome');
  const { object, created, old } = outcome;
  // An object that vanishes with its last finalizer is answered as it was, under its old version.
  const shown = old !== undefined && isFinished(object) ? old.revision : revision;
  return { object: withRevision(object, shown), created };
}

function checkUid<T extends KubeObject>(
  { info }: StoredResource<T>,
  { context, name, request }: UpdateCall<T>,
  old: T,
): void {
  const { uid } = request.preconditions;
  if (uid === undefined || uid === old.metadata.uid) return;
  const key = printedKey(storageKey(info, context.namespace, name));
  throw conflictError(
    { group: info.group, resource: context.resource, name },
    `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ` +
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid ?? ''}`,
  );
}

/** Only an update of the version that is there goes through. */
function checkRevision<T extends KubeObject>(
  { info }: StoredResource<T>,
  { context, name }: UpdateCall<T>,
  { object, current }: { readonly object: T; readonly current: number },
): void {
  const given = parseRevision(object.metadata.resourceVersion ?? '');
  if (given === 0) {
    const path = FieldPath.of('metadata', 'resourceVersion');
    // The real server prints the resource where the kind belongs.
    throw invalidError({ group: info.group, kind: context.resource, name }, [
      invalid(path, 0, 'must be specified for an update'),
    ]);
  }
  if (given !== current)
    throw conflictError({ group: info.group, resource: context.resource, name });
}

async function runUpdateHooks<T extends KubeObject>(
  { info, strategy }: StoredResource<T>,
  context: RequestContext,
  { object, old }: { readonly object: T; readonly old: T },
): Promise<void> {
  keepSystemMetadata(object, old);
  await strategy.prepareForUpdate(context, object, old);
  const errors = await strategy.validateUpdate(context, object, old);
  refuseIfAny(info, object, errors);
  for (const text of strategy.warningsOnUpdate?.(context, object, old) ?? []) context.warn(text);
  strategy.canonicalize?.(object);
  await context.admit?.({ info, operation: 'UPDATE', object, oldObject: old });
}

/** Whether there is anything to write. Source: api-no-op. */
function sameStored(a: KubeObject, b: KubeObject): boolean {
  return sameJson(a, b);
}

/** Whether an object was only kept by finalizers and has none left. */
function isFinished({ metadata }: KubeObject): boolean {
  return (
    metadata.deletionTimestamp !== undefined &&
    (metadata.deletionGracePeriodSeconds ?? 0) === 0 &&
    (metadata.finalizers ?? []).length === 0
  );
}
