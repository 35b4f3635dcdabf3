import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';
import { describe, expect, test } from 'vitest';

const folder = fileURLToPath(new URL('../../packages/lint/schemas', import.meta.url));
const names = readdirSync(folder);

function compile(name: string): ValidateFunction {
  const schema: object = JSON.parse(readFileSync(join(folder, name), 'utf8')) as object; // Schemas are objects.
  return new Ajv({
    strict: true,
    allowUnionTypes: true,
    validateFormats: false,
    allErrors: true,
  }).compile(schema);
}

test.each(names)('%s compiles by itself, strictly', (name) => {
  expect(() => compile(name)).not.toThrow();
});

describe('the schema of image streams', () => {
  const check = compile('ImageStream.json');
  const stream = {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    metadata: { name: 'web' },
  };

  test('takes what the server takes, null included', () => {
    const spec = {
      tags: [
        { name: 'a', generation: null, annotations: null, importPolicy: { importMode: 'New' } },
      ],
    };
    expect(check({ ...stream, spec, status: null })).toBe(true);
  });

  test('finds misspelt properties and values of the wrong type', () => {
    expect(check({ ...stream, spec: { tgas: [], tags: [{ name: 1 }] } })).toBe(false);
    expect(check.errors?.map(({ instancePath }) => instancePath).sort()).toEqual([
      '/spec',
      '/spec/tags/0/name',
    ]);
  });

  test('is for one kind only', () => {
    expect(check({ ...stream, kind: 'Image' })).toBe(false);
  });
});
