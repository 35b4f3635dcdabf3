import { describe, expect, it } from 'vitest';
import {
  checkDns1123Label,
  checkDns1123Subdomain,
  checkLabelValue,
  checkQualifiedName,
  utf8Length,
} from './qualified-name.js';

const NAME =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

describe('checkDns1123Label', () => {
  it.each([
    ['web', []],
    ['1-a', []],
    ['a'.repeat(63), []],
    ['a'.repeat(64), ['must be no more than 63 characters']],
    ['a.b', ['must not contain dots']],
    ['A.b', [expect.stringContaining('a lowercase RFC 1123 label') as string]],
    ['', [expect.stringContaining('a lowercase RFC 1123 label') as string]],
    ['-a', [expect.stringContaining('a lowercase RFC 1123 label') as string]],
  ])('answers %j with the words of the server', (text, problems) => {
    expect(checkDns1123Label(text)).toEqual(problems);
  });
});

describe('checkDns1123Subdomain', () => {
  it('takes labels joined by dots, 253 characters together', () => {
    expect(checkDns1123Subdomain('a.b-c.1')).toEqual([]);
    expect(checkDns1123Subdomain('a..b')).toHaveLength(1);
    expect(checkDns1123Subdomain(`${'a.'.repeat(126)}ab`)).toEqual([
      'must be no more than 253 characters',
    ]);
  });
});

describe('checkQualifiedName', () => {
  it.each([
    ['app', []],
    ['example.com/App_1.x', []],
    ['', ['name part must be non-empty', `name part ${NAME}`]],
    ['/a', ['prefix part must be non-empty']],
    ['a b', [`name part ${NAME}`]],
    ['n'.repeat(64), ['name part must be no more than 63 characters']],
    [
      'a/b/c',
      [
        `a qualified name ${NAME} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
      ],
    ],
  ])('answers %j with the words of the server', (text, problems) => {
    expect(checkQualifiedName(text)).toEqual(problems);
  });
});

describe('checkLabelValue', () => {
  it('takes the empty text and counts bytes', () => {
    expect(checkLabelValue('')).toEqual([]);
    expect(checkLabelValue('x'.repeat(64))).toEqual(['must be no more than 63 characters']);
    expect(checkLabelValue('ü'.repeat(32))).toHaveLength(2);
  });
});

describe('utf8Length', () => {
  it('counts what the text takes as bytes', () => {
    const texts = ['', 'a', 'é', '€', '😀', 'a\ud800'];
    expect(texts.map(utf8Length)).toEqual(texts.map((text) => Buffer.byteLength(text)));
  });
});
