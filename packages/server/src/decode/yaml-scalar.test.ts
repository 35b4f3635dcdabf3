import { describe, expect, test } from 'vitest';
import { toPlainValue } from './json-node.js';
import { formatFloat, resolvePlainScalar } from './yaml-scalar.js';

describe('a plain YAML scalar', () => {
  test.each([
    ['', null],
    ['~', null],
    ['NULL', null],
    ['nULL', 'nULL'],
    ['y', true],
    ['Yes', true],
    ['ON', true],
    ['n', false],
    ['off', false],
    ['oN', 'oN'],
    ['12', 12],
    ['+12', 12],
    ['012', 10],
    ['0o12', 10],
    ['0x1F', 31],
    ['0b11', 3],
    ['1_000', 1000],
    ['08', 8],
    ['1.10', 1.1],
    ['.5', 0.5],
    ['1e3', 1000],
    ['1.', 1],
    ['.', '.'],
    ['1.2.3', '1.2.3'],
    ['2024-05-01', '2024-05-01'],
    ['1:30', '1:30'],
    ['99999999999999999999', 1e20],
  ])('that reads %j is %j', (text, value) => {
    expect(toPlainValue(resolvePlainScalar(text))).toBe(value);
  });

  test('prints large and small floats as Go’s JSON does', () => {
    expect([1e20, 1e21, 1e-6, 1.5e-7].map(formatFloat)).toEqual([
      '100000000000000000000',
      '1e+21',
      '0.000001',
      '1.5e-7',
    ]);
  });
});
