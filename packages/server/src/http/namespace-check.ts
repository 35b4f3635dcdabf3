import { makeStatus, StatusError, type KubeObject } from '@imagestream/core';
import type { ResourceCall } from './resource-call.js';

/**
 * Refuses a new object in a namespace that is being deleted. One that has no name yet goes by what its name will begin
 * with. Source: api-namespace-terminating.
 */
export function checkNamespaceAlive(
  { rest, context, parts }: Pick<ResourceCall, 'rest' | 'context' | 'parts'>,
  { metadata }: KubeObject,
): void {
  const { namespace } = context;
  if (rest.info.scope !== 'Namespaced' || namespace === '') return;
  const found = parts.cluster.namespace(namespace);
  const terminating =
    found?.status?.phase === 'Terminating' || found?.metadata.deletionTimestamp !== undefined;
  if (!terminating) return;
  const name = metadata.name || metadata.generateName || 'Unknown';
  const { group, resource } = rest.info;
  const subject = `${resource}.${group} ${JSON.stringify(name)}`;
  throw new StatusError(
    makeStatus({
      reason: 'Forbidden',
      message: `${subject} is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
      details: {
        name,
        group,
        kind: resource,
        causes: [
          {
            reason: 'NamespaceTerminating',
            message: `namespace ${namespace} is being terminated`,
            field: 'metadata.namespace',
          },
        ],
      },
    }),
  );
}
