import { matchWrites } from '../image-requests.js';
import { definePolicy, type Policy } from '../policy.js';
import { withScope, type ScopeOptions } from '../scope.js';
import { allow, patch } from '../verdict.js';
import { setInNewTags } from './map-tags.js';

/** Which policy tags get that name none. */
export interface DefaultReferencePolicyOptions extends ScopeOptions {
  /** `Local`: pods pull through the cluster's registry. `Source`: from where the image comes. */
  readonly type: 'Local' | 'Source';
}

/**
 * Gives new tags a reference policy. API servers fill `Source` in before they ask webhooks, so `Source` on a new tag counts
 * as not given; an update that says `Source` about a tag that is there keeps it.
 */
export function defaultReferencePolicy({ type, ...scope }: DefaultReferencePolicyOptions): Policy {
  const setting = { member: 'referencePolicy', key: 'type', value: type, serverDefault: 'Source' };
  const policy = definePolicy({
    name: 'default-reference-policy',
    type: 'mutating',
    matches: matchWrites('imagestreams', 'imagestreamtags', 'imagetags', 'imagestreamimports'),
    review: (context) => {
      const filled = setInNewTags(context, setting);
      return filled === undefined || filled === context.object ? allow() : patch(filled);
    },
    notInCel: 'it changes objects',
  });
  return withScope(policy, scope);
}
