import type { ImageStream, TagEvent, TagReference } from './gen/kinds.js';
import { tryParseImageReference } from './image-reference.js';
import { asRepository, DEFAULT_TAG, formatImageReference } from './image-reference-forms.js';
import { findSpecTag, latestTaggedImage } from './tag-history.js';

/** Where an image of a tag is pulled from. */
export type PullSpecResult =
  | {
      readonly type: 'resolved';
      readonly pullSpec: string;
      /** The spec is newer than the event that answered: an import is due and may change the answer. */
      readonly hasNewer: boolean;
      /** The tag has no history; the answer is what its spec or its repository promises. */
      readonly isEmpty: boolean;
    }
  /** The API server's client library gives the same message. */
  | { readonly type: 'unresolved'; readonly message: string };

/** How {@link resolveTag} answers. */
export interface ResolveTagOptions {
  /**
   * `mostRecent` (the default) answers from the history even when the spec is newer; `newest` insists on what the spec
   * wants now.
   */
  readonly prefer?: 'mostRecent' | 'newest';
  /** For a tag without history, use the address of the stream outside the cluster when it has one. */
  readonly external?: boolean;
}

/**
 * Resolves a tag of a stream to the pull spec of its image, its reference policy applied.
 *
 * Source: pull-spec-policy, pull-spec-newest, pull-spec-empty.
 *
 * @example
 * resolveTag(stream, 'latest'); // { type: 'resolved', pullSpec: 'quay.io/acme/app@sha256:…', … }
 */
export function resolveTag(
  stream: ImageStream,
  tag: string,
  options: ResolveTagOptions = {},
): PullSpecResult {
  const spec = findSpecTag(stream, tag);
  const event = latestTaggedImage(stream, tag);
  if (event === undefined) return resolveEmptyTag(stream, tag || DEFAULT_TAG, options);
  const hasNewer = (spec?.generation ?? 0) > event.generation;
  if (hasNewer && options.prefer === 'newest') {
    const promised = promisedPullSpec(spec);
    if (promised === undefined) {
      return { type: 'unresolved', message: 'the pull spec cannot be determined yet' };
    }
    return { type: 'resolved', pullSpec: promised, hasNewer: false, isEmpty: false };
  }
  const pullSpec = resolveEvent(stream, { event, spec });
  return { type: 'resolved', pullSpec, hasNewer, isEmpty: false };
}

/**
 * Returns the pull spec of one event of a tag. A tag with policy `Local` is pulled through the repository of the
 * stream, provided the stream has one and the event names an image; everything else from where it came.
 *
 * Source: pull-spec-policy.
 */
export function resolveEvent(
  stream: ImageStream,
  tag: { readonly event: TagEvent; readonly spec: TagReference | undefined },
): string {
  const { event, spec } = tag;
  if (spec?.referencePolicy?.type !== 'Local' || event.image === '')
    return event.dockerImageReference;
  const repository = tryParseImageReference(stream.status?.dockerImageRepository ?? '');
  if (repository.type === 'error') return event.dockerImageReference;
  return formatImageReference({ ...asRepository(repository.reference), id: event.image });
}

function resolveEmptyTag(
  stream: ImageStream,
  tag: string,
  options: ResolveTagOptions,
): PullSpecResult {
  const promised = promisedPullSpec(findSpecTag(stream, tag));
  const repository = repositoryOf(stream, options);
  const pullSpec = promised ?? (repository === '' ? undefined : `${repository}:${tag}`);
  if (pullSpec === undefined) {
    return {
      type: 'unresolved',
      message: 'no image repository has been set on the image stream status',
    };
  }
  return { type: 'resolved', pullSpec, hasNewer: false, isEmpty: true };
}

function repositoryOf(stream: ImageStream, options: ResolveTagOptions): string {
  const outside = stream.status?.publicDockerImageRepository ?? '';
  if (options.external === true && outside !== '') return outside;
  return stream.status?.dockerImageRepository ?? '';
}

/** What the spec alone says: the name of a DockerImage that is pulled from its source. */
function promisedPullSpec(spec: TagReference | undefined): string | undefined {
  if (spec?.from?.kind !== 'DockerImage' || spec.referencePolicy?.type === 'Local')
    return undefined;
  return spec.from.name;
}
