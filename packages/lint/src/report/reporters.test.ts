import { describe, expect, test } from 'vitest';
import type { Finding } from '../finding.js';
import { SummaryBuilder, type FileReport } from './file-report.js';
import { createReporter } from './create-reporter.js';
import { fingerprint } from './fingerprint.js';
import { type Format, FORMATS } from './reporter.js';

const finding: Finding = {
  rule: 'tag-from-kind',
  severity: 'error',
  message: 'Required value: valid values are <a> & "b"\nand more',
  file: 'streams/my app.yaml',
  line: 8,
  column: 15,
  endLine: 8,
  endColumn: 26,
  field: 'spec.tags[v1].from.kind',
  fixable: true,
  suggestion: 'DockerImage',
  object: { kind: 'ImageStream', name: 'app' },
};

const withFindings: FileReport = {
  file: finding.file,
  findings: [
    finding,
    { ...finding, severity: 'warning', line: 9, endLine: 9 },
    { ...finding, severity: 'info', line: 10, endLine: 10 },
  ],
  lines: { 8: '        kind: dockerImage', 9: '\t\tkind: dockerImage', 10: '' },
  checked: { ImageStream: 1 },
  skipped: [
    { reason: 'otherKind', detail: 'Service', line: 1 },
    { reason: 'templateSource', detail: 'Helm', line: 3 },
  ],
  excused: 1,
  fixed: 0,
  diff: '',
};

const clean: FileReport = {
  file: 'clean.yaml',
  findings: [],
  lines: {},
  checked: { Image: 2 },
  skipped: [],
  excused: 0,
  fixed: 0,
  diff: '',
};

function run(format: Format, reports: readonly FileReport[], color = false): string {
  const summary = new SummaryBuilder();
  const rules = [
    {
      id: 'tag-from-kind',
      summary: 'Summary.',
      why: 'Why.',
      severity: {},
      examples: { bad: [], good: [] },
    },
  ];
  const reporter = createReporter(format, { color, version: '1.2.3', rules });
  const body = reports.map((report) => {
    summary.add(report);
    return reporter.file(report);
  });
  return reporter.begin + body.join('') + reporter.end(summary.build());
}

describe('pretty', () => {
  test('shows place, words, source, caret and what was meant', () => {
    expect(run('pretty', [withFindings, clean]))
      .toBe(`streams/my app.yaml:8:15 error spec.tags[v1].from.kind: Required value: valid values are <a> & "b"
and more (tag-from-kind)
  8 |         kind: dockerImage
    |               ^^^^^^^^^^^ did you mean "DockerImage"? --fix mends it
streams/my app.yaml:9:15 warning spec.tags[v1].from.kind: Required value: valid values are <a> & "b"
and more (tag-from-kind)
  9 |   kind: dockerImage
    |               ^^^^^ did you mean "DockerImage"? --fix mends it
streams/my app.yaml:10:15 info spec.tags[v1].from.kind: Required value: valid values are <a> & "b"
and more (tag-from-kind)
  did you mean "DockerImage"? --fix mends it
Why, and what to do instead:
  imagestream-lint --explain tag-from-kind

2 files: 1 error, 1 warning, 1 info; 3 objects checked (2 Image, 1 ImageStream)
not checked: 1 Service, 1 Helm source
1 finding excused by a suppression or the baseline
`);
  });

  test('colours only when asked', () => {
    expect(run('pretty', [withFindings])).not.toContain('\u001b');
    expect(run('pretty', [withFindings], true)).toContain('\u001b[31;1merror');
  });

  test('cuts long lines around the place', () => {
    const source = `${'x'.repeat(500)}HERE${'y'.repeat(500)}`;
    const report = {
      ...withFindings,
      findings: [{ ...finding, message: 'm', column: 501, endColumn: 505 }],
      lines: { 8: source },
    };
    const [, shown = '', caret = ''] = run('pretty', [report]).split('\n');
    expect(shown.length).toBeLessThan(140);
    expect(shown.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1)).toBe('HERE');
  });
});

