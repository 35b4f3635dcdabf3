import type { ImageStream, NamedTagEventList, TagEvent, TagReference } from './gen/kinds.js';
import { DEFAULT_TAG } from './image-reference-forms.js';

/**
 * Returns the spec entry of a tag. Where a name stands twice the last one counts, as it does on the server. An empty
 * tag means `latest`.
 *
 * Source: tag-duplicate-last-wins.
 */
export function findSpecTag(stream: ImageStream, tag: string): TagReference | undefined {
  const name = tag || DEFAULT_TAG;
  return stream.spec?.tags?.findLast((candidate) => candidate.name === name);
}

/**
 * Returns the status entry of a tag, its history. An empty tag means `latest`.
 *
 * Source: tag-duplicate-last-wins.
 */
export function findStatusTag(stream: ImageStream, tag: string): NamedTagEventList | undefined {
  const name = tag || DEFAULT_TAG;
  return stream.status?.tags?.findLast((candidate) => candidate.tag === name);
}

/**
 * Returns the newest event of a tag: what the tag points to now. Undefined when the tag has no history.
 *
 * Source: tag-history-newest-first.
 *
 * @example
 * latestTaggedImage(stream, 'latest')?.image; // 'sha256:…'
 */
export function latestTaggedImage(stream: ImageStream, tag: string): TagEvent | undefined {
  return findStatusTag(stream, tag)?.items?.[0];
}

/** Where following the spec of a tag inside its own stream ends. */
export type FollowedTag =
  /** `tag` is the last one of the chain, `reference` its spec entry; it does not follow another tag. */
  | {
      readonly type: 'end';
      readonly tag: string;
      readonly reference: TagReference;
      readonly hops: number;
    }
  /** The chain names a tag that the spec does not have. */
  | { readonly type: 'notFound'; readonly tag: string; readonly hops: number }
  /** The chain comes back to a tag it has passed. */
  | { readonly type: 'cycle'; readonly tag: string; readonly hops: number }
  /** The chain leaves the stream; `reference` is the entry that leaves it. */
  | {
      readonly type: 'otherStream';
      readonly tag: string;
      readonly reference: TagReference;
      readonly hops: number;
    }
  /** `reference` follows something that is not the name of a stream tag. */
  | {
      readonly type: 'invalid';
      readonly tag: string;
      readonly reference: TagReference;
      readonly hops: number;
    };

/**
 * Follows the spec of a tag through the tags of the same stream until one that does not follow another, and says how
 * the way ended. Linear in the number of tags, cycles included.
 *
 * Source: tag-follow-same-stream.
 *
 * @example
 * followTag(stream, 'stable'); // { type: 'end', tag: 'v1', reference: { name: 'v1', … }, hops: 2 }
 */
export function followTag(stream: ImageStream, tag: string): FollowedTag {
  const byName = new Map((stream.spec?.tags ?? []).map((entry) => [entry.name, entry]));
  const seen = new Set<string>();
  let current = tag || DEFAULT_TAG;
  for (;;) {
    const hops = seen.size;
    if (seen.has(current)) return { type: 'cycle', tag: current, hops };
    seen.add(current);
    const reference = byName.get(current);
    if (reference === undefined) return { type: 'notFound', tag: current, hops };
    if (reference.from?.kind !== 'ImageStreamTag')
      return { type: 'end', tag: current, reference, hops };
    const target = streamTagTarget(stream, reference);
    if (target === undefined) return { type: 'invalid', tag: current, reference, hops };
    if (
      target.stream !== stream.metadata.name ||
      target.namespace !== (stream.metadata.namespace ?? '')
    ) {
      return { type: 'otherStream', tag: current, reference, hops };
    }
    current = target.tag || DEFAULT_TAG;
  }
}

/** The stream tag that a spec tag follows, its own namespace and stream filled in. */
export interface StreamTagTarget {
  readonly namespace: string;
  readonly stream: string;
  readonly tag: string;
}

/**
 * Returns which stream tag a spec tag of kind ImageStreamTag follows, or undefined when its `from` is of another kind
 * or holds more than one colon. `tag` alone means the same stream.
 *
 * Source: tag-follow-name.
 */
export function streamTagTarget(
  stream: ImageStream,
  reference: TagReference,
): StreamTagTarget | undefined {
  const { from } = reference;
  if (from?.kind !== 'ImageStreamTag') return undefined;
  const parts = splitFollowedName(from.name ?? '', ':');
  if (parts === undefined) return undefined;
  const namespace = from.namespace || (stream.metadata.namespace ?? '');
  return { namespace, stream: parts.stream ?? stream.metadata.name ?? '', tag: parts.rest };
}

/**
 * Splits the `from.name` of a spec tag at its delimiter: `:` for kind ImageStreamTag, `@` for ImageStreamImage. One
 * part is a tag or an id of the own stream (`stream` is undefined), two name another one, more are refused. Empty
 * halves pass.
 *
 * Source: tag-follow-name.
 */
export function splitFollowedName(
  name: string,
  delimiter: ':' | '@',
): { readonly stream: string | undefined; readonly rest: string } | undefined {
  const index = name.indexOf(delimiter);
  if (index === -1) return { stream: undefined, rest: name };
  if (name.includes(delimiter, index + 1)) return undefined;
  return { stream: name.slice(0, index), rest: name.slice(index + 1) };
}
