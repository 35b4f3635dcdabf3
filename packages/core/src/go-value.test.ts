import { expect, test } from 'vitest';
import { formatGoValue, quoteGo } from './go-value.js';

test.each([
  ['plain', '"plain"'],
  ['tab\tnew\nline', '"tab\\tnew\\nline"'],
  ['back\\slash "quote"', '"back\\\\slash \\"quote\\""'],
  ['\u0000\u001f\u007f', '"\\x00\\x1f\\x7f"'],
  ['é漢😀', '"é漢😀"'],
  ['\u00a0\u200b', '"\\u00a0\\u200b"'],
  ['\ud800', '"\ufffd"'],
  ['\u{e0001}', '"\\U000e0001"'],
])('quotes %j as Go does', (text, quoted) => {
  expect(quoteGo(text)).toBe(quoted);
});

test('numbers and booleans stand bare, nothing is null', () => {
  expect([1.5, true, null, undefined].map(formatGoValue)).toEqual(['1.5', 'true', 'null', 'null']);
});
