import {
  resolveEvent,
  type Image,
  type ImageStream,
  type ImageStreamTag,
  type TagEvent,
} from '@imagestream/image-v1';
import { embedImage, stubImage } from './embedded-image.js';
import { specTagNamed, statusTagNamed } from './exact-tag.js';

/**
 * Returns the newest event of a tag that an ImageStreamTag can stand for: one that names an image. A mere reference is
 * none.
 *
 * Source: istag-event.
 */
export function imageEvent(stream: ImageStream, tag: string): TagEvent | undefined {
  const event = statusTagNamed(stream, tag)?.items?.[0];
  return event === undefined || event.image === '' ? undefined : event;
}

/**
 * Builds the ImageStreamTag of one tag of a stream. `image` is the tag's image with its metadata filled in; without it
 * the result holds a stub. Identity and labels are the stream's, annotations the spec tag's alone.
 *
 * The stream is expected as reads show it, with its repository fields computed.
 *
 * Source: istag-view.
 */
export function makeImageStreamTag(
  stream: ImageStream,
  tag: string,
  image?: Image,
): ImageStreamTag {
  const spec = specTagNamed(stream, tag);
  const event = imageEvent(stream, tag);
  const conditions = statusTagNamed(stream, tag)?.conditions ?? [];
  const { namespace, name, uid, resourceVersion, creationTimestamp, labels } = stream.metadata;
  const annotations = spec?.annotations ?? {};
  const created = event?.created ?? creationTimestamp;
  return {
    kind: 'ImageStreamTag',
    apiVersion: 'image.openshift.io/v1',
    metadata: {
      name: `${name ?? ''}:${tag}`,
      ...(namespace ? { namespace } : {}),
      ...(uid ? { uid } : {}),
      ...(resourceVersion ? { resourceVersion } : {}),
      ...(created ? { creationTimestamp: created } : {}),
      ...(labels === undefined ? {} : { labels }),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    tag: spec ?? null,
    generation: event?.generation ?? 0,
    lookupPolicy: { local: stream.spec?.lookupPolicy?.local ?? false },
    ...(conditions.length === 0 ? {} : { conditions }),
    image: taggedImage(stream, tag, image),
  };
}

/** Source: istag-image. */
function taggedImage(stream: ImageStream, tag: string, image: Image | undefined): Image {
  const spec = specTagNamed(stream, tag);
  const event = imageEvent(stream, tag);
  if (event === undefined) return stubImage({ name: '', pullSpec: '' });
  const pullSpec = resolveEvent(stream, { event, spec });
  if (image === undefined) return stubImage({ name: event.image, pullSpec });
  const embedded = embedImage(image);
  const annotations = { ...embedded.metadata.annotations, ...spec?.annotations };
  return {
    ...embedded,
    metadata: {
      ...embedded.metadata,
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    dockerImageReference: pullSpec,
  };
}
