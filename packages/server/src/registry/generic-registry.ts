/**
 * The fixed order of create, update and delete of stored objects. It knows no kind: what is special about a resource
 * is in its strategy. Source: api-write-order.
 *
 * Errors name the resource of the request, not the one stored: a view that finds its stream missing says that of itself,
 * as the real server does. Source: api-error-resource.
 */
import {
  conflictError,
  FieldPath,
  invalid,
  invalidError,
  isStatusError,
  type FieldError,
  type KubeObject,
} from '@imagestream/core';
import { deleteObject } from './delete-object.js';
import { fillSystemMetadata, generateName, keepSystemMetadata } from './object-metadata.js';
import { checkMetadata } from './metadata-rules.js';
import { arrange, decodeStored, encodeStored } from './object-codec.js';
import {
  missing,
  taken,
  type Intent,
  type ObjectStorage,
  type StoredState,
} from './object-storage.js';
import { plainError } from './plain-error.js';
import { awaitFreshness, openWatch, parseRevision, readPage } from './read-objects.js';
import type { RequestContext } from './request-context.js';
import type { StoredResource } from './resource-dependencies.js';
import type { DeleteRequest, ListQuery, ListResult, UpdateRequest, UpdateResult } from './rest.js';
import { sameJson } from './same-json.js';
import { printedKey, storageKey } from './storage-key.js';
import type { StoredRest } from './stored-rest.js';

/** How often a generated name is tried before the client is told to come back. */
const maxNameAttempts = 8;

/** A registry on shared storage, and the source of randomness for generated names. */
export interface RegistryParts<T extends KubeObject> {
  readonly storage: ObjectStorage;
  readonly resource: StoredResource<T>;
  /** A number from 0 up to 1, as `Math.random`. */
  readonly random: () => number;
}

/** A registry with every verb for a stored resource. */
export function createGenericRegistry<T extends KubeObject>(
  parts: RegistryParts<T>,
): StoredRest<T> {
  const { storage, resource } = parts;
  const { info, strategy } = resource;
  const { cache } = storage;
  const scopeOf = (context: RequestContext) => ({ cache, info, context });
  const finish = (object: T): T => {
    strategy.decorate?.(object);
    return object;
  };
  const read = (state: StoredState): T => finish(decodeStored<T>(state.value, state.revision));

  const registry: StoredRest<T> = {
    info,
    tables: true,
    servesEntries: info.subresource === undefined,
    normalize: (object) => strategy.normalize?.(object) ?? object,

    blank(metadata) {
      const { group, version, kind } = info;
      const object = { kind, apiVersion: `${group}/${version}`, metadata } as unknown as T; // normalize makes it one.
      return finish(strategy.normalize?.(object) ?? object);
    },

    async get(context, name) {
      const state = await storage.read(storageKey(info, context.namespace, name));
      if (state === undefined) throw missing(info.group, context.resource, name);
      return read(state);
    },

    async entry(context, name, { resourceVersion }) {
      await awaitFreshness(scopeOf(context), resourceVersion);
      const entry = cache.get(storageKey(info, context.namespace, name));
      if (entry === undefined) throw missing(info.group, context.resource, name);
      return entry;
    },

    page: (context, query) => readPage(scopeOf(context), query),

    async list(context, query) {
      const { entries, ...metadata } = await readPage(scopeOf(context), query);
      return { metadata, items: entries.map((entry) => read(entry)) };
    },

    watch: (context, query) => openWatch(scopeOf(context), query),

    async create(context, object) {
      return finish(await createObject(parts, context, object));
    },

    async update(context, name, request) {
      const { object, created } = await updateObject(parts, { context, name, request });
      return { object: finish(object), created };
    },

    async delete(context, name, request) {
      const result = await deleteObject(parts, { context, name, request });
      return { deleted: result.deleted, object: finish(result.object) };
    },

    deleteCollection: (context, request, query) =>
      deleteSelected(registry, { context, request, query }),
  };
  return registry;
}

async function createObject<T extends KubeObject>(
  parts: RegistryParts<T>,
  context: RequestContext,
  object: T,
): Promise<T> {
  const base = object.metadata.generateName ?? '';
  const attempts = base !== '' && (object.metadata.name ?? '') === '' ? maxNameAttempts : 1;
  for (let attempt = 1; ; attempt++) {
    const candidate = attempts === 1 ? object : structuredClone(object);
    if (attempts > 1) candidate.metadata.name = generateName(base, parts.random);
    try {
      return await createOnce(parts, context, candidate);
    } catch (error) {
      if (attempts === 1 || !isStatusError(error, 'AlreadyExists')) throw error;
      if (attempt === attempts) throw noUniqueName(error);
    }
  }
}

