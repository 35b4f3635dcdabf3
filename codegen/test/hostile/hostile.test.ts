import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CodegenError } from '../../src/diagnostics.js';
import type { Product } from '../../src/plan/layout.js';
import { run } from '../../src/run.js';
import { compileErrors } from '../support/compile.js';
import { generateFrom, generateFromSchemas } from '../support/generate-from.js';

const text = { type: 'string' };
const ref = (name: string): object => ({ $ref: `#/components/schemas/com.example.v1.${name}` });
const object = (properties: object): object => ({ type: 'object', properties });
const everything: readonly Product[] = [
  'types',
  'create',
  'resources',
  'guards',
  'index',
  'validators',
  'schemas',
  'docs',
];

function kind(name: string, properties: object): object {
  return {
    ...object({ apiVersion: text, kind: text, metadata: object({ name: text }), ...properties }),
    'x-kubernetes-group-version-kind': [{ group: 'example.com', version: 'v1', kind: name }],
  };
}

/** A property that JSON can hold and an object literal cannot write. */
function parsed(json: string): object {
  const value: unknown = JSON.parse(json);
  return value as object; // The callers give objects.
}

async function compiles(schemas: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
  const { files } = await generateFromSchemas(schemas);
  return compileErrors(files);
}

describe('references', () => {
  test('one that leads nowhere is typed unknown and reported with its pointer', async () => {
    const document = {
      openapi: '3.0.0',
      components: { schemas: { 'com.example.v1.A': object({ b: ref('B') }) } },
    };
    const { files, diagnostics } = await generateFrom(JSON.stringify(document));
    expect(files.find(({ path }) => path === 'example-v1/types.ts')?.text).toContain(
      'b?: unknown;',
    );
    expect(diagnostics).toContainEqual({
      code: 'dangling-reference',
      severity: 'warning',
      source: {
        file: 'document.json',
        pointer: '/components/schemas/com.example.v1.A/properties/b/$ref',
      },
      message: 'no definition is named com.example.v1.B',
    });
  });

  test('one that leads nowhere is an error when asked to be strict', async () => {
    const schemas = { 'com.example.v1.A': object({ b: ref('B') }) };
    await expect(generateFromSchemas(schemas, { strict: true })).rejects.toThrow(CodegenError);
  });

  test('one that leaves the document is reported', async () => {
    const { codes } = await generateFromSchemas({
      'com.example.v1.A': object({ b: { $ref: 'https://example.com/other.json#/X' } }),
    });
    expect(codes).toContain('input-external-reference');
  });

  test('a type may refer to itself and to one that refers back', async () => {
    const schemas = {
      'com.example.v1.Node': kind('Node', {
        left: ref('Node'),
        others: { type: 'array', items: ref('Branch') },
      }),
      'com.example.v1.Branch': object({ node: ref('Node') }),
    };
    const { files } = await generateFromSchemas(schemas, { products: everything });
    expect(compileErrors(files.filter(({ path }) => !path.includes('/validators/')))).toEqual([]);
    const compiled =
      files.find(({ path }) => path === 'example-v1/validators/shared.js')?.text ?? '';
    const validate = await importText(compiled, 'validateNode');
    expect(validate({ others: [{ node: { left: { others: [] } } }] })).toBe(true);
    expect(validate({ others: [{ node: { left: { others: 1 } } }] })).toBe(false);
  });
});

