import { forbidden, type FieldError } from '@imagestream/core';
import { ImageReferenceError, parseImageReference } from '@imagestream/image-v1';
import { matchWrites } from '../image-requests.js';
import { definePolicy, type Policy } from '../policy.js';
import { withScope, type ScopeOptions } from '../scope.js';
import { readChangedSources, type TagSource } from '../tag-sources.js';
import { allow, deny } from '../verdict.js';

/**
 * Refuses the tag `latest` when it takes whatever a registry calls latest. A stream's own `latest` may follow another
 * tag, or name a version or a digest.
 */
export function pinnedLatest(scope: ScopeOptions = {}): Policy {
  const policy = definePolicy({
    name: 'pinned-latest',
    type: 'validating',
    matches: matchWrites('imagestreams', 'imagestreamtags', 'imagetags', 'imagestreamimports'),
    review: (context) => {
      const errors = readChangedSources(context).flatMap(judge);
      return errors.length === 0 ? allow() : deny(errors);
    },
    notInCel: 'whether a pull spec ends in a tag or a port takes the parser of references to tell',
  });
  return withScope(policy, scope);
}

function judge({ from, tag }: TagSource): FieldError[] {
  if (tag !== 'latest' || from?.kind !== 'DockerImage') return [];
  try {
    const { tag: remote, id } = parseImageReference(from.name);
    if (id !== '' || (remote !== '' && remote !== 'latest')) return [];
  } catch (error) {
    // The server refuses what is no pull spec, with better words.
    if (error instanceof ImageReferenceError) return [];
    throw error;
  }
  return [
    forbidden(
      from.path.child('name'),
      'the tag latest must be pinned: name a version, a digest, or follow another tag',
    ),
  ];
}
