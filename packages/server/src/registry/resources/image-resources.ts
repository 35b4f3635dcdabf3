import { createOciSource } from '../../import/oci-source.js';
import type { RegistrySource } from '../../import/registry-source.js';
import type { ResourceDependencies } from '../resource-dependencies.js';
import type { Rest } from '../rest.js';
import { createImageRegistry } from './images.js';
import { createImageSignaturesRest } from './imagesignatures.js';
import { createImageStreamLayersRest } from './imagestream-layers.js';
import { createImageStreamSecretsRest } from './imagestream-secrets.js';
import { createImageStreamImagesRest } from './imagestreamimages.js';
import { createImageStreamImportsRest } from './imagestreamimports.js';
import { createImageStreamMappingsRest } from './imagestreammappings.js';
import { createImageStreamRegistries, createImageStreamStatusRest } from './imagestreams.js';
import { createImageStreamTagsRest } from './imagestreamtags.js';
import { createImageTagsRest } from './imagetags.js';

/** What may be put in the place of the world outside. */
export interface ImageResourcesOptions {
  /** Where imports come from; default real registries, over the global `fetch`. */
  readonly registrySource?: RegistrySource;
}

/**
 * Makes every resource and subresource of the image group. Only images and streams are stored; the others are views on
 * them, made here from the same registries.
 */
export function createImageResources(
  dependencies: ResourceDependencies,
  options: ImageResourcesOptions = {},
): Rest[] {
  const { settings } = dependencies;
  const images = createImageRegistry(dependencies);
  const streams = createImageStreamRegistries(dependencies);
  const source = options.registrySource ?? createOciSource();
  const parts = { images, streams, dependencies, source };
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
    createImageStreamImportsRest(parts),
  ];
}
