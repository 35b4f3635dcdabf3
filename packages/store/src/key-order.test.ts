import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareKeys, endOfPrefix, lowerBound } from './key-order.js';

const keys = fc.string({ unit: 'binary', maxLength: 6 });

describe('keys', () => {
  test('are ordered as their bytes are', () => {
    fc.assert(
      fc.property(keys, keys, (a, b) => {
        expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });

  test('with a prefix are exactly those from the prefix up to its end', () => {
    fc.assert(
      fc.property(
        keys,
        fc.oneof(
          keys,
          keys.map((s) => s),
        ),
        keys,
        (prefix, rest, other) => {
          const end = endOfPrefix(prefix);
          for (const key of [prefix + rest, other]) {
            const inside =
              compareKeys(key, prefix) >= 0 && (end === undefined || compareKeys(key, end) < 0);
            expect(inside).toBe(key.startsWith(prefix));
          }
        },
      ),
    );
  });

  test('of the last character have no end of their own', () => {
    expect(endOfPrefix('')).toBeUndefined();
    expect(endOfPrefix('\u{10ffff}')).toBeUndefined();
    expect(endOfPrefix('a\u{10ffff}')).toBe('b');
    expect(endOfPrefix('\ud7ff')).toBe('\ue000');
  });

  test('are found in a sorted list by the first one not before', () => {
    expect(lowerBound([], 'a')).toBe(0);
    expect(['', 'a', 'b', 'bb', 'c', 'd'].map((key) => lowerBound(['a', 'b', 'c'], key))).toEqual([
      0, 0, 1, 2, 2, 3,
    ]);
  });
});
