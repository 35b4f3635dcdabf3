import { describe, expect, it } from 'vitest';
import { formatBytes, parseQuantity, QuantityError } from './quantity.js';

describe('parseQuantity', () => {
  it.each([
    ['2', 2],
    ['1Ki', 1024],
    ['1.5Mi', 1.5 * 1024 ** 2],
    ['3k', 3000],
    ['2e3', 2000],
    ['100m', 0.1],
  ])('reads %s as %d', (text, value) => {
    expect(parseQuantity(text)).toBeCloseTo(value, 9);
  });

  it.each(['', 'Ki', '1 Ki', 'one', '1KiB'])('refuses %j', (text) => {
    expect(() => parseQuantity(text)).toThrow(QuantityError);
  });
});

describe('formatBytes', () => {
  it.each([
    [0, '0'],
    [500, '500'],
    [1000, '1k'],
    [1234, '1234'],
    [2048, '2Ki'],
    [3 * 1024 ** 2, '3Mi'],
    [1025, '1025'],
  ])('prints %d as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});
