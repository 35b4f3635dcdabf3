import { expect, test } from 'vitest';
import { FieldPath } from './field-path.js';

test('a path prints as the API server prints it', () => {
  const tags = FieldPath.of('spec', 'tags');
  expect(tags.index(0).child('from', 'name').toString()).toBe('spec.tags[0].from.name');
  expect(tags.key('latest').toString()).toBe('spec.tags[latest]');
  expect(FieldPath.root.toString()).toBe('');
  expect(FieldPath.root.index(2).child('a').toString()).toBe('[2].a');
});

test('a step leaves the path it starts from alone', () => {
  const base = FieldPath.of('status');
  base.child('tags');
  expect(base.toString()).toBe('status');
});
