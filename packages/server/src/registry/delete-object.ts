import { conflictError, type KubeObject } from '@imagestream/core';
import type { RegistryParts } from './registry-parts.js';
import { arrange, decodeStored, encodeStored } from './object-codec.js';
import { missing, type Intent } from './object-storage.js';
import { formatTime, type RequestContext } from './request-context.js';
import type { DeleteRequest, ResourceInfo } from './rest.js';
import { storageKey } from './storage-key.js';
import type { GarbageCollectionPolicy } from './strategy.js';

const foreground = 'foregroundDeletion';
const orphan = 'orphan';

/** One delete. */
export interface DeleteCall {
  readonly context: RequestContext;
  readonly name: string;
  readonly request: DeleteRequest;
}

/**
 * Removes an object, or marks it when finalizers keep it. The object in the result is a fresh copy: as it was last,
 * or as it is now. Source: api-delete, api-delete-preconditions, api-finalizers.
 */
export async function deleteObject<T extends KubeObject>(
  parts: RegistryParts<T>,
  { context, name, request }: DeleteCall,
): Promise<{ readonly deleted: boolean; readonly object: T }> {
  const { info, strategy } = parts.resource;
  const key = storageKey(info, context.namespace, name);
  let outcome: { deleted: boolean; object: T } | undefined;
  const decide = async (
    state: { readonly value: Uint8Array; readonly revision: number } | undefined,
  ): Promise<Intent> => {
    if (state === undefined) throw missing(info.group, context.resource, name);
    const object = decodeStored<T>(state.value, state.revision);
    checkPreconditions(info, { name, request, object });
    await context.admit?.({ info, operation: 'DELETE', oldObject: object });
    const finalizers = finalizersAfter(object, request, strategy.garbageCollectionPolicy);
    outcome = { deleted: finalizers.length === 0, object };
    if (outcome.deleted) return { type: context.dryRun ? 'keep' : 'delete' };
    const changed = markDeleted(object, { finalizers, now: context.now() });
    if (!changed || context.dryRun) return { type: 'keep' };
    return { type: 'put', value: encodeStored(object) };
  };
  const revision = await parts.storage.change(key, decide, context.signal);
  if (outcome === undefined) throw new Error('a delete ended without an outcome');
  if (!outcome.deleted) outcome.object.metadata.resourceVersion = String(revision);
  return { deleted: outcome.deleted, object: arrange(outcome.object) };
}

function checkPreconditions(
  info: ResourceInfo,
  {
    name,
    request: { preconditions },
    object: { metadata },
  }: {
    readonly name: string;
    readonly request: DeleteRequest;
    readonly object: KubeObject;
  },
): void {
  // The real server names the kind, not the resource, in these two.
  const subject = { group: info.group, resource: info.kind, name };
  const { uid, resourceVersion } = preconditions;
  if (uid !== undefined && uid !== metadata.uid) {
    throw conflictError(
      subject,
      `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid ?? ''}). ` +
        'The object might have been deleted and then recreated',
    );
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    throw conflictError(
      subject,
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion ` +
        `in record (${metadata.resourceVersion ?? ''}). The object might have been modified`,
    );
  }
}

/** The finalizers the object has once the propagation policy is applied. */
function finalizersAfter(
  { metadata }: KubeObject,
  request: DeleteRequest,
  policy: GarbageCollectionPolicy,
): string[] {
  const present = metadata.finalizers ?? [];
  const others = present.filter((name) => name !== foreground && name !== orphan);
  if (policy === 'Unsupported') return [...others];
  switch (dependentsOf(request, { present, policy })) {
    case 'orphan':
      return [...others, orphan];
    case 'foreground':
      return [...others, foreground];
    case 'background':
      return others;
  }
}

function dependentsOf(
  { orphanDependents, propagationPolicy }: DeleteRequest,
  {
    present,
    policy,
  }: { readonly present: readonly string[]; readonly policy: GarbageCollectionPolicy },
): 'orphan' | 'foreground' | 'background' {
  if (orphanDependents !== undefined) return orphanDependents ? 'orphan' : 'background';
  if (propagationPolicy === 'Orphan') return 'orphan';
  if (propagationPolicy === 'Foreground') return 'foreground';
  if (propagationPolicy === 'Background') return 'background';
  const earlier = present.find((name) => name === foreground || name === orphan);
  if (earlier !== undefined) return earlier === orphan ? 'orphan' : 'foreground';
  return policy === 'OrphanDependents' ? 'orphan' : 'background';
}

/** Marks an object that finalizers keep; says whether that changed anything. */
function markDeleted(
  { metadata }: KubeObject,
  { finalizers, now }: { readonly finalizers: string[]; readonly now: Date },
): boolean {
  const before = metadata.finalizers ?? [];
  const same = before.length === finalizers.length && before.every((f) => finalizers.includes(f));
  if (metadata.deletionTimestamp !== undefined && same) return false;
  metadata.finalizers = finalizers;
  if (metadata.deletionGracePeriodSeconds === undefined && (metadata.generation ?? 0) > 0) {
    metadata.generation = (metadata.generation ?? 0) + 1;
  }
  metadata.deletionTimestamp ??= formatTime(now);
  metadata.deletionGracePeriodSeconds = 0;
  return true;
}
