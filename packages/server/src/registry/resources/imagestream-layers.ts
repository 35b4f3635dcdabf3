import { invalidError } from '@imagestream/core';
import { imageStreams, type Image, type ImageStreamLayers } from '@imagestream/image-v1';
import { validateImageStreamLayers } from '@imagestream/validators';
import { historyImages, makeImageStreamLayers } from '../../lifecycle/stream-layers.js';
import { onObject, type RequestContext } from '../request-context.js';
import type { StoredRegistry } from '../resource-dependencies.js';
import type { Rest } from '../rest.js';
import { findImage } from './find-image.js';
import type { ImageStreamRegistries } from './imagestreams.js';
import { toSubresourceInfo } from './resource-info.js';

/** What `imagestreams/layers` reads from. */
export interface LayersParts {
  readonly streams: ImageStreamRegistries;
  readonly images: StoredRegistry<Image>;
}

/**
 * `imagestreams/layers`: the blobs of all images in the history of a stream. The permission to get it is what lets a user
 * pull from the stream.
 *
 * Source: layers-view.
 */
export function createImageStreamLayersRest(parts: LayersParts): Rest<ImageStreamLayers> {
  return {
    info: toSubresourceInfo(imageStreams, {
      name: 'layers',
      descriptor: imageStreams.subresources.layers,
    }),
    tables: false,
    get: (context, name) => readLayers(parts, context, name),
  };
}

/**
 * Reads the layers view of a stream. Throws a StatusError: NotFound when the stream is missing, Invalid (without kind and
 * name, as the server does) when what is stored does not fit together.
 *
 * Source: layers-view, layers-check.
 */
export async function readLayers(
  parts: LayersParts,
  context: RequestContext,
  name: string,
): Promise<ImageStreamLayers> {
  const stream = await parts.streams.streams.get(context, name);
  const images = await readImages(parts, context, historyImages(stream));
  const layers = makeImageStreamLayers(stream, (image) => images.get(image));
  const errors = validateImageStreamLayers(layers);
  if (errors.length > 0) throw invalidError({ group: '', kind: '' }, errors);
  return layers;
}

/**
 * The images of that name that exist, and those that their manifest lists point to. They are asked for together: a store on
 * another machine is then asked once for all of them.
 */
async function readImages(
  { images }: LayersParts,
  context: RequestContext,
  names: readonly string[],
): Promise<Map<string, Image>> {
  const found = new Map<string, Image>();
  const seen = new Set<string>();
  let wanted = [...names];
  while (wanted.length > 0) {
    const fresh = [...new Set(wanted)].filter((name) => !seen.has(name));
    const read = await Promise.all(
      fresh.map((name) => findImage(images, onObject(context, { namespace: '', name }))),
    );
    wanted = [];
    for (const [index, name] of fresh.entries()) {
      seen.add(name);
      const image = read[index];
      if (image === undefined) continue;
      found.set(name, image);
      wanted.push(...(image.dockerImageManifests ?? []).map(({ digest }) => digest));
    }
  }
  return found;
}
