import { describe, expect, test } from 'vitest';
import { toPlainValue } from './json-node.js';
import { readYaml } from './read-yaml.js';

const read = (text: string): unknown => toPlainValue(readYaml(new TextEncoder().encode(text)).root);

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
  return 'nothing thrown';
}

// Evidence: body-yaml
describe('a YAML text', () => {
  test.each([
    ['', null],
    ['# only a comment\n', null],
    ['a: [b\n]', { a: ['b'] }],
    ['{"a":1,}', { a: 1 }],
    ['a: &x {b: 1}\nc: *x', { a: { b: 1 }, c: { b: 1 } }],
    ['1: x\ntrue: w\n1.5: z', { '1': 'x', true: 'w', '1.5': 'z' }],
    ['a: !!str 5', { a: '5' }],
    ['a: |\n  x\n  y\n', { a: 'x\ny\n' }],
    ['a: 1\n---\nnot: [read', { a: 1 }],
  ])('%j is read', (text, value) => {
    expect(read(text)).toEqual(value);
  });

  test.each([
    ['a: [b', "line 1: did not find expected ',' or ']'"],
    ['a: {b: 1\n', "line 1: did not find expected ',' or '}'"],
    ['{"a" 1}', "did not find expected ',' or '}'"],
    ['a: b: c', 'mapping values are not allowed in this context'],
    ['x: 1\na: b: c', 'line 2: mapping values are not allowed in this context'],
    ['m:\n  name: x\n    labels: {}\n', 'line 3: mapping values are not allowed in this context'],
    ['m:\n\tname: x', 'line 2: found character that cannot start any token'],
    ['a: "x', 'found unexpected end of stream'],
    ['a: "x\nb: 1\n', 'line 3: found unexpected end of stream'],
    ['- a\nb: 1', "line 1: did not find expected '-' indicator"],
    ['x: 1\nfoo\n', "line 3: could not find expected ':'"],
    ['a:\n  - b\n c: 1\n', 'line 2: did not find expected key'],
    ['a: *x', "unknown anchor 'x' referenced"],
    ['{a: 1}}', 'did not find expected <document start>'],
    ['a: \u0001', 'control characters are not allowed'],
  ])('%j is refused with %j', (text, words) => {
    expect(messageOf(() => read(text))).toBe(`yaml: ${words}`);
  });

  test('of bytes that are no UTF-8 is refused', () => {
    expect(() => readYaml(new Uint8Array([0x61, 0xff]))).toThrow(
      'yaml: invalid leading UTF-8 octet',
    );
  });

  test.each([
    ['['.repeat(300)],
    ['['.repeat(20_000)],
    [`{"a":${'{"a":'.repeat(20_000)}`],
    [`${'- '.repeat(20_000)}a`],
    [`${'? '.repeat(20_000)}a`],
    [`a:\n${Array.from({ length: 300 }, (_, i) => `${' '.repeat(i + 1)}a:`).join('\n')}`],
  ])('that nests without end is refused (%#)', (text) => {
    expect(messageOf(() => read(text))).toBe('yaml: exceeded max depth of 10000');
  });

  // Evidence: deviation-yaml-size
  test('of more than 256 KiB is refused unless it is JSON', () => {
    const list = 'x'.repeat(300_000);
    expect(messageOf(() => read(`a: ${list}`))).toBe(
      'yaml: the text has 300003 bytes, and at most 262144 are read; send it as JSON',
    );
    expect(read(`{"a":"${list}"}`)).toEqual({ a: list });
  });

  test('that stacks aliases without end is refused', () => {
    const steps = Array.from({ length: 3000 }, (_, i) => `l${i + 1}: &l${i + 1} [*l${i}]`);
    expect(messageOf(() => read(`l0: &l0 x\n${steps.join('\n')}`))).toMatch(
      /^yaml: (?:exceeded max depth|document contains excessive aliasing)/,
    );
  });
});