test('json is one object with findings and summary', () => {
  const { findings, summary } = JSON.parse(run('json', [withFindings, clean])) as {
    findings: object[];
    summary: object;
  };
  expect(findings).toHaveLength(3);
  expect(findings[0]).toEqual(finding);
  expect(summary).toMatchObject({
    files: 2,
    objects: 3,
    errors: 1,
    warnings: 1,
    infos: 1,
    skipped: { 'otherKind Service': 1, 'templateSource Helm': 1 },
  });
});

test.each(['json', 'sarif', 'gitlab'] as const)('%s of nothing is still JSON', (format) => {
  expect(() => JSON.parse(run(format, [])) as unknown).not.toThrow();
  expect(() => JSON.parse(run(format, [clean])) as unknown).not.toThrow();
});

test('sarif names rules, places and stable fingerprints', () => {
  const log = JSON.parse(run('sarif', [withFindings])) as {
    version: string;
    runs: { results: object[]; tool: object }[];
  };
  expect(log.version).toBe('2.1.0');
  expect(log.runs[0]?.results[0]).toEqual({
    ruleId: 'tag-from-kind',
    ruleIndex: 0,
    level: 'error',
    message: { text: `spec.tags[v1].from.kind: ${finding.message} Did you mean DockerImage?` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'streams/my%20app.yaml' },
          region: { startLine: 8, startColumn: 15, endLine: 8, endColumn: 26 },
        },
        logicalLocations: [{ fullyQualifiedName: 'ImageStream/app', kind: 'object' }],
      },
    ],
    partialFingerprints: { 'imagestreamLint/v1': fingerprint(finding) },
  });
  expect(log.runs[0]?.tool).toMatchObject({
    driver: {
      name: 'imagestream-lint',
      semanticVersion: '1.2.3',
      rules: [{ id: 'tag-from-kind' }],
    },
  });
});

test('github escapes what its commands would read', () => {
  const [first] = run('github', [withFindings]).split('\n');
  expect(first).toBe(
    '::error file=streams/my app.yaml,line=8,endLine=8,col=15,endColumn=26,title=tag-from-kind::spec.tags[v1].from.kind: Required value: valid values are <a> & "b"%0Aand more (did you mean DockerImage?)',
  );
});

test('gitlab gives issues different fingerprints', () => {
  const issues = JSON.parse(run('gitlab', [withFindings])) as {
    fingerprint: string;
    severity: string;
  }[];
  expect(new Set(issues.map((issue) => issue.fingerprint)).size).toBe(3);
  expect(issues.map(({ severity }) => severity)).toEqual(['major', 'minor', 'info']);
});

test('junit counts errors and warnings as failures, and a clean file as passed', () => {
  const xml = run('junit', [withFindings, clean]);
  expect(xml).toContain('<testsuite name="streams/my app.yaml" tests="2" failures="2">');
  expect(xml).toContain('&lt;a&gt; &amp; &quot;b&quot;&#10;and more');
  expect(xml).toContain('<testsuite name="clean.yaml" tests="1" failures="0">');
});

test('tap has a test for each file and a plan', () => {
  const lines = run('tap', [withFindings, clean]).split('\n');
  expect(lines.filter((line) => /^(?:not )?ok/.test(line))).toEqual([
    'not ok 1 - streams/my app.yaml',
    'ok 2 - clean.yaml',
  ]);
  expect(lines.at(-2)).toBe('1..2');
});

test('checkstyle lists files with findings', () => {
  const xml = run('checkstyle', [withFindings, clean]);
  expect(xml.match(/<file /g)).toHaveLength(1);
  expect(xml).toContain('line="8" column="15" severity="error"');
});

test('a fingerprint does not depend on the line', () => {
  expect(fingerprint({ ...finding, line: 99, endLine: 99 })).toBe(fingerprint(finding));
  expect(fingerprint({ ...finding, field: 'spec' })).not.toBe(fingerprint(finding));
});

test('every format can be made', () => {
  for (const format of FORMATS) expect(run(format, [withFindings])).not.toBe('');
});
