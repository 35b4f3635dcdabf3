import type { Image, ImageStream } from './gen/kinds.js';
import { tryParseImageReference } from './image-reference.js';
import { asRepository, DEFAULT_TAG, formatImageReference } from './image-reference-forms.js';

/** The stream tag that a short image name may mean. */
export interface LocalImageName {
  readonly stream: string;
  readonly tag: string;
}

/**
 * Reads a container image as the name of a stream tag of the same namespace: one component, optionally with a tag.
 * Returns undefined for everything else, which is never looked up in streams.
 *
 * Source: lookup-policy-name.
 *
 * @example
 * parseLocalImageName('ruby'); // { stream: 'ruby', tag: 'latest' }
 */
export function parseLocalImageName(image: string): LocalImageName | undefined {
  const parsed = tryParseImageReference(image);
  if (parsed.type === 'error') return undefined;
  const { registry, namespace, name, tag, id } = parsed.reference;
  if (registry !== '' || namespace !== '' || id !== '' || name === '') return undefined;
  return { stream: name, tag: tag || DEFAULT_TAG };
}

/** What a short name is looked up in. */
export interface LocalLookup {
  readonly stream: ImageStream;
  readonly tag: string;
  /** The image of the stream tag, as the imagestreamtags resource shows it; absent when the tag has no image. */
  readonly image: Image | undefined;
  /** The object asks for local resolution itself (annotation `alpha.image.policy.openshift.io/resolve-names: *`). */
  readonly force?: boolean;
}

/**
 * Returns the pull spec that replaces a short name, or undefined when the name stays as it is: the stream does not
 * offer its tags for local lookup, or has neither the image nor a repository.
 *
 * Source: lookup-policy-local.
 */
export function applyLookupPolicy(lookup: LocalLookup): string | undefined {
  const { stream, tag, image } = lookup;
  if (stream.spec?.lookupPolicy?.local !== true && lookup.force !== true) return undefined;
  if (image !== undefined) return pinToImage(image);
  const repository = stream.status?.dockerImageRepository ?? '';
  return repository === '' ? undefined : `${repository}:${tag}`;
}

/** The tag goes, the image's own name comes: a later push must not change what runs. */
function pinToImage(image: Image): string | undefined {
  const parsed = tryParseImageReference(image.dockerImageReference ?? '');
  if (parsed.type === 'error') return undefined;
  return formatImageReference({ ...asRepository(parsed.reference), id: image.metadata.name ?? '' });
}
