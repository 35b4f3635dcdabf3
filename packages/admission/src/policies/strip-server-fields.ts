import type { KubeObject } from '@imagestream/core';
import { matchWrites } from '../image-requests.js';
import { definePolicy, type Policy } from '../policy.js';
import { withScope, type ScopeOptions } from '../scope.js';
import { allow, patch } from '../verdict.js';
import { mapTagEntries } from './map-tags.js';

/** What `oc get -o yaml | oc apply` drags along, and nobody means to say. */
const ANNOTATION = 'openshift.io/image.dockerRepositoryCheck';

/**
 * Takes out of new image streams what belongs to the server and a dump of a cluster brings along: the generations of
 * tags, the status, and the annotation of the last repository check. The server ignores most of it; some of it, such as
 * generation 0, it takes for an order. Updates are left alone: there a generation may be meant.
 */
export function stripServerFields(scope: ScopeOptions = {}): Policy {
  const policy = definePolicy({
    name: 'strip-server-fields',
    type: 'mutating',
    matches: (request) => request.operation === 'CREATE' && matchWrites('imagestreams')(request),
    review: ({ object }) => {
      if (object === undefined) return allow();
      const stripped = withoutAnnotation(withoutStatus(mapTagEntries(object, withoutGeneration)));
      return stripped === object ? allow() : patch(stripped);
    },
    notInCel: 'it changes objects',
  });
  return withScope(policy, scope);
}

function withoutGeneration(entry: Record<string, unknown>): Record<string, unknown> {
  if (!Object.hasOwn(entry, 'generation') || entry['generation'] === null) return entry;
  const { generation: _generation, ...rest } = entry;
  return rest;
}

function withoutStatus(object: KubeObject): KubeObject {
  if (!('status' in object) || isEmptyStatus(object.status)) return object;
  const { status: _status, ...rest } = object;
  return rest;
}

/** The server writes a status with an empty repository into every object it shows to webhooks. */
function isEmptyStatus(status: unknown): boolean {
  return JSON.stringify(status) === '{"dockerImageRepository":""}';
}

function withoutAnnotation(object: KubeObject): KubeObject {
  const { annotations } = object.metadata;
  if (annotations === undefined || !Object.hasOwn(annotations, ANNOTATION)) return object;
  const { [ANNOTATION]: _annotation, ...rest } = annotations;
  return { ...object, metadata: { ...object.metadata, annotations: rest } };
}