function noUniqueName(error: Error): Error {
  if (!isStatusError(error)) return error;
  const message = `${error.message}, the server was not able to generate a unique name for the object`;
  const details = { ...error.status.details, retryAfterSeconds: 1 };
  return Object.assign(error, { message, status: { ...error.status, message, details } });
}

async function createOnce<T extends KubeObject>(
  parts: RegistryParts<T>,
  context: RequestContext,
  object: T,
): Promise<T> {
  const { storage, resource } = parts;
  const { info } = resource;
  fillSystemMetadata(object, { info, context });
  await runCreateHooks(resource, context, object);
  if (givenRevision(object) > 0) {
    throw plainError('resourceVersion should not be set on objects to be created');
  }
  const { name = '' } = object.metadata;
  const key = storageKey(info, context.namespace, name);
  const revision = context.dryRun
    ? await dryInsert(storage, key)
    : await storage.insert(key, encodeStored(object));
  if (revision === undefined) {
    const holder = await storage.read(key);
    const beingDeleted =
      holder !== undefined &&
      decodeStored(holder.value, holder.revision).metadata.deletionTimestamp !== undefined;
    throw taken(info.group, context.resource, { name, beingDeleted });
  }
  return withRevision(object, revision);
}

/** 0 when the key is free, undefined when it is taken. */
async function dryInsert(storage: ObjectStorage, key: string): Promise<number | undefined> {
  return (await storage.read(key)) === undefined ? 0 : undefined;
}

async function runCreateHooks<T extends KubeObject>(
  { info, strategy }: StoredResource<T>,
  context: RequestContext,
  object: T,
): Promise<void> {
  await strategy.prepareForCreate(context, object);
  refuseIfAny(info, object, await strategy.validateCreate(context, object));
  refuseIfAny(info, object, checkMetadata(info, object.metadata));
  for (const text of strategy.warningsOnCreate?.(context, object) ?? []) context.warn(text);
  strategy.canonicalize?.(object);
  await context.admit?.({ info, operation: 'CREATE', object });
}

function refuseIfAny(
  info: { readonly group: string; readonly kind: string },
  object: KubeObject,
  errors: readonly FieldError[],
): void {
  if (errors.length === 0) return;
  const { name } = object.metadata;
  throw invalidError(
    { group: info.group, kind: info.kind, ...(name === undefined ? {} : { name }) },
    errors,
  );
}

/** What a client put into metadata.resourceVersion of a new object; what is no number counts as nothing. */
function givenRevision(object: KubeObject): number {
  const text = object.metadata.resourceVersion ?? '';
  return /^\d+$/.test(text) ? Number(text) : 0;
}

/** The object as it is answered: with the revision of the write, or without any when nothing was written. */
function withRevision<T extends KubeObject>(object: T, revision: number): T {
  if (revision === 0) delete object.metadata.resourceVersion;
  else object.metadata.resourceVersion = String(revision);
  return arrange(object);
}

interface UpdateCall<T extends KubeObject> {
  readonly context: RequestContext;
  readonly name: string;
  readonly request: UpdateRequest<T>;
}

async function updateObject<T extends KubeObject>(
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
  const revision = await storage.change(key, decide);
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

async function deleteSelected<T extends KubeObject>(
  registry: StoredRest<T>,
  {
    context,
    request,
    query,
  }: {
    readonly context: RequestContext;
    readonly request: DeleteRequest;
    readonly query: ListQuery;
  },
): Promise<ListResult<T>> {
  // The real server lists what it deletes in pages, and a page at a given version is exactly of that version.
  const limit = query.limit > 0 ? query.limit : Number.MAX_SAFE_INTEGER;
  const list = await registry.list(context, { ...query, limit });
  for (const item of list.items) {
    const { namespace = '', name = '' } = item.metadata;
    try {
      await registry.delete({ ...context, namespace }, name, request);
    } catch (error) {
      // Somebody else was faster; the goal is reached all the same.
      if (!isStatusError(error, 'NotFound')) throw error;
    }
  }
  return list;
}
