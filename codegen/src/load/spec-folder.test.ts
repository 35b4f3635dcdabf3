import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { DiagnosticBag } from '../diagnostics.js';
import { loadSpecFolder } from './spec-folder.js';

const toys = join(dirname(fileURLToPath(import.meta.url)), '..', 'assemble', 'testdata', 'toys');
const bag = new DiagnosticBag();
const input = loadSpecFolder(toys, bag);

test('a spec folder without faults gives no complaint', () => {
  expect(bag.all).toEqual([]);
});

test('definitions keep what only the sources know, and where they stand', () => {
  const toy = input.definitions.find(({ name }) => name === 'com.example.toys.v1.Toy');
  expect(toy?.schema).toMatchObject({
    properties: { maker: { $ref: 'com.example.toys.v1.Maker', 'x-wire': 'null-when-unset' } },
  });
  expect(toy?.origin).toEqual({ file: 'toys-v1/definitions.yaml', pointer: '/definitions/Toy' });
});

test('properties of newer servers are left out', () => {
  expect(JSON.stringify(input.definitions)).not.toContain('spareParts');
});

test('definitions that no operation leads to are there all the same', () => {
  expect(input.definitions.map(({ name }) => name)).toContain('com.example.toys.v1.Unused');
});

test('operations, resources and documents are those of the API in use', () => {
  expect(input.operations.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'get /apis/toys.example.com/v1/namespaces/{namespace}/toys',
    'post /apis/toys.example.com/v1/namespaces/{namespace}/toys',
    'get /apis/toys.example.com/v1/namespaces/{namespace}/toys/{name}',
    'get /apis/toys.example.com/v1/namespaces/{namespace}/toys/{name}/maker',
    'get /apis/toys.example.com/v1/toys',
    'get /apis/toys.example.com/v1/watch/namespaces/{namespace}/toys',
    'get /apis/toys.example.com/v1/watch/namespaces/{namespace}/toys/{name}',
    'get /apis/toys.example.com/v1/watch/toys',
  ]);
  expect(input.resources.map(({ name, verbs }) => [name, verbs])).toEqual([
    ['toys', ['create', 'get', 'list', 'watch']],
    ['toys/maker', ['get']],
  ]);
  expect(input.documents?.v3).toMatchObject({ openapi: '3.0.0' });
  expect(input.documents?.v2).toMatchObject({ swagger: '2.0' });
});

test('the deprecated API beside it is left out', () => {
  expect(JSON.stringify(input)).not.toMatch(/old\/v0|com\.example\.old/);
});
