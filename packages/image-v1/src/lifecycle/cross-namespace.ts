import {
  type FieldError,
  FieldPath,
  forbidden,
  invalid,
  quoteGo,
  withRule,
} from '@imagestream/core';
import type { ImageStream, TagReference } from '../gen/kinds.js';
import { splitFollowedName } from '../tag-history.js';
import { BAD_FOLLOW_FORM, type StreamName } from './follow-tags.js';
import { changedTags } from './tag-changes.js';

/**
 * A stream of another namespace that new or changed tags follow. The server asks whether the user may `get` the
 * subresource `layers` of it, once for all tags.
 */
export interface CrossNamespaceReview {
  readonly target: StreamName;
  /** The tags that need the permission. */
  readonly tags: readonly TagReference[];
}

/** How an access review ended when it did not allow. */
export interface AccessDenial {
  readonly reason: string;
  /** What the authorizer could not evaluate; usually empty. */
  readonly evaluationError: string;
  /** The review itself failed. */
  readonly error?: string;
}

/**
 * Returns the access reviews that a stream needs before it may be written, and the errors of references to other
 * namespaces that name no stream at all. References inside the own namespace and unchanged tags need none.
 *
 * Source: stream-access-form, stream-access.
 */
export function crossNamespaceReviews(
  stream: ImageStream,
  old: ImageStream | undefined,
): { readonly reviews: readonly CrossNamespaceReview[]; readonly problems: readonly FieldError[] } {
  const reviews = new Map<string, { target: StreamName; tags: TagReference[] }>();
  const problems: FieldError[] = [];
  for (const tag of changedTags(stream, old)) {
    const namespace = tag.from?.namespace ?? '';
    if (namespace === '' || namespace === (stream.metadata.namespace ?? '')) continue;
    const name = followedStreamName(stream, tag);
    if (name === undefined) {
      const path = fromPath(tag).child('name');
      problems.push(
        withRule(invalid(path, tag.from?.name ?? '', BAD_FOLLOW_FORM), 'stream-access-form'),
      );
      continue;
    }
    const key = JSON.stringify([namespace, name]);
    const review = reviews.get(key);
    if (review === undefined) reviews.set(key, { target: { namespace, name }, tags: [tag] });
    else review.tags.push(tag);
  }
  return { reviews: [...reviews.values()], problems };
}

/**
 * Returns the errors of a review that did not allow, one for each tag that shares it.
 *
 * Source: stream-access.
 */
export function denyReview(review: CrossNamespaceReview, denial: AccessDenial): FieldError[] {
  const { namespace, name } = review.target;
  const failure = denial.error === undefined ? '' : `- ${denial.error}`;
  const reason = `${quoteGo(denial.reason)} ${quoteGo(denial.evaluationError)}`;
  const detail = `${namespace}/${name}: ${reason}${failure}`;
  return review.tags.map((tag) => withRule(forbidden(fromPath(tag), detail), 'stream-access'));
}

function followedStreamName(stream: ImageStream, tag: TagReference): string | undefined {
  const name = tag.from?.name ?? '';
  switch (tag.from?.kind) {
    case 'ImageStreamTag':
      return toStreamName(stream, splitFollowedName(name, ':'));
    case 'ImageStreamImage':
      return toStreamName(stream, splitFollowedName(name, '@'));
    default:
      return undefined;
  }
}

/** One part alone names the tag of a stream called like this one, in the other namespace. */
function toStreamName(
  stream: ImageStream,
  parts: ReturnType<typeof splitFollowedName>,
): string | undefined {
  if (parts === undefined) return undefined;
  return parts.stream ?? stream.metadata.name ?? '';
}

function fromPath(tag: TagReference): FieldPath {
  return FieldPath.of('spec', 'tags').key(tag.name).child('from');
}
