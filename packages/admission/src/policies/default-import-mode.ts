import { matchWrites } from '../image-requests.js';
import { definePolicy, type Policy } from '../policy.js';
import { withScope, type ScopeOptions } from '../scope.js';
import { allow, patch } from '../verdict.js';
import { setInNewTags } from './map-tags.js';

/** Which import mode tags get that name none. */
export interface DefaultImportModeOptions extends ScopeOptions {
  /** `PreserveOriginal` keeps manifest lists with all their platforms, `Legacy` takes one platform out of them. */
  readonly importMode: 'PreserveOriginal' | 'Legacy';
}

/**
 * Gives new tags an import mode. API servers fill `Legacy` in before they ask webhooks, so `Legacy` on a new tag counts as
 * not given; an update that says `Legacy` about a tag that is there keeps it.
 */
export function defaultImportMode({ importMode, ...scope }: DefaultImportModeOptions): Policy {
  const setting = {
    member: 'importPolicy',
    key: 'importMode',
    value: importMode,
    serverDefault: 'Legacy',
  };
  const policy = definePolicy({
    name: 'default-import-mode',
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
