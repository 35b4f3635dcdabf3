import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prioritizeTags } from './tag-priority.js';

describe('prioritizeTags', () => {
  // Evidence: tag-priority
  it('puts latest first, then short versions, full versions and the rest', () => {
    const wanted = [
      'latest',
      '10.0',
      '2.1',
      'v2.1',
      '1.10',
      'v1.5-rc1',
      '1.0',
      'v3.1.0',
      '2.1.3',
      '1.2.3-beta',
      '08.1',
      '2.1-x-y',
      '3',
      'a',
      'v2',
      'zeta',
    ];
    expect(prioritizeTags([...wanted].sort())).toEqual(wanted);
    expect(prioritizeTags([...wanted].reverse())).toEqual(wanted);
  });

  it('orders pre-releases by the rules of semantic versions', () => {
    const wanted = [
      '1.0.0',
      '1.0.0-rc.1',
      '1.0.0-beta.11',
      '1.0.0-beta.2',
      '1.0.0-beta',
      '1.0.0-alpha.beta',
      '1.0.0-alpha.1',
      '1.0.0-alpha',
    ];
    expect(prioritizeTags([...wanted].sort())).toEqual(wanted);
  });

  it('takes numbers that no server could count for mere names', () => {
    expect(prioritizeTags(['18446744073709551616.0', '1.0', '18446744073709551615.0'])).toEqual([
      '18446744073709551615.0',
      '1.0',
      '18446744073709551616.0',
    ]);
  });

  it.each([
    ['1.2.3+build', true],
    ['1.2.3+', false],
    ['1.2.3-01', false],
    ['1.2.3-0a', true],
    ['1.2.3.4', false],
    ['1.2.3-', false],
    ['1.2+b.3', false],
    ['1.2-', false],
    ['1.2-a_b', false],
  ])('knows whether %s is a version', (tag, isVersion) => {
    expect(prioritizeTags(['!', tag])[0] === tag).toBe(isVersion);
  });

  it('keeps every tag and does not change its input', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (tags) => {
        const before = [...tags];
        expect(prioritizeTags(tags).sort()).toEqual([...tags].sort());
        expect(tags).toEqual(before);
      }),
    );
  });
});
