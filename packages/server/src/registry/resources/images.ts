import {
  images,
  prepareImageForCreate,
  prepareImageForUpdate,
  type Image,
} from '@imagestream/image-v1';
import { validateImage, validateImageUpdate } from '@imagestream/validators';
import { normalizeWholeImage } from '../../lifecycle/normalize-image.js';
import { manifestDigest } from '../../lifecycle/canonical-manifest.js';
import { digestOf } from '../../lifecycle/image-digest.js';
import { formatTime } from '../request-context.js';
import type { ResourceDependencies, StoredRegistry } from '../resource-dependencies.js';
import type { ResourceInfo } from '../rest.js';
import type { Strategy } from '../strategy.js';
import { replaceObject } from './replace-object.js';
import { toResourceInfo } from './resource-info.js';

/** What `images` is. */
export const imagesInfo: ResourceInfo = toResourceInfo(images);

/** Makes the registry of `images`. */
export function createImageRegistry(dependencies: ResourceDependencies): StoredRegistry<Image> {
  return dependencies.registry<Image>({ info: imagesInfo, strategy: createImageStrategy() });
}

/**
 * The rules of stored images: filled in from their manifests when they are new, mostly fixed from then on.
 *
 * Source: image-create, image-update.
 */
export function createImageStrategy(): Strategy<Image> {
  return {
    garbageCollectionPolicy: 'Unsupported',
    normalize: (object) => normalizeWholeImage(object),
    prepareForCreate(context, object) {
      const prepared = prepareImageForCreate(object, { now: formatTime(context.now()) });
      replaceObject(object, normalizeWholeImage(prepared));
    },
    validateCreate: (_context, object) => validateImage(object),
    async prepareForUpdate(context, object, old) {
      const prepared = prepareImageForUpdate(object, {
        old,
        now: formatTime(context.now()),
        manifestDigest: await manifestDigest(object.dockerImageManifest ?? ''),
        configDigest: await digestOf(object.dockerImageConfig ?? ''),
      });
      replaceObject(object, normalizeWholeImage(prepared));
    },
    validateUpdate: (_context, object, old) => validateImageUpdate(object, old),
  };
}
