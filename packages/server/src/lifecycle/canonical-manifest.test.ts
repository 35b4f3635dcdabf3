import { describe, expect, it } from 'vitest';
import { manifestDigest } from './canonical-manifest.js';
import { digestOf } from './image-digest.js';

const payload = '{\n   "schemaVersion": 1,\n   "name": "app"\n}';

/** The payload as Docker signs it: signatures put in before its tail, which the protected header repeats. */
function sign(text: string): string {
  const tail = '\n}';
  const formatLength = text.length - tail.length;
  const header = btoa(JSON.stringify({ formatLength, formatTail: btoa(tail).replace('=', '') }));
  return `${text.slice(0, formatLength)},\n   "signatures": [{"protected": "${header}"}]${tail}`;
}

describe('manifestDigest', () => {
  it('is the digest of the text, byte for byte', async () => {
    expect(await manifestDigest(payload)).toBe(await digestOf(payload));
    expect(await manifestDigest(`${payload}\n`)).not.toBe(await digestOf(payload));
  });

  it('leaves the signatures of a schema 1 manifest out', async () => {
    // Evidence: image-manifest-canonical
    expect(await manifestDigest(sign(payload))).toBe(await digestOf(payload));
  });

  it.each([
    'not JSON',
    '{"signatures":[{"protected":"!"}]}',
    '{"signatures":[{"protected":"e30"}]}',
  ])('takes %s as it is', async (text) => {
    expect(await manifestDigest(text)).toBe(await digestOf(text));
  });
});

describe('digestOf', () => {
  it('is the sha256 of the UTF-8 bytes', async () => {
    expect(await digestOf('')).toBe(
      'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    expect(await digestOf('ü')).toBe(await digestOf(new Uint8Array([0xc3, 0xbc])));
  });
});
