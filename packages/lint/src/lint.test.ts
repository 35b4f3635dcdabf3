import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lint } from './lint.js';
import { LintOptionsError } from './settings.js';
import { defineRule } from './rule.js';
import { valueAt } from './path.js';

const STREAM = 'apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata:\n  name: app\n';

function rulesOf(text: string, filename = 'stream.yaml'): string[] {
  return lint(text, { filename }).findings.map(({ rule, line }) => `${rule}:${line}`);
}

describe('any text', () => {
  // Pieces that lead into the parsers instead of ending at the first character.
  const piece = fc.constantFrom(
    'kind: ImageStream',
    'apiVersion: image.openshift.io/v1',
    'apiVersion: v1',
    '\n',
    '\n  ',
    '- ',
    ': ',
    '{',
    '}',
    '[',
    ']',
    ',',
    '"',
    "'",
    '&a ',
    '*a',
    '<<: ',
    '|',
    '>-',
    '#',
    '---\n',
    '...\n',
    '!!int ',
    '!!binary ',
    '\t',
    '\r\n',
    '\uFEFF',
    '${X}',
    '${{X}}',
    '{{ x }}',
    '{% if %}',
    'metadata',
    'spec',
    'tags',
    'from',
    'name',
    'kind',
    'objects',
    'items',
    'parameters',
    'kind: Template',
    'kind: List',
    '1',
    'true',
    'null',
    '0x1f',
    '"kind":"ImageStream"',
    '"spec":{"tags":[',
    '%YAML 1.1\n',
    '__proto__',
    'constructor',
    '# imagestream-lint: ignore x',
  );

  test('never makes the linter throw, and findings lie inside the text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 5, arbitrary: piece }, fc.string()), { maxLength: 40 }),
        (parts) => {
          const text = parts.join('');
          const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
          for (const preset of ['strict', 'gitops', 'catalog'] as const) {
            for (const { line, column, endLine, endColumn } of lint(text, { preset }).findings) {
              expect(line).toBeGreaterThanOrEqual(1);
              expect(endLine).toBeLessThanOrEqual(lines.length);
              expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1);
              expect(
                [endLine, endColumn] > [line, column] || endLine > line || endColumn >= column,
              ).toBe(true);
            }
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  test('any JSON value in the place of a stream is judged without a throw', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom('ImageStream', 'Image', 'ImageStreamImport', 'ImageStreamTag', 'ImageTag'),
        (value, kind) => {
          const object = {
            apiVersion: 'image.openshift.io/v1',
            kind,
            metadata: value,
            spec: value,
            tag: value,
            status: value,
          };
          lint(JSON.stringify(object), { preset: 'strict' });
          lint(
            JSON.stringify({
              ...object,
              metadata: { name: 'a' },
              spec: { tags: [value], images: [value] },
            }),
            { preset: 'catalog' },
          );
        },
      ),
      { numRuns: 400 },
    );
  });

  test('aliases that multiply themselves end in a finding', () => {
    const levels = Array.from(
      { length: 30 },
      (_, n) => `  l${n + 1}: &l${n + 1} [${`*l${n}, `.repeat(9)}]\n`,
    ).join('');
    expect(rulesOf(`kind: ImageStream\nmetadata:\n  l0: &l0 [a]\n${levels}`)).toEqual([
      expect.stringMatching(/^syntax-error:/),
    ]);
  });

  test('nesting without end is a finding', () => {
    expect(rulesOf(`kind: ImageStream\nmetadata: ${'['.repeat(5000)}`)[0]).toMatch(
      /^syntax-error:/,
    );
    expect(rulesOf(`{"kind": "ImageStream", "metadata": ${'['.repeat(100_000)}`)[0]).toMatch(
      /^syntax-error:/,
    );
  });
});

describe('hostile text', () => {
  const many = (piece: string, times = 200_000): string => piece.repeat(times);
  // Each would take minutes where the time is not proportional to the length; the test's own limit ends it then.
  test.each([
    ['braces that never close', `kind: ImageStream\nx: ${many('{{')}`],
    ['statements that never close', `kind: ImageStream\nx: "${many('{%')}`],
    ['a long word beside a brace', `kind: ImageStream\nmetadata:\n  name: "{${many('a')}"\n`],
    ['braces in a text', `kind: ImageStream\nmetadata:\n  name: "${many('{')}"\n`],
    ['empty lines behind a directive', `%YAML 1.1\n${many('\n')}kind: ImageStream\n---\n`],
    ['separators', `kind: ImageStream\n${many('---\n', 20_000)}`],
    ['nested JSON', `{"kind": "ImageStream", "spec": ${many('[', 20_000)}${many(']', 20_000)}}`],
    ['nested YAML', `kind: ImageStream\nspec: ${many('[', 20_000)}${many(']', 20_000)}\n`],
    ['a name of a megabyte', `kind: ImageStream\nmetadata:\n  name: "${many('-', 1_000_000)}"\n`],
    ['keys of a megabyte', `kind: ImageStream\n${many('k', 1_000_000)}: 1\n`],
  ])('%s takes no more than its length', (_, text) => {
    const { findings, skipped } = lint(text, { preset: 'strict' });
    expect([...findings, ...skipped]).not.toEqual([]);
  });
});

