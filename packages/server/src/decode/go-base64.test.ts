import { describe, expect, test } from 'vitest';
import { canonicalBase64 } from './go-base64.js';

describe('base64', () => {
  test('skips line breaks and drops bits beyond the last byte', () => {
    expect(canonicalBase64('AA\r\nEC\n')).toBe('AAEC');
    expect(canonicalBase64('AB==')).toBe('AA==');
    expect(canonicalBase64('')).toBe('');
  });

  test.each([
    ['not base64!', 3],
    ['AA', 0],
    ['AAAAA', 4],
    ['AA=', 3],
    ['AA=A', 2],
    ['AAA=A', 4],
    ['A===', 1],
    ['AAAA=', 4],
    ['ü===', 0],
    ['AA\n=\nA', 4],
  ])('that reads %j is refused at byte %d, as in Go', (text, byte) => {
    expect(() => canonicalBase64(text)).toThrow(`illegal base64 data at input byte ${byte}`);
  });
});
