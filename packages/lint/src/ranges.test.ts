import { describe, expect, test } from 'vitest';
import { lint, type LintResult } from './lint.js';

/** What findings of a rule point at: their place, and the characters between their ends. */
function pointedAt(text: string, rule: string, result: LintResult = lint(text)): string[] {
  const plain = text.replace(/^\uFEFF/, '');
  const lines = plain.split(/\r\n|\r|\n/);
  return result.findings
    .filter((finding) => finding.rule === rule)
    .map(({ line, column, endLine, endColumn }) => {
      expect(endLine).toBe(line);
      return `${line}:${column} ${(lines[line - 1] ?? '').slice(column - 1, endColumn - 1)}`;
    });
}

const HEAD = 'apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata:\n  name: app\n';
const TAG =
  'spec:\n  tags:\n    - name: v1\n      from:\n        kind: DockerImage\n        name: quay.io/acme/App\n';

describe('ranges', () => {
  test('a value in block style', () => {
    expect(pointedAt(HEAD + TAG, 'reference-lowercase')).toEqual(['10:15 quay.io/acme/App']);
  });

  test('carriage returns count as part of the break', () => {
    const text = (HEAD + TAG).replaceAll('\n', '\r\n');
    expect(pointedAt(text, 'reference-lowercase')).toEqual(['10:15 quay.io/acme/App']);
  });

  test('a byte order mark is not part of the first line', () => {
    const text = `\uFEFFapiVersion: v1\n${HEAD.slice(HEAD.indexOf('kind'))}`;
    expect(pointedAt(text, 'api-legacy-version')).toEqual(['1:13 v1']);
  });

  test('tabs count as one character each', () => {
    const text =
      '{\n\t"apiVersion": "v1",\n\t"kind": "ImageStream",\n\t"metadata": {\n\t\t"name": "App"\n\t}\n}\n';
    expect(pointedAt(text, 'meta-name')).toEqual(['5:11 "App"']);
    expect(pointedAt(text, 'api-legacy-version')).toEqual(['2:16 "v1"']);
  });

  test('a quoted value includes its quotes', () => {
    expect(
      pointedAt(
        (HEAD + TAG).replace('quay.io/acme/App', "'quay.io/acme/App'"),
        'reference-lowercase',
      ),
    ).toEqual(["10:15 'quay.io/acme/App'"]);
  });

  test('a value behind a tag of YAML', () => {
    expect(pointedAt(HEAD.replace('name: app', 'name: !!str App'), 'meta-name')).toEqual([
      '4:15 App',
    ]);
  });

  test('block scalars are shown at their content', () => {
    const text = HEAD + TAG.replace('quay.io/acme/App', '>-\n          quay.io/acme/App');
    expect(pointedAt(text, 'reference-lowercase')).toEqual(['11:11 quay.io/acme/App']);
  });

  test('an alias is shown where its value stands, and once', () => {
    const text = `${HEAD}spec:\n  tags:\n    - name: v1\n      from: &image\n        kind: DockerImage\n        name: quay.io/acme/App\n    - name: v2\n      from: *image\n`;
    expect(pointedAt(text, 'reference-lowercase')).toEqual(['10:15 quay.io/acme/App']);
  });

  test('a merged key is shown where it stands, and an own key wins', () => {
    const text = `${HEAD}spec:\n  tags:\n    - &base\n      name: v1\n      from:\n        kind: DockerImage\n        name: quay.io/acme/app:v1\n      referencePolicy:\n        type: local\n    - <<: *base\n      name: v2\n    - <<: *base\n      name: v3\n      referencePolicy:\n        type: Local\n`;
    expect(new Set(pointedAt(text, 'tag-reference-policy'))).toEqual(new Set(['13:15 local']));
  });

  test('objects inside a List inside a second document', () => {
    const text = `kind: Service\napiVersion: v1\n---\napiVersion: v1\nkind: List\nitems:\n  - apiVersion: image.openshift.io/v1\n    kind: ImageStream\n    metadata: { name: App }\n`;
    expect(pointedAt(text, 'meta-name')).toEqual(['9:23 App']);
  });

  test('objects inside a Template, with a parameter of known value', () => {
    const text = `apiVersion: template.openshift.io/v1\nkind: Template\nparameters:\n  - name: IMAGE\n    value: quay.io/acme/App\nobjects:\n  - apiVersion: image.openshift.io/v1\n    kind: ImageStream\n    metadata: { name: app }\n    spec:\n      tags:\n        - name: v1\n          from: { kind: DockerImage, name: '\${IMAGE}' }\n`;
    expect(pointedAt(text, 'reference-lowercase')).toEqual([`13:44 '\${IMAGE}'`]);
  });

  test('JSON values one after the other', () => {
    const one = (name: string): string =>
      `{"apiVersion": "image.openshift.io/v1",\n "kind": "ImageStream", "metadata": {"name": "${name}"}}`;
    expect(pointedAt(`${one('app')}${one('App')}\n${one('APP')}`, 'meta-name')).toEqual([
      '3:46 "App"',
      '5:46 "APP"',
    ]);
  });

  test('a missing member is shown at the key around it', () => {
    const text = 'apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata:\n  labels: {}\n';
    expect(pointedAt(text, 'meta-name-required')).toEqual(['3:1 metadata']);
  });

  test('a label is shown, not the map it is in', () => {
    const text = HEAD.replace(
      'name: app',
      'name: app\n  labels:\n    good: yes-it-is\n    team: not good',
    );
    expect(pointedAt(text, 'meta-labels')).toEqual(['7:11 not good']);
  });

  test('a repeated key is shown at its second place, in YAML and in JSON', () => {
    expect(pointedAt(`${HEAD}kind: ImageStream\n`, 'duplicate-key')).toEqual(['5:1 kind']);
    const json =
      '{"kind": "ImageStream",\n "apiVersion": "image.openshift.io/v1",\n "metadata": {"name": "app"},\n "kind": "ImageStream"}';
    expect(pointedAt(json, 'duplicate-key')).toEqual(['4:2 "kind"']);
  });

  test('a document behind one that is broken is checked', () => {
    const text = `kind: ImageStream\nmetadata: {name: [}\n---\n${HEAD.replace('app', 'App')}`;
    expect(pointedAt(text, 'meta-name')).toEqual(['7:9 App']);
    expect(pointedAt(text, 'syntax-error')).toHaveLength(1);
  });

  test('keys that stand in names of tags are told apart from positions', () => {
    const text = `${HEAD}spec:\n  tags:\n    - name: "1"\n      from: { kind: DockerImage, name: quay.io/a/b:1 }\n    - name: "0"\n      from: { kind: DockerImage, name: quay.io/a/B:1 }\n`;
    expect(pointedAt(text, 'reference-lowercase')).toEqual(['10:40 quay.io/a/B:1']);
  });
});
