import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareBytes } from './text-order.js';

describe('compareBytes', () => {
  // Evidence: tag-order
  it('orders texts as their UTF-8 bytes are ordered', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        const bytes = Buffer.compare(Buffer.from(a), Buffer.from(b));
        expect(Math.sign(compareBytes(a, b))).toBe(bytes);
      }),
    );
  });

  it('puts characters beyond the basic plane last', () => {
    expect(['\u{1f600}', '\uff5e', 'z'].sort(compareBytes)).toEqual(['z', '\uff5e', '\u{1f600}']);
  });
});
