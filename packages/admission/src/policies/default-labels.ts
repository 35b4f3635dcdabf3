import { checkLabelValue, checkQualifiedName } from '@imagestream/core';
import { matchWrites } from '../image-requests.js';
import { definePolicy, PolicyError, type Policy } from '../policy.js';
import { withScope, type ScopeOptions } from '../scope.js';
import { allow, patch } from '../verdict.js';

/** Labels for streams that lack them. */
export interface DefaultLabelsOptions extends ScopeOptions {
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Adds labels to image streams that lack them; a label that is there keeps its value. Throws a PolicyError for labels
 * no object may carry.
 */
export function defaultLabels({ labels, ...scope }: DefaultLabelsOptions): Policy {
  for (const [key, value] of Object.entries(labels)) {
    const problems = [...checkQualifiedName(key), ...checkLabelValue(value)];
    if (problems.length > 0)
      throw new PolicyError(`default-labels: ${key}=${value}: ${problems.join('; ')}`);
  }
  const policy = definePolicy({
    name: 'default-labels',
    type: 'mutating',
    matches: matchWrites('imagestreams'),
    review: ({ object }) => {
      if (object === undefined) return allow();
      const given = object.metadata.labels ?? {};
      if (Object.keys(labels).every((key) => Object.hasOwn(given, key))) return allow();
      return patch({
        ...object,
        metadata: { ...object.metadata, labels: { ...labels, ...given } },
      });
    },
    notInCel: 'it changes objects',
  });
  return withScope(policy, scope);
}
