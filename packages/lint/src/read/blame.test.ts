import { expect, test } from 'vitest';
import { lint } from '../lint.js';

const STREAM =
  'apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata:\n  name: app\n  labels:\n    a: b\nspec:\n  tags:\n    - name: v1\n';

test.each([
  ['a tab that indents', ['    a: b', '\ta: b'], 6],
  ['a double quote that is never closed', ['name: app', 'name: "app'], 4],
  ['a single quote that is never closed', ['- name: v1\n', "- name: 'v1\n      from: x\n"], 9],
  ['a key without colon', ['kind: ImageStream', 'kind ImageStream'], 2],
  ['a line that merging left', ['spec:', '<<<<<<< HEAD\nspec:'], 7],
  ['a brace that is never closed', ['labels:\n    a: b', 'labels: {a: b'], 5],
  ['too much indentation', ['  labels', '     labels'], 5],
  ['an anchor nobody has set', ['a: b', 'a: *b'], 6],
  ['a colon too many', ['name: app', 'name: app: app'], 4],
  ['a reserved character', ['name: app', 'name: @app'], 4],
] as const)('%s is shown on its line', (_, [from, to], line) => {
  const text = STREAM.replace(from, to);
  expect(text).not.toBe(STREAM);
  const found = lint(text).findings.filter(({ rule }) => rule === 'syntax-error');
  expect(found.map((finding) => finding.line)).toEqual([line]);
});

test.each([
  ['a missing comma', '{\n "kind": "ImageStream"\n "apiVersion": "v1"\n}', 3],
  ['a comment', '{\n "kind": "ImageStream",\n // no comments here\n "apiVersion": "v1"\n}', 3],
  ['a text that is not closed', '{\n "kind": "ImageStream,\n "apiVersion": "v1"\n}', 2],
  ['a brace that is not closed', '{\n "kind": "ImageStream",\n "apiVersion": "v1"\n', 3],
])('in JSON, %s is shown on its line', (_, text, line) => {
  expect(lint(text).findings.map((finding) => `${finding.rule}:${finding.line}`)).toEqual([
    `syntax-error:${line}`,
  ]);
});