describe('names', () => {
  test('a property may be called like a schema keyword', async () => {
    const names = [
      '$ref',
      'properties',
      'allOf',
      'default',
      'type',
      'items',
      'x-kubernetes-list-type',
    ];
    const properties = Object.fromEntries(names.map((name) => [name, text]));
    const { text: read, codes } = await generateFromSchemas({
      'com.example.v1.A': object(properties),
    });
    expect(codes).toEqual([]);
    expect(read('example-v1/types.ts')).toContain('$ref?: string;');
    expect(read('example-v1/types.ts')).toContain("'x-kubernetes-list-type'?: string;");
  });

  test('a property may have any name', async () => {
    const odd = [
      'revision.authorEmail',
      'a b',
      "it's",
      'say "x"',
      'line\nbreak',
      '0',
      '',
      '*/',
      '`${x}`',
      '\u2028',
    ];
    const properties = Object.fromEntries(odd.map((name) => [name, text]));
    expect(await compiles({ 'com.example.v1.A': object(properties) })).toEqual([]);
  });

  test('__proto__ and constructor are ordinary names', async () => {
    const schemas = {
      'com.example.v1.A': parsed(
        '{"type":"object","properties":{"__proto__":{"type":"string"},"constructor":{"type":"string"}}}',
      ),
      'com.example.v1.__proto__': object({ toString: text }),
    };
    const { files, text: read } = await generateFromSchemas(schemas, { products: everything });
    expect(read('example-v1/types.ts')).toContain('  __proto__?: string;');
    expect(read('example-v1/types.ts')).toContain('export interface __proto__ {');
    expect(compileErrors(files.filter(({ path }) => !path.includes('/validators/')))).toEqual([]);
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('polluted');
  });

  test('a definition named by a reserved word or a type the output uses gets another name', async () => {
    const names = ['class', 'default', 'Record', 'string', 'await', '1st', 'with-dash'];
    const schemas = Object.fromEntries(
      names.map((name) => [
        `com.example.v1.${name}`,
        object({ map: { type: 'object', additionalProperties: text } }),
      ]),
    );
    const { codes, files } = await generateFromSchemas(schemas);
    expect(codes.filter((code) => code === 'kind-name-collision')).toHaveLength(names.length);
    expect(compileErrors(files)).toEqual([]);
  });

  test('names that differ in case only are told apart, also as file names', async () => {
    const schemas = {
      'com.example.v1.Thing': kind('Thing', {}),
      'com.example.v1.thing': kind('thing', {}),
    };
    const { files, codes } = await generateFromSchemas(schemas, { products: everything });
    expect(codes).toContain('kind-name-collision');
    const paths = files.map(({ path }) => path.toLowerCase());
    expect(new Set(paths).size).toBe(paths.length);
  });

  test('one short name in several packages gives one module each', async () => {
    const schemas = {
      'com.example.api.v1.Storage': object({ a: text }),
      'com.example.apps.v1.Storage': object({
        b: { $ref: '#/components/schemas/com.example.api.v1.Storage' },
      }),
      'org.example.apps.v1.Storage': object({ c: text }),
    };
    const { files, text: read } = await generateFromSchemas(schemas);
    expect(compileErrors(files)).toEqual([]);
    expect(read('com-example-apps-v1/types.ts')).toContain('b?: ApiV1Storage;');
    expect(read('org-example-apps-v1/types.ts')).toContain('export interface Storage {');
  });

  test('no name leads out of the output folder', async () => {
    const names = ['../../../etc/passwd.Kind', '..', 'a/../../b.v1.Kind', 'C:\\x.v1.Kind'];
    const schemas = Object.fromEntries(names.map((name) => [name, kind('Kind', {})]));
    const { files } = await generateFromSchemas(schemas, { products: everything });
    for (const { path } of files)
      expect(path).toMatch(/^[\w-]+(?:\/[\w-]+)*(?:\.d)?\.(?:ts|js|json|md)$/);
  });
});

describe('texts', () => {
  test('no description ends its comment or breaks the file', async () => {
    const description =
      'Runs `0 */2 * * *` ${x} </script>\r\n * @see */ export const injected = 1; /* \u2028 "end';
    const schemas = {
      'com.example.v1.A': { ...kind('A', { b: { type: 'string', description } }), description },
    };
    const { files, text: read } = await generateFromSchemas(schemas, { products: everything });
    expect(compileErrors(files.filter(({ path }) => !path.includes('/validators/')))).toEqual([]);
    expect(read('example-v1/types.ts')).not.toMatch(/^export const injected/m);
    expect(read('example-v1/types.ts')).toContain('0 *\\/2 * * *');
  });

  test('enum values may hold quotes, newlines and nothing at all', async () => {
    const values = ['', "it's", 'say "x"', 'both \' and "', 'a\nb', '\\', '`', '\u2029'];
    expect(
      await compiles({ 'com.example.v1.A': object({ b: { type: 'string', enum: values } }) }),
    ).toEqual([]);
  });
});

