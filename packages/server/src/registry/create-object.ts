import { invalidError, isStatusError, type FieldError, type KubeObject } from '@imagestream/core';
import { checkMetadata } from './metadata-rules.js';
import { decodeStored, encodeStored } from './object-codec.js';
import { fillSystemMetadata, generateName } from './object-metadata.js';
import { taken } from './object-storage.js';
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
  const outcome = context.dryRun
    ? ((await storage.read(key)) ?? 0)
    : await storage.insert(key, encodeStored(object));
  if (typeof outcome === 'number') return withRevision(object, outcome);
  const { deletionTimestamp } = decodeStored(outcome.value, outcome.revision).metadata;
  const beingDeleted = deletionTimestamp !== undefined;
  throw taken(info.group, context.resource, { name, beingDeleted });
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
