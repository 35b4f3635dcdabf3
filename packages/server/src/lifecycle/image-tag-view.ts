import { resolveEvent, type Image, type ImageStream, type ImageTag } from '@imagestream/image-v1';
import { compareKeys } from '@imagestream/store';
import { embedImage } from './embedded-image.js';
import { specTagNamed, statusTagNamed } from './exact-tag.js';

/** The names of all tags of a stream, those of the spec and those with a status, in byte order. */
export function tagNames(stream: ImageStream): string[] {
  const names = new Set([
    ...(stream.spec?.tags ?? []).map(({ name }) => name),
    ...(stream.status?.tags ?? []).map(({ tag }) => tag),
  ]);
  return [...names].sort(compareKeys);
}

/** Whether a stream has a tag, in its spec or in its status. Source: itag-exists. */
export function hasTag(stream: ImageStream, tag: string): boolean {
  return specTagNamed(stream, tag) !== undefined || statusTagNamed(stream, tag) !== undefined;
}

/**
 * Builds the ImageTag of one tag of a stream: all metadata of the stream under the name `stream:tag`, what the spec
 * says, the whole history. `image` is the image of the newest event; without it the result holds null.
 *
 * The stream is expected as reads show it, with its repository fields computed.
 *
 * Source: itag-view.
 */
export function makeImageTag(stream: ImageStream, tag: string, image?: Image): ImageTag {
  const spec = specTagNamed(stream, tag);
  const status = statusTagNamed(stream, tag);
  const event = status?.items?.[0];
  return {
    kind: 'ImageTag',
    apiVersion: 'image.openshift.io/v1',
    metadata: { ...stream.metadata, name: `${stream.metadata.name ?? ''}:${tag}` },
    spec: spec ?? null,
    status: status ?? null,
    image:
      image === undefined || event === undefined
        ? null
        : { ...embedImage(image), dockerImageReference: resolveEvent(stream, { event, spec }) },
  };
}
