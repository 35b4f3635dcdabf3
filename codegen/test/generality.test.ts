import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const source = fileURLToPath(new URL('../src', import.meta.url));
const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => ({ name, text: readFileSync(join(source, name), 'utf8') }));

test('no file of the generator knows the API it was first written for', () => {
  const scope = /@imagestream\/|imagestream-codegen/g;
  const knowing = files
    .filter(({ text }) => /image_?stream/i.test(text.replaceAll(scope, '')))
    .map(({ name }) => name);
  expect(knowing).toEqual([]);
});

test('only one file knows openapi-typescript, and only one folder knows Ajv', () => {
  const importing = (name: string): readonly string[] =>
    files.filter(({ text }) => text.includes(`'${name}'`)).map((file) => file.name);
  expect(importing('openapi-typescript')).toEqual(['emit/openapi-paths.ts']);
  expect(importing('ajv')).toEqual(['emit/validators/compile.ts']);
});

test('the pipeline fits on a page', () => {
  const pipeline = files.find(({ name }) => name === 'generate.ts')?.text.split('\n') ?? [];
  expect(pipeline.length).toBeLessThan(80);
});

test('a stage imports earlier stages only, and no two files import each other', () => {
  const stages = [
    'assemble',
    'load',
    'normalise',
    'fixups',
    'model',
    'plan',
    'emit',
    'diff',
    'write',
    'cli',
  ];
  const stageOf = (name: string): number => stages.indexOf(name.split('/')[0] ?? '');
  const imports = files.flatMap(({ name, text }) =>
    [...text.matchAll(/from '(\.[^']*)\.js'/g)].map(([, path = '']) => {
      const to = join(name, '..', `${path}.ts`);
      return { name, to };
    }),
  );
  const upward = imports.filter(({ name, to }) => {
    const [from, target] = [stageOf(name), stageOf(to)];
    return from !== -1 && target !== -1 && target > from;
  });
  expect(upward).toEqual([]);
  const known = new Set(imports.map(({ name, to }) => `${name} > ${to}`));
  expect(imports.filter(({ name, to }) => known.has(`${to} > ${name}`))).toEqual([]);
});