describe('schemas that contradict themselves', () => {
  test('a default of another type is reported and left out', async () => {
    const { codes, text: read } = await generateFromSchemas({
      'com.example.v1.A': object({
        a: { type: 'string', default: {} },
        b: { type: 'integer', default: 'x' },
        c: { type: 'array', items: text, default: { d: 1 } },
        d: { type: 'string', enum: ['x'], default: 'y' },
      }),
    });
    expect(codes.filter((code) => code === 'ill-typed-default')).toHaveLength(4);
    expect(read('example-v1/types.ts')).not.toContain('@default');
  });

  test('an empty default on a reference to a type with required properties is taken as no default', async () => {
    const { codes } = await generateFromSchemas({
      'com.example.v1.A': object({ b: { allOf: [ref('B')], default: {} } }),
      'com.example.v1.B': { ...object({ c: text }), required: ['c'] },
    });
    expect(codes).toEqual([]);
  });

  test('an extension nobody knows is reported with its name', async () => {
    const { codes } = await generateFromSchemas({
      'com.example.v1.A': { ...object({}), 'x-kubernetes-lsit-type': 'map' },
    });
    expect(codes).toContain('unknown-extension');
  });

  test('schemas, properties and lists of the wrong JSON type are reported', async () => {
    const { codes, files } = await generateFromSchemas({
      'com.example.v1.A': null,
      'com.example.v1.B': [],
      'com.example.v1.C': { type: 'object', properties: [] },
      'com.example.v1.D': { type: 'flower' },
      'com.example.v1.E': { type: 'object', properties: { f: 1 }, required: 'f' },
      'com.example.v1.F': { type: 'array' },
      'com.example.v1.G': { enum: [] },
      'com.example.v1.H': { allOf: 'x', description: 7 },
    });
    expect(codes.filter((code) => code === 'malformed-schema').length).toBeGreaterThanOrEqual(8);
    expect(compileErrors(files)).toEqual([]);
  });

  test('`required` that names no property is reported', async () => {
    const { codes } = await generateFromSchemas({
      'com.example.v1.A': { ...object({}), required: ['b'] },
    });
    expect(codes).toContain('required-unknown-property');
  });

  test('a list type on an object is taken, and the fixup for it must find one', async () => {
    const schemas = {
      'com.example.v1.A': object({ b: { allOf: [ref('B')], 'x-kubernetes-list-type': 'atomic' } }),
      'com.example.v1.B': object({ c: text }),
    };
    await expect(generateFromSchemas(schemas)).resolves.toBeDefined();
    const fixed = generateFromSchemas(schemas, { fixups: ['list-type-on-object'] });
    await expect(fixed).resolves.toBeDefined();
    const idle = generateFromSchemas(
      { 'com.example.v1.B': object({}) },
      { fixups: ['list-type-on-object'] },
    );
    await expect(idle).rejects.toThrow('fixup-without-effect');
  });

  test('a fixup nobody knows is an error', async () => {
    const schemas = { 'com.example.v1.A': object({}) };
    await expect(generateFromSchemas(schemas, { fixups: ['no-such'] })).rejects.toThrow(
      'unknown-fixup',
    );
  });

  test('a group nobody has is an error', async () => {
    const schemas = { 'com.example.v1.A': object({}) };
    await expect(generateFromSchemas(schemas, { groups: ['nope.example.com/v1'] })).rejects.toThrow(
      'unknown-group',
    );
  });
});

describe('a key that stands twice', () => {
  test('is found in JSON, at whatever depth, and not in what only looks like it', async () => {
    const twice =
      '{"openapi":"3.0.0","components":{"schemas":{"a.v1.A":{"type":"object"},"a.v1.\\u0041":{}}}}';
    await expect(generateFrom(twice)).rejects.toThrow('document.json#/components/schemas/a.v1.A');
    const once =
      '{"openapi":"3.0.0","info":{"x":["a","a",{"a":1},{"a":1}],"y":"{\\"y\\":1,\\"y\\":2}"}}';
    await expect(generateFrom(once)).resolves.toBeDefined();
  });
});

describe('a file of definition sources', () => {
  const source = (body: string): string => `package: com.example.v1\ndefinitions:\n${body}`;

  test('gives types under its package', async () => {
    const { files } = await generateFrom(
      source(
        '  A: { type: object, properties: { b: { $ref: com.example.v1.B } } }\n  B: { type: object, properties: { c: { type: string, x-null-on-wire: true } } }',
      ),
    );
    const types = files.find(({ path }) => path === 'example-v1/types.ts')?.text;
    expect(types).toContain('b?: B;');
    expect(types).toContain('c?: string | null;');
  });

  test.each([
    ['dangling-reference', '  A: { type: object, properties: { b: { $ref: com.example.v1.B } } }'],
    ['input-malformed', '  A: { type: object }\n  A: { type: object }'],
    ['unknown-extension', '  A: { type: object, x-nul-on-wire: true }'],
    ['ill-typed-default', '  A: { type: object, properties: { b: { type: string, default: 1 } } }'],
  ])('with a fault stops the run: %s', async (code, body) => {
    await expect(generateFrom(source(body))).rejects.toThrow(`error ${code}`);
  });
});

