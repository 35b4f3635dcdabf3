import { quoteGo } from '@imagestream/core';
import type { ImageStream, TagEvent } from './gen/kinds.js';
import { isDigest } from './digest.js';
import { compareBytes } from './text-order.js';

/** What looking for an image in the history of a stream can yield. */
export type ImageIdResult =
  | { readonly type: 'found'; readonly image: string; readonly event: TagEvent }
  | { readonly type: 'notFound' }
  | {
      readonly type: 'ambiguous';
      /** The names that match, sorted. */
      readonly images: readonly string[];
      /** The API server's words. */
      readonly message: string;
    };

/**
 * Tells whether a stored image name answers to a requested id. A digest answers to the beginning of its hex part or
 * of its whole text, any other name to its own beginning. The empty id matches everything.
 *
 * Source: image-id-match.
 */
export function matchesImageId(imageName: string, id: string): boolean {
  if (imageName.startsWith(id)) return true;
  return isDigest(imageName) && imageName.startsWith(id, imageName.indexOf(':') + 1);
}

/**
 * Looks for the image that an id, whole or shortened, means in a stream. The whole history of every tag counts,
 * not only the newest events.
 *
 * The event returned is the last one in the order of tags and items that holds the image; the server's own choice
 * among several is unspecified.
 *
 * Source: image-id-resolve.
 *
 * @example
 * resolveImageId(stream, '4f2b'); // { type: 'found', image: 'sha256:4f2b…', event }
 */
export function resolveImageId(stream: ImageStream, id: string): ImageIdResult {
  const matches = new Map<string, TagEvent>();
  for (const tag of stream.status?.tags ?? []) {
    for (const event of tag.items ?? []) {
      if (matchesImageId(event.image, id)) matches.set(event.image, event);
    }
  }
  const images = [...matches.keys()].sort(compareBytes);
  const [only] = matches;
  if (only === undefined) return { type: 'notFound' };
  if (images.length === 1) return { type: 'found', image: only[0], event: only[1] };
  const message = `multiple images match the prefix ${quoteGo(id)}: ${images.join(', ')}`;
  return { type: 'ambiguous', images, message };
}
