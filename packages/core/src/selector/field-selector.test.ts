import { expect, test } from 'vitest';
import { formatFieldSelector, matchesFieldSelector, parseFieldSelector } from './field-selector.js';

test.each(['', 'metadata.name=a', 'metadata.name!=a,metadata.namespace=b', 'x=a\\,b\\=c\\\\d'])(
  'reads and prints %j alike',
  (text) => {
    expect(formatFieldSelector(parseFieldSelector(text))).toBe(text);
  },
);

test('the double equals sign is the single one', () => {
  expect(parseFieldSelector('a==b')).toEqual(parseFieldSelector('a=b'));
});

test('a term without an operator is refused in the words of the API server', () => {
  expect(() => parseFieldSelector('bogus')).toThrow(
    "invalid selector: 'bogus'; can't understand 'bogus'",
  );
});

test.each(['a=b=c', 'a=\\x'])('%j needs an escape', (text) => {
  expect(() => parseFieldSelector(text)).toThrow(/invalid field selector/);
});

test('all terms must hold and a missing field counts as empty', () => {
  const fields = { 'metadata.name': 'app' };
  const matches = (text: string): boolean => matchesFieldSelector(parseFieldSelector(text), fields);
  expect(matches('metadata.name=app')).toBe(true);
  expect(matches('metadata.name=app,metadata.name!=app')).toBe(false);
  expect(matches('spec.dockerImageRepository=')).toBe(true);
});
