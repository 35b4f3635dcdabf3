import { invalidError, isStatusError, type FieldError, type KubeObject } from '@imagestream/core';
import { checkMetadata } from './metadata-rules.js';
import { decodeStored, encodeStored } from './object-codec.js';
import { fillSystemMetadata, generateName } from './object-metadata.js';
import { taken, type ObjectStorage } from './object-storage.js';
import { plainError } from './plain-error.js';
import { withRevision, type RegistryParts } from './registry-parts.js';
import type { RequestContext } from './request-context.js';
import type { StoredResource } from './resource-dependencies.js';
import { storageKey } from './storage-key.js';

/** How often a generated name is tried before the client is told to come back. */
const maxNameAttempts = 8;

/**
 * Creates an object, under a generated name if it asks for one: with eight tries before the client is told to come back.
 *
 * Source: api-create, api-generate-name, api-write-order.
 */
export async function createObject<T extends KubeObject>(
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

/** What happens to a new object between its decoding and the store. Throws 422 for what breaks a rule. */
export async function runCreateHooks<T extends KubeObject>(
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

/** Throws 422 about the kind if there are errors. */
export function refuseIfAny(
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
