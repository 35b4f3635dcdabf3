import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { CodegenError } from '../diagnostics.js';
import type { Diagnostic } from '../diagnostics.js';
import { isJsonArray, isJsonObject, objectFrom } from '../json.js';
import type { JsonValue } from '../json.js';
import { assembleSpec } from './index.js';

const toys = join(dirname(fileURLToPath(import.meta.url)), 'testdata', 'toys');
const copies: string[] = [];

/** Eight lists, each holding the one before ten times. */
const aliasBomb = Array.from({ length: 8 }, (_none, level) => {
  const members = level === 0 ? 'x' : Array.from({ length: 10 }, () => `*l${level - 1}`).join(', ');
  return `l${level}: &l${level} [${members}]`;
}).join('\n');

afterEach(() => {
  for (const copy of copies.splice(0)) rmSync(copy, { recursive: true });
});

describe('assembleSpec', () => {
  test.each(['old', 'v2', 'v3', 'version'])(
    'gives the document %s of a small folder',
    async (name) => {
      const file = assembleSpec(toys).find(({ path }) => path === `openapi/${name}.json`);
      await expect(file?.text).toMatchFileSnapshot(join(toys, 'openapi', `${name}.json`));
    },
  );

  test('gives nothing else, in path order', () => {
    const paths = assembleSpec(toys).map(({ path }) => path);
    const expected = ['old', 'v2', 'v3', 'version'].map((name) => `openapi/${name}.json`);
    expect(paths).toEqual(expected);
  });

  test('gives the same bytes when the keys of the sources are in another order', () => {
    const copy = copyOfToys();
    for (const file of sourceFiles(copy)) {
      const value = parse(readFileSync(join(copy, file), 'utf8')) as JsonValue;
      writeFileSync(join(copy, file), stringify(withReversedKeys(value)));
    }
    expect(assembleSpec(copy)).toEqual(assembleSpec(toys));
  });

  test('names a shared parameter after its content', () => {
    const text = (folder: string): string => assembleSpec(folder)[1]?.text ?? '';
    const changed = change('toys-v1/parameters.yaml', 'Most toys in a page.', 'Few toys.');
    const names = (folder: string): string[] => [...new Set(text(folder).match(/limit-[\w-]{8}/g))];
    expect(names(toys)).toHaveLength(1);
    expect(names(changed)).not.toEqual(names(toys));
  });

  test('refuses a folder that is not there, and one without sources', () => {
    const codes = (folder: string): string[] => problemsOf(folder).map(({ code }) => code);
    expect(codes(join(toys, 'nowhere'))).toEqual(['input-unreadable']);
    expect(codes(join(toys, 'meta'))).toEqual(['input-unreadable']);
  });

  test('reports every problem of every file at once', () => {
    const copy = change('toys-v1/definitions.yaml', 'default: {}', 'default: []');
    edit(copy, 'toys-v1/verbs.yaml', 'statuses: [201]', 'statuses: created');
    edit(copy, 'meta/definitions.yaml', 'description: What happened.', "description: ''");
    expect(problemsOf(copy).map(({ code }) => code)).toEqual([
      'missing-description',
      'ill-typed-default',
      'malformed-source',
    ]);
  });
});

