import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  containsDigestShape,
  DigestError,
  isDigest,
  isOciDigest,
  parseDigest,
  parseOciDigest,
} from './digest.js';

const HEX = '0123456789abcdef'.repeat(8);

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof DigestError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('parseDigest', () => {
  it.each(['sha256', 'sha384', 'sha512'])(
    'takes a %s digest of the right length apart',
    (algorithm) => {
      const hex = HEX.slice(0, Number(algorithm.slice(3)) / 4);
      expect(parseDigest(`${algorithm}:${hex}`)).toEqual({ algorithm, hex });
    },
  );

  // Evidence: digest-format
  // Evidence: digest-algorithm
  // Evidence: digest-length
  it.each([
    ['', 'invalid checksum digest format'],
    ['sha256', 'invalid checksum digest format'],
    ['sha256:', 'invalid checksum digest format'],
    [':abc', 'invalid checksum digest format'],
    ['sha256:xyz', 'invalid checksum digest format'],
    ['sha256:abc\n', 'invalid checksum digest format'],
    ['md5:abc', 'unsupported digest algorithm'],
    ['SHA256:abc', 'unsupported digest algorithm'],
    ['sha256:abc', 'invalid checksum digest length'],
    [`sha256:${HEX.slice(0, 64).toUpperCase()}`, 'accepted'],
  ])('answers %j with the words of the server', (text, message) => {
    expect(messageOf(() => parseDigest(text))).toBe(message);
    expect(isDigest(text)).toBe(message === 'accepted');
  });

  it('takes anything but a text for no digest', () => {
    expect([undefined, null, 7, {}].map(isDigest)).toEqual([false, false, false, false]);
  });
});

describe('parseOciDigest', () => {
  // Evidence: digest-oci
  it.each([
    ['sha256', 'invalid checksum digest format'],
    [':abc', 'invalid checksum digest format'],
    ['sha256:', 'invalid checksum digest format'],
    ['md5:abc', 'unsupported digest algorithm'],
    ['a+b.c:x=_-', 'unsupported digest algorithm'],
    ['MD5:abc', 'invalid checksum digest format'],
    ['a++b:abc', 'invalid checksum digest format'],
    ['md5:a b', 'invalid checksum digest format'],
    ['sha256:abc', 'invalid checksum digest length'],
    [`sha256:${HEX.slice(0, 64)}`, 'accepted'],
    [`sha256:${HEX.slice(0, 64).toUpperCase()}`, 'invalid checksum digest format'],
  ])('answers %j as the importer does', (text, message) => {
    expect(messageOf(() => parseOciDigest(text))).toBe(message);
    expect(isOciDigest(text)).toBe(message === 'accepted');
  });
});

describe('containsDigestShape', () => {
  // Evidence: image-manifest-digest
  it('finds what the expression finds anywhere in a text', () => {
    const expression = /[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}/;
    const piece = fc.constantFrom(
      'sha256',
      '1',
      '9a',
      ':',
      HEX.slice(0, 31),
      HEX.slice(0, 32),
      '-',
      '+',
      ' ',
      'z',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join('');
        expect(containsDigestShape(text)).toBe(expression.test(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('gets through megabytes of colons and digits', () => {
    expect(containsDigestShape(':'.repeat(3_000_000))).toBe(false);
    expect(containsDigestShape('1'.repeat(3_000_000) + ':')).toBe(false);
  });
});
