import type { ImageStream, TagReference } from '../gen/kinds.js';
import { tryParseImageReference } from '../image-reference.js';
import {
  asDaemonMinimal,
  formatImageReference,
  withDockerClientDefaults,
} from '../image-reference-forms.js';
import { splitFollowedName } from '../tag-history.js';

/** The largest number of references and images a stream of a namespace may hold. Absent means no limit. */
export interface ImageStreamLimits {
  /** `openshift.io/image-tags` */
  readonly imageTags?: number;
  /** `openshift.io/images` */
  readonly images?: number;
}

/**
 * Returns the text of the server's refusal when a write would take a stream beyond its limits, or undefined when it
 * would not. A stream that is over its limits already may change as long as it adds nothing.
 *
 * Source: stream-limits.
 */
export function checkImageStreamLimits(
  stream: ImageStream,
  options: { readonly old: ImageStream | undefined; readonly limits: ImageStreamLimits },
): string | undefined {
  const { old, limits } = options;
  if (limits.imageTags === undefined && limits.images === undefined) return undefined;
  const counted = [
    { resource: 'openshift.io/image-tags', max: limits.imageTags, count: countedReferences },
    { resource: 'openshift.io/images', max: limits.images, count: countedImages },
  ].map(({ resource, max, count }) => ({
    resource,
    max,
    used: count(stream),
    before: old === undefined ? new Set<string>() : count(old),
  }));
  if (counted.every(({ used, before }) => addsNothing(used, before))) return undefined;
  const refusals = counted.flatMap(({ resource, max, used }) => {
    if (max === undefined || used.size <= max) return [];
    return `requested usage of ${resource} exceeds the maximum limit per openshift.io/ImageStream (${used.size} > ${max})`;
  });
  if (refusals.length === 0) return undefined;
  return refusals.length === 1 ? refusals[0] : `[${refusals.join(', ')}]`;
}

/** Nothing new means no growth either. */
function addsNothing(used: ReadonlySet<string>, before: ReadonlySet<string>): boolean {
  return [...used].every((member) => before.has(member));
}

/** Returns the distinct images in the history of a stream. Source: stream-limits-images. */
export function countedImages(stream: ImageStream): Set<string> {
  const events = (stream.status?.tags ?? []).flatMap((tag) => tag.items ?? []);
  return new Set(events.map(({ image }) => image).filter((image) => image !== ''));
}

/**
 * Returns the distinct references of a spec as the limits count them: one text per image, whatever way it is written.
 * What does not parse is not counted, and neither is a bare tag of the own stream.
 *
 * Source: stream-limits-references.
 */
export function countedReferences(stream: ImageStream): Set<string> {
  const references = (stream.spec?.tags ?? []).map((tag) => countedReference(stream, tag));
  return new Set(references.filter((reference) => reference !== undefined));
}

function countedReference(stream: ImageStream, tag: TagReference): string | undefined {
  const name = tag.from?.name ?? '';
  const namespace = tag.from?.namespace || (stream.metadata.namespace ?? '');
  switch (tag.from?.kind) {
    case 'DockerImage': {
      const parsed = tryParseImageReference(name);
      if (parsed.type === 'error') return undefined;
      return formatImageReference(asDaemonMinimal(withDockerClientDefaults(parsed.reference)));
    }
    case 'ImageStreamTag': {
      const parts = name.includes('@') ? undefined : splitFollowedName(name, ':');
      return parts?.stream && parts.rest !== '' ? `${namespace}/${name}` : undefined;
    }
    case 'ImageStreamImage': {
      const parsed = tryParseImageReference(name);
      if (parsed.type === 'error' || parsed.reference.id === '') return undefined;
      return formatImageReference({ ...parsed.reference, namespace });
    }
    default:
      return undefined;
  }
}
