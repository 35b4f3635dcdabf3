import { describe, expect, it } from 'vitest';
import type { LimitRange } from '../registry/resource-dependencies.js';
import { checkImageSize, imageStreamLimits } from './limit-ranges.js';

function limitRange(limits: { type: string; max?: Record<string, string> }[]): LimitRange {
  return { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'limits' }, spec: { limits } };
}

describe('imageStreamLimits', () => {
  it('takes the lowest of several limits and ignores other types', () => {
    const ranges = [
      limitRange([
        { type: 'openshift.io/ImageStream', max: { 'openshift.io/image-tags': '5' } },
        { type: 'Pod', max: { 'openshift.io/image-tags': '1' } },
      ]),
      limitRange([
        {
          type: 'openshift.io/ImageStream',
          max: { 'openshift.io/image-tags': '2', 'openshift.io/images': '9' },
        },
      ]),
    ];
    expect(imageStreamLimits(ranges)).toEqual({ imageTags: 2, images: 9 });
  });

  it('finds no limit where no range names one', () => {
    expect(imageStreamLimits([limitRange([{ type: 'openshift.io/ImageStream' }])])).toEqual({});
  });
});

describe('checkImageSize', () => {
  const ranges = [limitRange([{ type: 'openshift.io/Image', max: { storage: '1Ki' } }])];

  it('lets an image of exactly the limit pass', () => {
    expect(checkImageSize(ranges, 1024)).toBeUndefined();
  });

  it('refuses a larger one with both sizes', () => {
    expect(checkImageSize(ranges, 1234)).toBe(
      'requested usage of storage exceeds the maximum limit per openshift.io/Image (1234 > 1Ki)',
    );
  });

  it('has no opinion without a limit', () => {
    expect(checkImageSize([], 1 << 30)).toBeUndefined();
  });
});