describe('what is counted', () => {
  test('checked objects by kind, others by kind, sources of templates by language', () => {
    const text = `${STREAM}---\nkind: Service\napiVersion: v1\n---\n# nothing\n---\nkind: ImageStream\nmetadata:\n  name: {{ .Values.name }}\n`;
    const { checked, skipped } = lint(text);
    expect(checked).toEqual({ ImageStream: 1 });
    expect(skipped.map(({ reason, detail, line }) => `${reason} ${detail} ${line}`)).toEqual([
      'otherKind Service 5',
      'templateSource Helm 13',
    ]);
  });

  test('a file that mentions no image API is not parsed, and counted all the same', () => {
    const { skipped } = lint(
      'kind: Deployment\napiVersion: apps/v1\n---\nkind: Service\napiVersion: v1\n',
    );
    expect(skipped.map(({ detail }) => detail)).toEqual(['Deployment', 'Service']);
  });

  test('what cannot be read and is no manifest is skipped, with the reason', () => {
    const { findings, skipped } = lint(
      '{\n  // an editor setting\n  "model": { "kind": "ImageStream" }\n}\n',
    );
    expect(findings).toEqual([]);
    expect(skipped).toMatchObject([{ reason: 'unreadable', line: 2 }]);
  });

  test('a kind of the same name in another group is not ours', () => {
    const { checked, findings } = lint(
      'apiVersion: kpack.io/v1alpha2\nkind: Image\nmetadata:\n  name: Some_Thing\n',
    );
    expect([checked, findings]).toEqual([{}, []]);
  });
});

describe('YAML as oc reads it', () => {
  test.each(['yes', 'No', 'on', 'OFF', 'y', '0x1f', '0o17', '1_000', '1e3', '.5', '~'])(
    '%s is no text',
    (value) => {
      const rules = rulesOf(`${STREAM}spec:\n  tags:\n    - name: ${value}\n`);
      expect(
        rules.some(
          (rule) => rule.startsWith('structure-type:') || rule.startsWith('tag-name-empty:'),
        ),
      ).toBe(true);
    },
  );

  test.each(['1.2.3', '2024-02-29', '12:30', 'nope', 'yesterday', '0.1-beta'])(
    '%s is a text',
    (value) => {
      expect(
        rulesOf(`${STREAM}spec:\n  tags:\n    - name: ${value}\n`).filter((rule) =>
          rule.startsWith('structure'),
        ),
      ).toEqual([]);
    },
  );
});

describe('placeholders', () => {
  const tag = (name: string, tagName = 'v1'): string =>
    `${STREAM}spec:\n  tags:\n    - name: ${tagName}\n      from:\n        kind: DockerImage\n        name: ${name}\n`;

  test.each([
    '${IMAGE}',
    'quay.io/${ORG}/App:${TAG}',
    '"${{IMAGE}}"',
    'odh-image_PLACEHOLDER',
    "'{IMAGE}'",
    "'$(params.image)'",
  ])('%s is not judged as if it were the value', (name) => {
    const severe = lint(tag(name)).findings.filter(({ severity }) => severity !== 'info');
    expect(severe).toEqual([]);
  });

  test('a tag that follows a tag of unknown name is no dangling one', () => {
    const text = `${STREAM}spec:\n  tags:\n    - name: \${VERSION}\n    - name: latest\n      from:\n        kind: ImageStreamTag\n        name: v1\n`;
    expect(rulesOf(text).filter((rule) => rule.startsWith('consistency'))).toEqual([]);
  });

  test('the rest of the object is judged', () => {
    expect(rulesOf(tag('${IMAGE}', 'v1').replace('name: app', 'name: App'))).toContain(
      'meta-name:4',
    );
  });
});

describe('templates', () => {
  const template = (value: string): string =>
    `apiVersion: template.openshift.io/v1\nkind: Template\nmetadata:\n  name: t\nparameters:\n  - name: IMAGE\n${value}objects:\n  - apiVersion: image.openshift.io/v1\n    kind: ImageStream\n    metadata:\n      name: app\n    spec:\n      tags:\n        - name: v1\n          from:\n            kind: DockerImage\n            name: \${IMAGE}\n`;

  test('defaults are put in', () => {
    expect(rulesOf(template('    value: quay.io/acme/App\n'))).toContain('reference-lowercase:18');
  });

  test('given values come before defaults', () => {
    const { findings } = lint(template('    value: quay.io/acme/App\n'), {
      parameters: { IMAGE: 'quay.io/acme/app:v1' },
    });
    expect(findings).toEqual([]);
  });

  test('a parameter without value, or one that is generated, is unknown', () => {
    expect(rulesOf(template(''))).toEqual([]);
    expect(rulesOf(template('    generate: expression\n    from: "[A-Z]{8}"\n'))).toEqual([]);
  });
});

