import { formatApiVersion } from '@imagestream/core';
import { TYPE_TABLE } from '../gen/topology.js';
import type { GroupVersionKind } from './decoded.js';
import { UnknownKindError } from './type-meta.js';
import { findField } from './type-table.js';

/** The registry of types the real server looks kinds up in; its error texts name it. */
export const TYPE_REGISTRY = 'k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30';

const IMAGE_GROUP = 'image.openshift.io';

/** Kinds the 3.x API did not have; every other one is also known under the legacy apiVersion `v1`. */
const NOT_LEGACY = new Set(['ImageTag', 'ImageStreamLayers', 'DeleteOptions']);

/** Kinds of the core group that people post by mistake: the real server knows them, and says they do not convert. */
const CORE_KINDS = new Set([
  'ConfigMap',
  'Event',
  'LimitRange',
  'Namespace',
  'Node',
  'PersistentVolumeClaim',
  'Pod',
  'ReplicationController',
  'ResourceQuota',
  'Secret',
  'Service',
  'ServiceAccount',
]);

/** A kind a body may name, and the struct it is read as. */
export interface KindOfBody {
  /** The name of a struct of the type table; a kind of another group has none and is refused unread. */
  readonly struct: string;
  /** Throws for a kind that can be read but is not the endpoint's. Called after the body was read. */
  refuseOtherKind(): void;
}

/** A body of a kind that is known but is none the endpoint takes. */
export class OtherKindError extends Error {
  override readonly name = 'OtherKindError';
}

/**
 * Looks up the kind of a body.
 *
 * Throws an UnknownKindError when there is none of that name and version.
 */
export function checkKind(gvk: GroupVersionKind, expected: GroupVersionKind): KindOfBody {
  const found = isImageKind(gvk) || isCoreKind(gvk);
  if (!found && !isSame(gvk, expected)) {
    throw new UnknownKindError(
      { kind: gvk.kind, apiVersion: formatApiVersion(gvk) },
      TYPE_REGISTRY,
    );
  }
  return {
    struct: gvk.kind,
    refuseOtherKind(): void {
      if (gvk.kind === expected.kind) return;
      throw new OtherKindError(
        `converting (v1.${gvk.kind}) to (image.${expected.kind}): unknown conversion`,
      );
    },
  };
}

function isSame(a: GroupVersionKind, b: GroupVersionKind): boolean {
  return a.group === b.group && a.version === b.version && a.kind === b.kind;
}

function isImageKind({ group, version, kind }: GroupVersionKind): boolean {
  if (version !== 'v1') return false;
  const row = TYPE_TABLE[kind];
  if (row === undefined || findField(row, 'metadata')?.ref.type !== 'struct') return false;
  return group === IMAGE_GROUP || (group === '' && !NOT_LEGACY.has(kind));
}

function isCoreKind({ group, version, kind }: GroupVersionKind): boolean {
  return group === '' && version === 'v1' && CORE_KINDS.has(kind);
}
