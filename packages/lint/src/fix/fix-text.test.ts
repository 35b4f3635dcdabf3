import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { createLinter } from '../lint.js';
import { subjectsOf } from '../mutant.test-support.js';
import { BUILT_IN_RULES } from '../rules/built-in-rules.js';
import { fixText } from './fix-text.js';

const folder = fileURLToPath(new URL('../../testdata', import.meta.url));
const corpus = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(?:ya?ml|json)$/.test(name))
  .map((name) => ({ name, text: readFileSync(`${folder}/${name}`, 'utf8') }));
const examples = BUILT_IN_RULES.flatMap(({ id, fixable, examples: { bad } }) =>
  fixable === true ? bad.map(({ text }) => ({ name: `${id}.yaml`, text })) : [],
);

const linter = createLinter({ preset: 'gitops' });

function fix(text: string): ReturnType<typeof fixText> {
  return fixText(text, { linter, filename: 'stream.yaml' });
}

type Json = Record<string, unknown>;

/** A stream without what the server ignores, and with tags of the own stream in their bare form. */
function meaningOf(stream: Json): unknown {
  const { apiVersion: _, status: __, metadata, spec, ...rest } = structuredClone(stream);
  const {
    creationTimestamp: _a,
    generation: _b,
    managedFields: _c,
    resourceVersion: _d,
    selfLink: _e,
    uid: _f,
    ...kept
  } = (metadata ?? {}) as Json;
  const annotations = Object.entries((kept['annotations'] ?? {}) as Json).filter(
    ([key]) => !/dockerRepositoryCheck|last-applied/.test(key),
  );
  const tags = ((spec as Json | undefined)?.['tags'] ?? []) as Json[];
  for (const tag of tags) {
    if (tag['generation'] !== 0) delete tag['generation'];
    const from = tag['from'] as Json | undefined;
    for (const key of ['apiVersion', 'fieldPath', 'resourceVersion', 'uid']) delete from?.[key];
    if (from?.['kind'] === 'ImageStreamTag') {
      from['name'] = String(from['name']).replace(`${String(kept['name'])}:`, '');
    }
  }
  return {
    ...rest,
    metadata: { ...kept, annotations: Object.fromEntries(annotations) },
    spec: spec ?? {},
  };
}

describe.each(corpus)('fixing $name', ({ text }) => {
  const fixed = fix(text);

  test('leaves nothing that can be mended, and mending again changes nothing', () => {
    expect(fixed.result.findings.filter(({ fixable }) => fixable)).toEqual([]);
    expect(fix(fixed.text)).toMatchObject({ text: fixed.text, fixed: 0 });
  });

  test('keeps the meaning of every stream', () => {
    const before = subjectsOf(text.replace(/^\uFEFF/, '')).map(({ value }) => meaningOf(value));
    const after = subjectsOf(fixed.text.replace(/^\uFEFF/, '')).map(({ value }) =>
      meaningOf(value),
    );
    expect(after).toEqual(before);
  });

  test('keeps comments, line breaks and the lines it does not touch', () => {
    const comments = (value: string): string[] => value.match(/^[ \t]*#.*$/gm) ?? [];
    expect(comments(fixed.text)).toEqual(comments(text));
    expect(fixed.text.includes('\r\n')).toBe(text.includes('\r\n'));
    const lines = new Set(text.split('\n'));
    const changed = fixed.text.split('\n').filter((line) => !lines.has(line));
    expect(changed.length).toBeLessThanOrEqual(fixed.fixed);
  });
});

test.each(examples)(
  'the fix of $name is not found any more, and the file can still be read',
  ({ name, text }) => {
    const rule = name.replace('.yaml', '');
    const only = createLinter({ rules: { [rule]: 'warning' } });
    const fixed = fixText(text, { linter: only, filename: name });
    expect(fixed.fixed).toBeGreaterThan(0);
    expect(fixed.result.findings.filter((finding) => finding.rule === rule)).toEqual([]);
    expect(
      parseAllDocuments(fixed.text).flatMap((document) =>
        'errors' in document ? document.errors : [],
      ),
    ).toEqual([]);
  },
);

describe('edits', () => {
  const stream = (lines: string): string =>
    `apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata:\n  name: app\n${lines}`;

  test('a number where a text belongs is put into quotes as it is written', () => {
    const text = stream('spec:\n  tags:\n    - name: 3.10 # keep me\n');
    expect(fix(text).text).toBe(text.replace('3.10', "'3.10'"));
  });

  test('a key behind a dash leaves the dash to the next one', () => {
    const text = stream('spec:\n  tags:\n    - generation: 2\n      name: v1\n');
    expect(fix(text).text).toBe(stream('spec:\n  tags:\n    - name: v1\n'));
  });

  test('a map that would be empty goes as a whole', () => {
    const text = stream(
      'spec:\n  tags:\n    - name: v1\n      from: { kind: ImageStreamTag, name: v0 }\n      importPolicy:\n        scheduled: true\n    - name: v0\n',
    );
    expect(fix(text).text).toBe(
      stream(
        'spec:\n  tags:\n    - name: v1\n      from: { kind: ImageStreamTag, name: v0 }\n    - name: v0\n',
      ),
    );
  });

  test('members of JSON take their comma with them', () => {
    const text =
      '{"kind": "ImageStream", "apiVersion": "image.openshift.io/v1",\n  "metadata": {"creationTimestamp": null, "name": "app", "uid": "x"}, "status": {}}\n';
    expect(fix(text).text).toBe(
      '{"kind": "ImageStream", "apiVersion": "image.openshift.io/v1",\n  "metadata": {"name": "app"}}\n',
    );
  });

  test('what an anchor shares is left alone', () => {
    const text = stream(
      'spec:\n  tags:\n    - &a\n      name: v1\n      generation: 2\n    - <<: *a\n      name: v2\n',
    );
    expect(fix(text).text).toBe(text);
  });

  test('the byte order mark and carriage returns stay', () => {
    const text =
      '\uFEFFapiVersion: v1\r\nkind: ImageStream\r\nmetadata:\r\n  name: app\r\n  creationTimestamp: null\r\n';
    expect(fix(text).text).toBe(
      '\uFEFFapiVersion: image.openshift.io/v1\r\nkind: ImageStream\r\nmetadata:\r\n  name: app\r\n',
    );
  });
});
