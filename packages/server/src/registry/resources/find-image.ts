import { isStatusError } from '@imagestream/core';
import type { Image } from '@imagestream/image-v1';
import type { RequestContext } from '../request-context.js';
import type { StoredRegistry } from '../resource-dependencies.js';

/** Reads the image that a context is about; undefined when there is none. Other failures are thrown on. */
export async function findImage(
  images: StoredRegistry<Image>,
  context: RequestContext,
): Promise<Image | undefined> {
  try {
    return await images.get(context, context.name);
  } catch (error) {
    if (isStatusError(error, 'NotFound')) return undefined;
    throw error;
  }
}
