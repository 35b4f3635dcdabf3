import type { ImageStreamLimits } from '@imagestream/image-v1';
import type { LimitRange } from '../registry/resource-dependencies.js';
import { formatBytes, parseQuantity } from './quantity.js';

/**
 * Reads what the limit ranges of a namespace allow a stream to hold. Of several limits on the same thing the lowest
 * holds.
 *
 * Source: stream-limits.
 */
export function imageStreamLimits(ranges: readonly LimitRange[]): ImageStreamLimits {
  const imageTags = lowestMax(ranges, {
    type: 'openshift.io/ImageStream',
    resource: 'openshift.io/image-tags',
  });
  const images = lowestMax(ranges, {
    type: 'openshift.io/ImageStream',
    resource: 'openshift.io/images',
  });
  return {
    ...(imageTags === undefined ? {} : { imageTags: parseQuantity(imageTags) }),
    ...(images === undefined ? {} : { images: parseQuantity(images) }),
  };
}

/**
 * Returns the server's refusal of an image that is larger than the limit ranges of a namespace allow, or undefined when
 * it is not.
 *
 * Source: image-size-limit.
 */
export function checkImageSize(
  ranges: readonly LimitRange[],
  sizeBytes: number,
): string | undefined {
  const max = lowestMax(ranges, { type: 'openshift.io/Image', resource: 'storage' });
  if (max === undefined || sizeBytes <= parseQuantity(max)) return undefined;
  return `requested usage of storage exceeds the maximum limit per openshift.io/Image (${formatBytes(sizeBytes)} > ${max})`;
}

/** The lowest limit, as it is written. */
function lowestMax(
  ranges: readonly LimitRange[],
  wanted: { readonly type: string; readonly resource: string },
): string | undefined {
  return ranges
    .flatMap(({ spec }) => spec?.limits ?? [])
    .filter(({ type }) => type === wanted.type)
    .flatMap(({ max }) => max?.[wanted.resource] ?? [])
    .sort((a, b) => parseQuantity(a) - parseQuantity(b))[0];
}
