import { IMAGE_GROUP, TAG_RESOURCES, type TagResource } from '../image-requests.js';
import type { Policy } from '../policy.js';

/** An operation a webhook can be asked about. */
export type WriteOperation = 'CREATE' | 'UPDATE' | 'DELETE';

const OPERATIONS: readonly WriteOperation[] = ['CREATE', 'UPDATE', 'DELETE'];

/**
 * Which writes policies have anything to say about, found by asking them. Of the image group only the resources through
 * which tags change.
 */
export function coveredResources(
  policies: readonly Policy[],
): ReadonlyMap<TagResource, readonly WriteOperation[]> {
  const covered = new Map<TagResource, readonly WriteOperation[]>();
  for (const resource of TAG_RESOURCES) {
    const operations = OPERATIONS.filter((operation) =>
      policies.some((policy) => matchesIn(policy, resource, operation)),
    );
    if (operations.length > 0) covered.set(resource, operations);
  }
  return covered;
}

function matchesIn(policy: Policy, resource: TagResource, operation: WriteOperation): boolean {
  return probeNamespaces(policy).some((namespace) =>
    policy.matches({
      uid: 'probe',
      operation,
      kind: { group: IMAGE_GROUP, version: 'v1', kind: '' },
      resource: { group: IMAGE_GROUP, version: 'v1', resource },
      namespace,
      userInfo: {},
    }),
  );
}

/** Namespaces a policy may be meant for: one for each pattern, or any. */
function probeNamespaces({ scope }: Policy): string[] {
  return (scope?.namespaces ?? ['any']).map((pattern) => pattern.replace('*', 'any'));
}
