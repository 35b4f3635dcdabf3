import type { ResourceDependencies } from '../resource-dependencies.js';
import type { Rest } from '../rest.js';
import { createImageRegistry } from './images.js';
import { createImageSignaturesRest } from './imagesignatures.js';
import { createImageStreamLayersRest } from './imagestream-layers.js';
import { createImageStreamSecretsRest } from './imagestream-secrets.js';
import { createImageStreamImagesRest } from './imagestreamimages.js';
import { createImageStreamMappingsRest } from './imagestreammappings.js';
import { createImageStreamRegistries, createImageStreamStatusRest } from './imagestreams.js';
import { createImageStreamTagsRest } from './imagestreamtags.js';
import { createImageTagsRest } from './imagetags.js';

/**
 * Makes every resource and subresource of the image group. Only images and streams are stored; the others are views on
 * them, made here from the same registries.
 */
export function createImageResources(dependencies: ResourceDependencies): Rest[] {
  const { settings } = dependencies;
  const images = createImageRegistry(dependencies);
  const streams = createImageStreamRegistries(dependencies);
  const parts = { images, streams, dependencies };
  return [
    images,
    createImageSignaturesRest(images),
    streams.streams,
    createImageStreamStatusRest(streams),
    createImageStreamLayersRest(parts),
    createImageStreamSecretsRest(dependencies),
    createImageStreamTagsRest(parts, settings),
    createImageTagsRest(parts, settings),
    createImageStreamImagesRest(parts),
    createImageStreamMappingsRest(parts),
  ];
}
