import { describe, expect, test } from 'vitest';
import { formatLabelSelector, matchesLabelSelector, parseLabelSelector } from './label-selector.js';

describe('parseLabelSelector', () => {
  test.each([
    ['', ''],
    ['app', 'app'],
    ['!app', '!app'],
    ['app=web', 'app=web'],
    ['app == web , tier!=db', 'app=web,tier!=db'],
    ['tier in (b, a, a)', 'tier in (a,b)'],
    ['tier notin (a,)', 'tier notin (,a)'],
    ['x in ()', 'x in ()'],
    ['in in (in)', 'in in (in)'],
    ['n>5,n<9', 'n>5,n<9'],
    ['app=', 'app='],
    ['example.com/app=x', 'example.com/app=x'],
  ])('reads %j', (text, printed) => {
    expect(formatLabelSelector(parseLabelSelector(text))).toBe(printed);
  });

  test.each([
    [',', "found ',', expected: !, identifier, or 'end of string'"],
    ['==bad', "found '==', expected: !, identifier, or 'end of string'"],
    ['x===1', "unable to parse requirement: found '=', expected: identifier"],
    ['x,', "found '', expected: identifier after ','"],
    ['x y', "unable to parse requirement: found 'y', expected: in, notin, =, ==, !=, gt, lt"],
    ['x in a', "unable to parse requirement: found 'a' expected: '('"],
    ['x in (a', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['a=b c', "found 'c', expected: ',' or 'end of string'"],
    [
      'n>a',
      "unable to parse requirement: values[0]: Invalid value: \"a\": for 'Gt', 'Lt' operators, the value must be an integer",
    ],
  ])('refuses %j in the words of the API server', (text, message) => {
    expect(() => parseLabelSelector(text)).toThrow(expect.objectContaining({ message }));
  });

  test('a bad key is quoted with the rule it breaks', () => {
    expect(() => parseLabelSelector('-bad=1')).toThrow(
      /^unable to parse requirement: <nil>: Invalid value: "-bad": name part must consist of/,
    );
  });
});

describe('matchesLabelSelector', () => {
  const labels = { app: 'web', n: '7' };
  test.each([
    ['', true],
    ['app=web', true],
    ['app!=web', false],
    ['gone!=x', true],
    ['gone notin (x)', true],
    ['gone in (x)', false],
    ['app in (web,db)', true],
    ['app', true],
    ['!gone', true],
    ['n>6', true],
    ['n<7', false],
    ['app>1', false],
    ['toString', false],
  ])('%j on app=web,n=7 is %j', (selector, expected) => {
    expect(matchesLabelSelector(parseLabelSelector(selector), labels)).toBe(expected);
  });

  test('an object without labels matches what asks for none', () => {
    expect(matchesLabelSelector(parseLabelSelector('!app'), null)).toBe(true);
  });
});
