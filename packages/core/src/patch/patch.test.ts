import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  applyJsonPatch,
  applyMergePatch,
  diffJsonPatch,
  diffMergePatch,
  jsonEquals,
  parseJsonPatch,
  PatchError,
} from './index.js';

const json = fc.jsonValue({ maxDepth: 3 });

describe('merge patch', () => {
  test('null deletes, lists replace, the target stays as it was', () => {
    const target = { a: 1, b: { c: 2, d: 3 }, l: [1, 2] };
    expect(applyMergePatch(target, { a: null, b: { c: null, e: 4 }, l: [3] })).toEqual({
      b: { d: 3, e: 4 },
      l: [3],
    });
    expect(target).toEqual({ a: 1, b: { c: 2, d: 3 }, l: [1, 2] });
  });

  test('a key named __proto__ is data', () => {
    const patch: unknown = JSON.parse('{"__proto__":{"polluted":true}}');
    const result = applyMergePatch({}, patch) as Record<string, unknown>;
    expect(Object.hasOwn(result, '__proto__')).toBe(true);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('the diff of two values leads from one to the other', () => {
    const noNulls = json.filter((value) => !JSON.stringify(value).includes('null'));
    fc.assert(
      fc.property(noNulls, noNulls, (from, to) => {
        expect(jsonEquals(applyMergePatch(from, diffMergePatch(from, to)), to)).toBe(true);
      }),
    );
  });
});

describe('JSON patch', () => {
  const apply = (document: unknown, ...operations: unknown[]): unknown =>
    applyJsonPatch(document, parseJsonPatch(operations));

  test('every operation does what RFC 6902 says', () => {
    expect(apply({ a: [1, 2] }, { op: 'add', path: '/a/1', value: 9 })).toEqual({ a: [1, 9, 2] });
    expect(apply({ a: [1] }, { op: 'add', path: '/a/-', value: 2 })).toEqual({ a: [1, 2] });
    expect(apply({ 'a/b': 1, '~': 2 }, { op: 'remove', path: '/a~1b' })).toEqual({ '~': 2 });
    expect(apply({ a: 1 }, { op: 'replace', path: '/a', value: null })).toEqual({ a: null });
    expect(apply({ a: 1 }, { op: 'copy', from: '/a', path: '/b' })).toEqual({ a: 1, b: 1 });
    expect(apply({ a: 1 }, { op: 'move', from: '/a', path: '/b' })).toEqual({ b: 1 });
    expect(apply({ a: 1 }, { op: 'test', path: '/a', value: 1 })).toEqual({ a: 1 });
  });

  test.each([
    { op: 'remove', path: '/gone' },
    { op: 'replace', path: '/gone', value: 1 },
    { op: 'add', path: '/gone/x', value: 1 },
    { op: 'test', path: '/a', value: 2 },
    { op: 'add', path: '/l/01', value: 1 },
    { op: 'add', path: '/l/3', value: 1 },
    { op: 'move', from: '/o', path: '/o/x' },
    { op: 'remove', path: '/toString' },
  ])('%o does not apply and changes nothing', (operation) => {
    const document = { a: 1, l: [1], o: {} };
    expect(() => apply(document, operation)).toThrow(PatchError);
    expect(document).toEqual({ a: 1, l: [1], o: {} });
  });

  test.each([
    [{}],
    [[1]],
    [[{ op: 'fly', path: '' }]],
    [[{ op: 'copy', path: '' }]],
    [[{ op: 'remove' }]],
  ])('%j is no patch', (value) => {
    expect(() => parseJsonPatch(value)).toThrow(PatchError);
  });

  test('the diff of two values leads from one to the other', () => {
    fc.assert(
      fc.property(json, json, (from, to) => {
        expect(jsonEquals(applyJsonPatch(from, diffJsonPatch(from, to)), to)).toBe(true);
      }),
    );
  });
});