describe('assembleSpec refuses', () => {
  const v1 = 'toys-v1/definitions.yaml';
  const maker = '$ref: com.example.toys.v1.Maker\n        default';
  const toyName = "type: string\n        default: ''";
  const toyNamePointer = '/definitions/Toy/properties/name';

  test.each([
    {
      name: 'a reference to a definition that does not exist',
      file: v1,
      text: [maker, maker.replace('Maker', 'Baker')],
      code: 'dangling-reference',
      pointer: '/definitions/Toy/properties/maker/$ref',
      says: 'com.example.toys.v1.Baker',
    },
    {
      name: 'a definition that another file has too',
      file: v1,
      text: ['package: com.example.toys.v1', 'package: com.example.meta'],
      also: ['  Unused:', '  Event:'],
      code: 'duplicate-definition',
      pointer: '/definitions/Event',
      says: 'meta/definitions.yaml',
    },
    {
      name: 'a key that stands twice in one object',
      file: v1,
      text: ['  Unused:', '  Maker:'],
      code: 'input-malformed',
      pointer: '',
      says: 'unique',
    },
    {
      name: 'an extension it does not know',
      file: v1,
      text: ['x-wire: always', 'x-wired: always'],
      code: 'unknown-extension',
      pointer: `${toyNamePointer}/x-wired`,
      says: 'x-wired',
    },
    {
      name: 'an extension with a value that means nothing',
      file: v1,
      text: ['x-wire: always', 'x-wire: sometimes'],
      code: 'malformed-schema',
      pointer: `${toyNamePointer}/x-wire`,
      says: 'sometimes',
    },
    {
      name: 'a keyword that is none',
      file: v1,
      text: ['x-wire: always', 'nulable: true'],
      code: 'unknown-keyword',
      pointer: `${toyNamePointer}/nulable`,
      says: 'nulable',
    },
    {
      name: 'a default of another type',
      file: v1,
      text: [toyName, toyName.replace("''", '0')],
      code: 'ill-typed-default',
      pointer: `${toyNamePointer}/default`,
      says: 'default 0 is not of type "string"',
    },
    {
      name: 'a format that does not refine its type',
      file: v1,
      text: ['format: int32', 'format: byte'],
      code: 'malformed-schema',
      pointer: '/definitions/Toy/properties/spareParts/format',
      says: 'byte',
    },
    {
      name: 'a required property that is not described',
      file: v1,
      text: ['required: [name]', 'required: [nmae]'],
      code: 'required-unknown-property',
      pointer: '/definitions/Toy/required',
      says: 'nmae',
    },
    {
      name: 'a property without a description',
      file: v1,
      text: ['description: What children call it.', "description: ' '"],
      code: 'missing-description',
      pointer: toyNamePointer,
      says: 'no description',
    },
    {
      name: 'a property that is no schema',
      file: v1,
      text: [
        `name:\n        description: What children call it.\n        ${toyName}\n        x-wire: always`,
        'name: text',
      ],
      code: 'malformed-schema',
      pointer: toyNamePointer,
      says: '"text"',
    },
    {
      name: 'an operation that nobody describes',
      file: 'toys-v1/resources.yaml',
      text: ['      listForAllNamespaces: Lists all toys.\n', ''],
      code: 'missing-description',
      pointer: '/resources/0',
      says: 'listForAllNamespaces',
    },
    {
      name: 'a misspelt entry of the resource table',
      file: 'toys-v1/resources.yaml',
      text: ['    singular: toy', '    singluar: toy'],
      code: 'malformed-source',
      pointer: '/resources/0/singluar',
      says: 'singluar',
    },
    {
      name: 'a kind without a definition',
      file: 'toys-v1/resources.yaml',
      text: ['kind: Maker', 'kind: Faker'],
      code: 'dangling-reference',
      pointer: '',
      says: 'com.example.toys.v1.Faker',
    },
    {
      name: 'an operation described by nothing',
      file: 'toys-v1/resources.yaml',
      text: ['create: Makes a toy.', "create: ' '"],
      code: 'missing-description',
      pointer: '/resources/0/operations/create',
      says: 'create',
    },
    {
      name: 'a parameter described by nothing',
      file: 'toys-v1/parameters.yaml',
      text: ['description: Only tries.', "description: ''"],
      code: 'missing-description',
      pointer: '/parameters/dryRun/description',
      says: 'description',
    },
    {
      name: 'a resource that is there twice',
      file: 'toys-v1/resources.yaml',
      text: [
        'resources:\n',
        'resources:\n  - { resource: toys, singular: toy, kind: Toy, scope: Namespaced, verbs: [get], name: Toy., operations: { get: Reads. } }\n',
      ],
      code: 'malformed-source',
      pointer: '',
      says: 'get /apis/toys.example.com/v1/namespaces/{namespace}/toys/{name} is given by two',
    },
    {
      name: 'a verb with two parameters of one name',
      file: 'toys-v1/verbs.yaml',
      text: ['query: [limit, pretty]', 'query: [limit, limit]'],
      code: 'malformed-source',
      pointer: '/verbs/list',
      says: 'two parameters of one verb are called limit',
    },
    {
      name: 'aliases that would unfold without end',
      file: 'meta/definitions.yaml',
      text: ['definitions:', `${aliasBomb}\ndefinitions:`],
      code: 'input-malformed',
      pointer: '',
      says: 'alias',
    },
    {
      name: 'an alias to nothing',
      file: 'meta/definitions.yaml',
      text: ['type: string', 'type: *nowhere'],
      code: 'input-malformed',
      pointer: '',
      says: 'nowhere',
    },
    {
      name: 'a scope that is none',
      file: 'toys-v1/resources.yaml',
      text: ['scope: Namespaced', 'scope: Galaxy'],
      code: 'malformed-source',
      pointer: '/resources/0/scope',
      says: 'Galaxy',
    },
    {
      name: 'a verb that the verb table lacks',
      file: 'toys-v1/resources.yaml',
      text: ['verbs: [create, get, list, watch]', 'verbs: [create, get, list, watch, delete]'],
      code: 'malformed-source',
      pointer: '/resources/0',
      says: 'delete',
    },
    {
      name: 'a verb that there is not',
      file: 'toys-v1/resources.yaml',
      text: ['verbs: [create, get, list, watch]', 'verbs: [create, get, list, watch, paint]'],
      code: 'malformed-source',
      pointer: '/resources/0',
      says: 'paint',
    },
    {
      name: 'a sentence about an operation that there is not',
      file: 'toys-v1/resources.yaml',
      text: [
        '      create: Makes a toy.',
        '      create: Makes a toy.\n      delete: Breaks a toy.',
      ],
      code: 'malformed-source',
      pointer: '/resources/0',
      says: 'delete',
    },
    {
      name: 'a query parameter that is not described',
      file: 'toys-v1/verbs.yaml',
      text: ['query: [limit, pretty]', 'query: [limits, pretty]'],
      code: 'malformed-source',
      pointer: '/verbs/list',
      says: 'limits',
    },
    {
      name: 'a parameter in a place that is none',
      file: 'toys-v1/parameters.yaml',
      text: ['{ in: path,', '{ in: header,'],
      code: 'malformed-source',
      pointer: '/parameters/namespace/in',
      says: 'header',
    },
    {
      name: 'an amendment of a property that is not there',
      file: 'toys-v0/definitions.yaml',
      text: ['remove: [parts]', 'remove: [prats]'],
      code: 'malformed-source',
      pointer: '/amendments/com.example.toys.v1.Toy',
      says: 'prats',
    },
    {
      name: 'an amendment that adds a property twice',
      file: 'toys-v0/definitions.yaml',
      text: ['      paint:\n', '      name:\n'],
      code: 'duplicate-definition',
      pointer: '/amendments/com.example.toys.v1.Toy/add/name',
      says: 'exists already',
    },
  ])('$name', ({ file, text: [from = '', to = ''], also, code, pointer, says }) => {
    const copy = change(file, from, to);
    if (also !== undefined) edit(copy, file, also[0] ?? '', also[1] ?? '');
    const found = problemsOf(copy).filter((one) => one.code === code);
    const places = found.map(({ source }) => `${source.file}#${source.pointer}`);
    expect(places).toContain(`${file}#${pointer}`);
    expect(found.map(({ message }) => message).join('\n')).toContain(says);
    expect(found.every(({ severity }) => severity === 'error')).toBe(true);
  });
});

function copyOfToys(): string {
  const copy = mkdtempSync(join(tmpdir(), 'toys-'));
  copies.push(copy);
  cpSync(toys, copy, { recursive: true });
  return copy;
}

/** A copy of the folder in which one text of one file is another. */
function change(file: string, from: string, to: string): string {
  const copy = copyOfToys();
  edit(copy, file, from, to);
  return copy;
}

function edit(folder: string, file: string, from: string, to: string): void {
  const text = readFileSync(join(folder, file), 'utf8');
  if (!text.includes(from)) throw new Error(`${file} does not hold ${from}`);
  writeFileSync(join(folder, file), text.replace(from, to));
}

function problemsOf(folder: string): readonly Diagnostic[] {
  try {
    assembleSpec(folder);
  } catch (error) {
    if (error instanceof CodegenError) return error.diagnostics;
    throw error;
  }
  return [];
}

function sourceFiles(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.yaml'));
}

function withReversedKeys(value: JsonValue): JsonValue {
  if (isJsonArray(value)) return value.map(withReversedKeys);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).reverse();
  return objectFrom(entries.map(([key, inner]) => [key, withReversedKeys(inner ?? null)] as const));
}
