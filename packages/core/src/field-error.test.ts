import { describe, expect, test } from 'vitest';
import {
  duplicate,
  FieldPath,
  forbidden,
  formatFieldError,
  formatFieldErrors,
  invalid,
  isFieldError,
  notSupported,
  required,
  tooLong,
  tooMany,
  toStatusCauses,
  withRule,
} from './index.js';

const tag = FieldPath.of('spec', 'tags').key('latest');

describe('formatFieldError', () => {
  test.each([
    [
      required(tag.child('from', 'name'), 'a name'),
      'spec.tags[latest].from.name: Required value: a name',
    ],
    [invalid(tag, 'a"b', 'no quotes'), 'spec.tags[latest]: Invalid value: "a\\"b": no quotes'],
    [invalid(tag, 3, ''), 'spec.tags[latest]: Invalid value: 3'],
    [invalid(tag, null, 'x'), 'spec.tags[latest]: Invalid value: null: x'],
    [invalid(tag, { a: '<' }, 'x'), 'spec.tags[latest]: Invalid value: {"a":"\\u003c"}: x'],
    [
      notSupported('t', 'x', ['Local', 'Source']),
      't: Unsupported value: "x": supported values: "Local", "Source"',
    ],
    [duplicate('t', 'x'), 't: Duplicate value: "x"'],
    [forbidden('t', 'not now'), 't: Forbidden: not now'],
    [tooLong('t', 'long', 262144), 't: Too long: may not be more than 262144 bytes'],
    [tooMany('t', 3, 2), 't: Too many: 3: must have at most 2 items'],
  ])('prints %o in the words of the API server', (error, text) => {
    expect(formatFieldError(error)).toBe(text);
  });

  test('a value JSON cannot hold still gives a message', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    expect(formatFieldError(invalid('x', cycle, 'cyclic'))).toMatch(
      /^x: Invalid value: <not JSON: .*>: cyclic$/,
    );
  });
});

describe('formatFieldErrors', () => {
  test('one error is bare, several stand in brackets, equal ones once', () => {
    const [a, b] = [forbidden('a', 'x'), forbidden('b', 'y')];
    expect(formatFieldErrors([a])).toBe('a: Forbidden: x');
    expect(formatFieldErrors([a, b, a])).toBe('[a: Forbidden: x, b: Forbidden: y]');
  });
});

test('causes carry the reason, the message without the field, and the field', () => {
  expect(toStatusCauses([withRule(required('spec', 'must be there'), 'rule-1')])).toEqual([
    { reason: 'FieldValueRequired', message: 'Required value: must be there', field: 'spec' },
  ]);
});

test('isFieldError tells field errors from other objects', () => {
  expect(isFieldError(required('a', 'b'))).toBe(true);
  expect(isFieldError({ type: 'toString', field: 'a', detail: '' })).toBe(false);
  expect(isFieldError(null)).toBe(false);
});
