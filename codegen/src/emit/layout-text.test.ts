import { describe, expect, test } from 'vitest';
import { docComment, jsonText, literal, propertyName, quote } from './layout-text.js';

describe('quote', () => {
  test.each([
    ['plain', `'plain'`],
    [`it's`, `"it's"`],
    [`say "x"`, `'say "x"'`],
    [`both ' and "`, `'both \\' and "'`],
    ['a\nb\\', `'a\\nb\\\\'`],
    ['\u2028', `'\\u2028'`],
  ])('writes %j so that it reads the same', (text, written) => {
    expect(quote(text)).toBe(written);
  });
});

test('a property named __proto__ is written as a computed one, which makes it an ordinary property', () => {
  expect(propertyName('__proto__')).toBe(`['__proto__']`);
  expect(propertyName('a-b')).toBe(`'a-b'`);
  expect(propertyName('plain')).toBe('plain');
});

describe('docComment', () => {
  test('is one line while it fits', () => {
    expect(docComment('A box.', '  ')).toBe('  /** A box. */\n');
  });

  test('is nothing for no text', () => {
    expect(docComment('  \n', '')).toBe('');
  });

  test('breaks long lines at spaces and keeps words whole', () => {
    const word = 'x'.repeat(120);
    const text = docComment(`${'word '.repeat(30)}${word}`, '');
    const lines = text.split('\n').filter((line) => !line.includes(word));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(text).toContain(` * ${word}\n`);
  });

  test('cannot be ended from inside', () => {
    expect(docComment('cron */5 * * * *', '')).toBe('/** cron *\\/5 * * * * */\n');
  });
});

describe('literal and jsonText', () => {
  test('keep lists of scalars on one line while they fit, and break them else', () => {
    expect(literal(['a', 'b'], '', 0)).toBe(`['a', 'b']`);
    expect(literal(['a'.repeat(60), 'b'.repeat(60)], '', 0).split('\n')).toHaveLength(4);
    expect(jsonText({ a: [1, null], b: {}, c: [] })).toBe(
      '{\n  "a": [1, null],\n  "b": {},\n  "c": []\n}',
    );
  });

  test('leave out what is undefined', () => {
    expect(literal({ a: 1, b: undefined }, '', 0)).toBe('{\n  a: 1,\n}');
  });
});
