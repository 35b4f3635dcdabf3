import { FieldPath, isJsonObject, tooMany, type KubeObject } from '@imagestream/core';
import { matchWrites } from '../image-requests.js';
import { definePolicy, PolicyError, type Policy } from '../policy.js';
import { withScope, type ScopeOptions } from '../scope.js';
import { allow, deny } from '../verdict.js';

/** How many tags a stream may have. */
export interface MaximumTagsOptions extends ScopeOptions {
  readonly maxTags: number;
}

/**
 * Refuses image streams with too many tags in their spec. A stream that has too many already may be changed as long as it
 * gets no more. Writes through stream tags and imports are not counted here: no webhook sees the stream they lead to.
 */
export function maximumTags({ maxTags, ...scope }: MaximumTagsOptions): Policy {
  if (!Number.isSafeInteger(maxTags) || maxTags < 1) {
    throw new PolicyError(
      `maximum-tags: maxTags is ${maxTags}, expected a whole number of at least 1`,
    );
  }
  const policy = definePolicy({
    name: 'maximum-tags',
    type: 'validating',
    matches: matchWrites('imagestreams'),
    review: ({ object, oldObject }) => {
      const count = countTags(object);
      if (count <= Math.max(maxTags, countTags(oldObject))) return allow();
      return deny([tooMany(FieldPath.of('spec', 'tags'), count, maxTags)]);
    },
    cel: [
      {
        resources: ['imagestreams'],
        expression: `!has(object.spec.tags) || object.spec.tags.size() <= ${maxTags} || (oldObject != null && has(oldObject.spec.tags) && object.spec.tags.size() <= oldObject.spec.tags.size())`,
        message: `an image stream may have at most ${maxTags} tags`,
      },
    ],
  });
  return withScope(policy, scope);
}

function countTags(object: KubeObject | undefined): number {
  if (object === undefined || !('spec' in object) || !isJsonObject(object.spec)) return 0;
  const { tags } = object.spec;
  return Array.isArray(tags) ? tags.length : 0;
}
