import { createCache, type ImageClient, type ObjectCache } from '@imagestream/client';
import type { ImageStream } from '@imagestream/image-v1';

/**
 * How do I answer "which streams use this image?" without asking the server each time? A cache with an index. Readers
 * never see it half-filled, not even while it starts over.
 */
export function keepTable(client: ImageClient): ObjectCache<ImageStream, 'byImage'> {
  return createCache(client.imageStreams.all, {
    indexes: {
      byImage: ({ status }) =>
        status?.tags?.flatMap(({ items }) => items?.map(({ image }) => image) ?? []) ?? [],
    },
  });
}
