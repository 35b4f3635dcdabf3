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
  const names = findObjects(text).map(({ object }) => object['metadata']);
  expect(names).toEqual([{ name: 'listed' }, { name: 'app' }]);
});

test('a text that cannot be read has no objects', () => {
  expect(findObjects('kind: [ImageStream')).toEqual([]);
});
