import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as prettier from 'prettier';
import { expect, test } from 'vitest';
import { isJsonArray, isJsonObject } from '../../src/json.js';
import type { JsonValue } from '../../src/json.js';
import type { Product } from '../../src/plan/layout.js';
import { compileErrors } from '../support/compile.js';
import { generateFrom, readFixture } from '../support/generate-from.js';

const golden = fileURLToPath(new URL('golden', import.meta.url));
const products: readonly Product[] = [
  'types',
  'create',
  'resources',
  'guards',
  'index',
  'validators',
  'schemas',
  'docs',
];

function generateTiny(
  text = readFixture('tiny-api/tiny.v3.json'),
): ReturnType<typeof generateFrom> {
  return generateFrom(text, { products }, 'tiny.v3.json');
}

function goldenFiles(): readonly string[] {
  return readdirSync(golden, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(golden.length + 1))
    .sort();
}

test('the tiny API gives exactly the golden files', async () => {
  const { files } = await generateTiny();
  for (const { path, text } of files)
    await expect(text, path).toMatchFileSnapshot(join(golden, path));
  expect(files.map(({ path }) => path).sort()).toEqual(goldenFiles());
});

test('the output does not depend on the order of keys in the input', async () => {
  const reversed = JSON.stringify(
    reverseKeys(JSON.parse(readFixture('tiny-api/tiny.v3.json')) as JsonValue),
  );
  expect((await generateTiny(reversed)).files).toEqual((await generateTiny()).files);
});

test('the output is laid out as the formatter would', async () => {
  const { files } = await generateTiny();
  for (const { path, text } of files.filter(
    (file) => !/\/validators\/.*(?:\.js|\.d\.ts)$/.test(file.path),
  )) {
    const filepath = path.endsWith('.json') ? 'x.json' : path;
    const formatted = await prettier.format(text, {
      filepath,
      printWidth: 100,
      singleQuote: true,
      trailingComma: 'all',
    });
    expect(text, path).toBe(formatted);
  }
});

test('the output compiles, and says what may be sent and what comes back', async () => {
  const { files } = await generateTiny();
  const typed = files.filter(({ path }) => !path.includes('/validators/'));
  const use = `
    import { toysV1, metaV1 } from './index.js';
    const made: toysV1.BoxCreate = { metadata: { name: 'a' }, spec: { lid: 'Loose' } };
    const read = (box: toysV1.Box): readonly (string | number | boolean | null | undefined)[] => [
      box.apiVersion satisfies 'toys.example.com/v1', box.kind satisfies 'Box', box.spec.port,
      box.spec.toys?.[0]?.name, box.status?.open, box.metadata.creationTimestamp, box.status?.lastOpened satisfies string | null | undefined];
    const verbs: readonly ('create' | 'list')[] = toysV1.boxes.verbs;
    const time: metaV1.Time = '2024-01-01T00:00:00Z';
    // @ts-expect-error a lid is one of the listed values
    const wrong: toysV1.BoxCreate = { metadata: {}, spec: { lid: 'Glued' } };
    // @ts-expect-error status is the server's
    const status: toysV1.BoxCreate = { metadata: {}, spec: { lid: 'Loose' }, status: {} };
    export const all: readonly unknown[] = [made, read, verbs, time, wrong, status, toysV1.isBox];
  `;
  expect(compileErrors(typed, { 'use.ts': use })).toEqual([]);
});

function reverseKeys(value: JsonValue): JsonValue {
  if (isJsonArray(value)) return value.map(reverseKeys);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reverseKeys(member ?? null)]),
  );
}