describe('kinds', () => {
  test('a definition with several group-version-kinds keeps a plain apiVersion', async () => {
    const gvk = (group: string): object => ({ group, version: 'v1', kind: 'DeleteOptions' });
    const { text: read } = await generateFromSchemas({
      'com.example.v1.DeleteOptions': {
        ...object({ apiVersion: text, kind: text, dryRun: text }),
        'x-kubernetes-group-version-kind': [gvk('a'), gvk('b')],
      },
    });
    expect(read('example-v1/types.ts')).toContain('apiVersion?: string;');
    expect(read('example-v1/guards.ts')).not.toContain('isDeleteOptions');
  });

  test('kinds without a group are reported once, and get one that is asked for', async () => {
    const schemas = {
      'com.example.v1.A': object({
        apiVersion: text,
        kind: text,
        metadata: object({ name: text }),
      }),
      'com.example.v1.B': object({
        apiVersion: text,
        kind: text,
        metadata: object({ name: text }),
      }),
    };
    const { codes } = await generateFromSchemas(schemas);
    expect(codes).toEqual(['kinds-without-group-version-kind']);
    const named = await generateFromSchemas(schemas, { groups: ['example.test/v1'] });
    expect(named.text('example-v1/types.ts')).toContain("apiVersion: 'example.test/v1';");
  });
});

describe('a run that fails', () => {
  test('writes nothing and leaves what was there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'codegen-hostile-'));
    try {
      const input = join(folder, 'in.json');
      const document = {
        openapi: '3.0.0',
        components: { schemas: { 'com.example.v1.A': object({ b: ref('B') }) } },
      };
      writeFileSync(input, JSON.stringify(document));
      const out = join(folder, 'out');
      const failing = run({ inputs: [input], out, ownedFolders: [''], strict: true });
      await expect(failing).rejects.toThrow(
        /in\.json#\/components\/schemas\/com\.example\.v1\.A\/properties\/b\/\$ref/,
      );
      expect(existsSync(out)).toBe(false);
      await expect(run({ inputs: [join(folder, 'no')], out, ownedFolders: [''] })).rejects.toThrow(
        'input-unreadable',
      );
      writeFileSync(input, '{"openapi":');
      await expect(run({ inputs: [input], out, ownedFolders: [''] })).rejects.toThrow(
        'input-malformed',
      );
      writeFileSync(input, 'swagger: "2.0"\nswagger: "2.0"\n');
      await expect(run({ inputs: [input], out, ownedFolders: [''] })).rejects.toThrow(
        'input-malformed',
      );
      writeFileSync(input, '{"hello": 1}');
      await expect(run({ inputs: [input], out, ownedFolders: [''] })).rejects.toThrow(
        'input-unknown-format',
      );
      expect(existsSync(out)).toBe(false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('deletes generated files that are made no longer, and no others', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'codegen-stale-'));
    try {
      const input = join(folder, 'in.json');
      const out = join(folder, 'out');
      const write = (schemas: object): void => {
        writeFileSync(input, JSON.stringify({ openapi: '3.0.0', components: { schemas } }));
      };
      write({ 'com.example.v1.A': object({}), 'com.example.v2.A': object({}) });
      await run({ inputs: [input], out, ownedFolders: [''] });
      writeFileSync(join(out, 'example-v2', 'mine.ts'), '// by hand\n');
      write({ 'com.example.v1.A': object({}) });
      const check = run({ inputs: [input], out, ownedFolders: [''], check: true });
      await expect(check).rejects.toThrow('example-v2/types.ts: the inputs give no such file');
      const report = await run({ inputs: [input], out, ownedFolders: [''] });
      expect(report.deleted).toContain('example-v2/types.ts');
      expect(existsSync(join(out, 'example-v2', 'types.ts'))).toBe(false);
      expect(readFileSync(join(out, 'example-v2', 'mine.ts'), 'utf8')).toBe('// by hand\n');
      const again = await run({ inputs: [input], out, ownedFolders: [''], check: true });
      expect(again.written).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** Imports compiled code; the checks of the runtime are not called by these schemas. */
async function importText(code: string, name: string): Promise<(data: unknown) => boolean> {
  const url = `data:text/javascript,${encodeURIComponent(code)}`;
  // A module's exports, as compiled above.
  const module = (await import(/* @vite-ignore */ url)) as Record<
    string,
    (data: unknown) => boolean
  >;
  const validate = module[name];
  if (validate === undefined) throw new Error(`${name} is not exported`);
  return validate;
}
