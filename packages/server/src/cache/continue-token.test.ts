import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ContinueTokenError, formatContinueToken, parseContinueToken } from './continue-token.js';

const prefix = '/imagestreams/web/';

function tokenOf(content: unknown): string {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return Buffer.from(text).toString('base64url');
}

function complaint(token: string): string {
  try {
    parseContinueToken(prefix, token);
  } catch (error) {
    if (error instanceof ContinueTokenError) return error.message;
    throw error;
  }
  throw new Error('the token was accepted');
}

describe('a continue token', () => {
  test('is the text an OpenShift 4.21 image API server wrote for the same position', () => {
    expect(
      formatContinueToken('/imagestreams/d/', { start: '/imagestreams/d/is-03\0', revision: 210 }),
    ).toBe('eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MjEwLCJzdGFydCI6Ii9pcy0wM1x1MDAwMCJ9');
  });

  test('leads back to the position it was written for', () => {
    const names = fc.string({ unit: 'grapheme' }).filter((s) => !/[/\0]|^\.{0,2}$/.test(s));
    fc.assert(
      fc.property(names, fc.integer({ min: 1 }), (name, revision) => {
        const position = { start: `${prefix}${name}\0`, revision };
        expect(parseContinueToken(prefix, formatContinueToken(prefix, position))).toEqual(position);
      }),
    );
  });

  test('without a revision goes on in the newest state, as any negative revision does', () => {
    const start = `${prefix}app\0`;
    const newest = formatContinueToken(prefix, { start, revision: undefined });
    expect(JSON.parse(Buffer.from(newest, 'base64url').toString())).toMatchObject({ rv: -1 });
    expect(parseContinueToken(prefix, newest)).toEqual({ start, revision: undefined });
    const other = tokenOf({ v: 'meta.k8s.io/v1', rv: -2, start: 'app\0' });
    expect(parseContinueToken(prefix, other)).toEqual({ start, revision: undefined });
  });

  test('of one collection is a position in another, never outside of it', () => {
    const token = formatContinueToken('/images/', { start: '/images/x\0', revision: 7 });
    expect(parseContinueToken(prefix, token).start).toBe(`${prefix}x\0`);
    for (const start of ['/../images/x', '../x', 'a//b', 'a/./b', '/a/']) {
      expect(complaint(tokenOf({ v: 'meta.k8s.io/v1', rv: 1, start }))).toBe(
        `continue key is not valid: ${start}`,
      );
    }
  });

  test('that cannot be used is refused in the words of the API server', () => {
    expect(complaint(tokenOf({ v: 'meta.k8s.io/v1', rv: 0, start: 'a' }))).toBe(
      'continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)',
    );
    expect(complaint(tokenOf({ v: 'meta.k8s.io/v1', rv: 3 }))).toBe(
      'continue key is not valid: encoded start key empty (version meta.k8s.io/v1)',
    );
    expect(complaint(tokenOf({ v: 'v2', rv: 3, start: 'a' }))).toBe(
      'continue key is not valid: server does not recognize this encoded version "v2"',
    );
    expect(complaint('no!token')).toBe(
      'continue key is not valid: illegal base64 data at input byte 2',
    );
    expect(complaint('abcde')).toBe(
      'continue key is not valid: illegal base64 data at input byte 4',
    );
    expect(complaint(tokenOf('invalid'))).toBe(
      "continue key is not valid: invalid character 'i' looking for beginning of value",
    );
    expect(complaint(tokenOf('{"v":'))).toBe(
      'continue key is not valid: unexpected end of JSON input',
    );
    expect(complaint(tokenOf({ v: 1, rv: 1, start: 'a' }))).toBe(
      'continue key is not valid: json: cannot unmarshal number into Go struct field continueToken.v of type string',
    );
  });
});
