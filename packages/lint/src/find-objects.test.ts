import { expect, test } from 'vitest';
import { findObjects } from './find-objects.js';

test('finds objects in every document, in lists and in templates with their parameters put in', () => {
  const text = `kind: Service
---
apiVersion: v1
kind: List
items:
  - { apiVersion: image.openshift.io/v1, kind: ImageStream, metadata: { name: listed } }
---
apiVersion: template.openshift.io/v1
kind: Template
parameters: [{ name: NAME, value: app }]
objects:
  - { apiVersion: image.openshift.io/v1, kind: ImageStream, metadata: { name: '\${NAME}' } }
`;
  const found = findObjects(text).map(({ line, object }) => ({
    line,
    metadata: object['metadata'],
  }));
  expect(found).toEqual([
    { line: 3, metadata: { name: 'listed' } },
    { line: 8, metadata: { name: 'app' } },
  ]);
});

test('a text that cannot be read has no objects', () => {
  expect(findObjects('kind: [ImageStream')).toEqual([]);
});
