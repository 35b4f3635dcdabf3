import { badRequestError, notFoundError } from '@imagestream/core';
import {
  CompoundNameError,
  imageStreamImages,
  matchesImageId,
  parseImageStreamImageName,
  type ImageStreamImage,
  type ImageStreamImageName,
} from '@imagestream/image-v1';
import { compareKeys } from '@imagestream/store';
import { embedImage } from '../../lifecycle/embedded-image.js';
import { onObject, type RequestContext } from '../request-context.js';
import type { ResourceInfo, Rest } from '../rest.js';
import { fillStoredImage } from './fill-stored-image.js';
import { readLayers, type LayersParts } from './imagestream-layers.js';
import { IMAGE_GROUP, toResourceInfo } from './resource-info.js';

/** What `imagestreamimages` is. */
export const imageStreamImagesInfo: ResourceInfo = toResourceInfo(imageStreamImages);

/**
 * `imagestreamimages`: an image as one stream knows it, named by its digest or the beginning of one. Images behind the
 * manifest lists of the stream count as well.
 *
 * Source: isimage-view.
 */
export function createImageStreamImagesRest(parts: LayersParts): Rest<ImageStreamImage> {
  return {
    info: imageStreamImagesInfo,
    get: (context, name) => readStreamImage(parts, context, name),
  };
}

async function readStreamImage(
  parts: LayersParts,
  context: RequestContext,
  requested: string,
): Promise<ImageStreamImage> {
  const { name, id } = parseName(requested);
  const { namespace: place } = context;
  const layers = await readLayers(parts, onObject(context, { namespace: place, name }), name);
  const matches = Object.entries(layers.images ?? {})
    .filter(([image]) => matchesImageId(image, id))
    .sort(([a], [b]) => compareKeys(a, b));
  // The real server takes any of several; the first one in byte order is as good and always the same.
  // Source: deviation-isimage-first.
  const [match] = matches;
  if (match === undefined) {
    throw notFoundError({ group: IMAGE_GROUP, resource: 'imagestreamimage', name: requested });
  }
  const imageName = match[0];
  const stored = await parts.images.get(
    onObject(context, { namespace: '', name: imageName }),
    imageName,
  );
  const image = fillStoredImage(context, stored);
  const { creationTimestamp } = image.metadata;
  const { namespace, annotations } = layers.metadata;
  return {
    kind: 'ImageStreamImage',
    apiVersion: 'image.openshift.io/v1',
    metadata: {
      name: requested,
      ...(namespace === undefined ? {} : { namespace }),
      ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
      ...(annotations === undefined ? {} : { annotations }),
    },
    image: embedImage(image),
  };
}

function parseName(text: string): ImageStreamImageName {
  try {
    return parseImageStreamImageName(text);
  } catch (error) {
    if (!(error instanceof CompoundNameError)) throw error;
    throw badRequestError('ImageStreamImages must be retrieved with <name>@<id>');
  }
}