describe('suppressions', () => {
  const image = (comment: string): string =>
    `${STREAM}spec:\n  tags:\n    - name: v1\n      from:\n        kind: DockerImage\n        name: acme/app:v1${comment}\n`;

  test('a comment behind a line, above it, for the file, or an annotation hides a rule', () => {
    const why = '-- mirrored';
    expect(rulesOf(image(` # imagestream-lint: ignore ref-unqualified ${why}`))).toEqual([]);
    expect(
      rulesOf(
        image('').replace(
          '        name: acme',
          `        # imagestream-lint: ignore ref-unqualified ${why}\n        name: acme`,
        ),
      ),
    ).toEqual([]);
    expect(rulesOf(`# imagestream-lint: ignore-file ref-unqualified ${why}\n${image('')}`)).toEqual(
      [],
    );
    expect(
      rulesOf(
        image('').replace(
          'name: app\n',
          `name: app\n  annotations:\n    imagestream-lint/ignore: ref-unqualified ${why}\n`,
        ),
      ),
    ).toEqual([]);
  });

  test('what is hidden is still told', () => {
    expect(
      lint(image(' # imagestream-lint: ignore ref-unqualified -- so')).suppressed.map(
        ({ rule }) => rule,
      ),
    ).toEqual(['ref-unqualified']);
  });

  test('one without reason, in vain, or for a rule that does not exist is a finding', () => {
    expect(rulesOf(image(' # imagestream-lint: ignore ref-unqualified'))).toEqual([
      'suppress-reason:10',
    ]);
    expect(rulesOf(image(' # imagestream-lint: ignore ref-unqualified, meta-name -- so'))).toEqual([
      'suppress-unused:10',
    ]);
    const [finding] = lint(
      image('')
        .replace('acme/', 'quay.io/acme/')
        .replace('app:v1', 'app:v1 # imagestream-lint: ignore ref-unqualifed -- so'),
    ).findings;
    expect(finding?.message).toContain('did you mean "ref-unqualified"');
  });
});

describe('options', () => {
  test('a rule of one’s own is checked beside the others', () => {
    const ownerLabel = defineRule({
      id: 'owner-label',
      summary: 'A stream says who owns it.',
      why: 'Nobody dares to delete a stream without owner.',
      kinds: ['ImageStream'],
      severity: { recommended: 'warning' },
      examples: { bad: [{ text: STREAM }], good: [] },
      check({ object, report }) {
        if (valueAt(object, ['metadata', 'labels', 'owner']) === undefined)
          report({ path: ['metadata'], message: 'has no owner' });
      },
    });
    expect(lint(STREAM, { extraRules: [ownerLabel] }).findings).toMatchObject([
      { rule: 'owner-label', line: 3, column: 1, field: 'metadata' },
    ]);
  });

  test.each([
    [
      { rules: { 'ref-unqualifed': 'off' } } as const,
      'there is no rule "ref-unqualifed"; did you mean "ref-unqualified"?',
    ],
    [
      { rules: { 'limit-count': ['error', { maxx: 1 }] } } as const,
      'rule limit-count has no option "maxx"; did you mean "max"?',
    ],
    [
      { rules: { 'limit-count': ['error', { max: 'x' }] } } as const,
      'option max of rule limit-count must be of type number',
    ],
  ])('%j is refused with a reason', (options, message) => {
    expect(() => lint('', options)).toThrow(new LintOptionsError(message));
  });

  test('allowed registries are enforced as the server does', () => {
    const { findings } = lint(
      `${STREAM}spec:\n  tags:\n    - name: v1\n      from:\n        kind: DockerImage\n        name: docker.io/acme/app:v1\n`,
      {
        allowedRegistries: [{ domainName: 'quay.io' }],
      },
    );
    expect(findings.map(({ rule, line }) => `${rule}:${line}`)).toEqual([
      'tag-registry-allowed:10',
    ]);
  });

  test('a payload description needs no name', () => {
    const text =
      'kind: ImageStream\napiVersion: image.openshift.io/v1\nspec:\n  tags:\n    - name: a\n      from:\n        kind: DockerImage\n        name: example.com/a:v1\n';
    expect(rulesOf(text, 'manifests/image-references')).toEqual([]);
    expect(rulesOf(text, 'manifests/stream.yaml')).toEqual(['meta-name-required:1']);
  });
});
