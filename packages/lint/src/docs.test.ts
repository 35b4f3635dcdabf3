import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { createLinter, lint } from './lint.js';
import { createReporter } from './report/create-reporter.js';
import { BUILT_IN_RULES } from './rules/built-in-rules.js';

const folder = fileURLToPath(new URL('../docs/rules', import.meta.url));

function readPage(id: string): string {
  return readFileSync(`${folder}/${id}.md`, 'utf8');
}

/** The fenced blocks of a page, with the language each names. */
function blocksOf(page: string): { language: string; text: string }[] {
  return [...page.matchAll(/^```(\w+)\n([\s\S]*?)\n```$/gm)].map(
    ([, language = '', text = '']) => ({ language, text: `${text}\n` }),
  );
}

/** What the linter prints for the findings of one rule. */
function print(rule: string, text: string, options: Readonly<Record<string, unknown>>): string {
  const severity = Object.values(BUILT_IN_RULES.find(({ id }) => id === rule)?.severity ?? {});
  const strongest =
    (['error', 'warning', 'info'] as const).find((level) => severity.includes(level)) ?? 'warning';
  const result = createLinter({ rules: { [rule]: [strongest, options] } }).lint(
    text,
    'stream.yaml',
  );
  const lines = Object.fromEntries(text.split('\n').map((line, index) => [index + 1, line]));
  const report = {
    ...result,
    file: 'stream.yaml',
    findings: result.findings.filter((finding) => finding.rule === rule),
    lines,
    excused: 0,
    fixed: 0,
    diff: '',
  };
  return createReporter('pretty', { color: false, version: '0', rules: [] }).file(report);
}

test('every rule has a page, and every page a rule', () => {
  const pages = readdirSync(folder).filter((name) => name !== 'README.md');
  expect(pages.toSorted()).toEqual(BUILT_IN_RULES.map(({ id }) => `${id}.md`).toSorted());
});

describe.each(BUILT_IN_RULES.map(({ id, examples }) => ({ id, examples })))(
  'the page of $id',
  ({ id, examples }) => {
    test('prints what the linter prints for its examples', () => {
      const blocks = blocksOf(readPage(id));
      for (const [index, { language, text }] of blocks.entries()) {
        const report = blocks[index + 1];
        const isFound = report?.language === 'text' && report.text.startsWith('stream.yaml:');
        if (language !== 'yaml' && !isFound) continue;
        if (!isFound) {
          expect(print(id, text, {})).toBe('');
          continue;
        }
        const options =
          examples.bad.find((example) => example.text.trimEnd() === text.trimEnd())?.options ?? {};
        expect(print(id, text, options)).toBe(report.text);
      }
    });
  },
);

interface SpecRule {
  readonly id: string;
  readonly usedBy: readonly string[];
  readonly fails?: { readonly object: unknown; readonly operation?: string };
}

// What the specification says a rule refuses, the linter finds in a file that says the same.
const spec = parse(
  readFileSync(fileURLToPath(new URL('../../../spec/rules.yaml', import.meta.url)), 'utf8'),
) as { rules: SpecRule[] };
const ids = new Set(BUILT_IN_RULES.map(({ id }) => id));
const specCases = spec.rules.flatMap(({ id, fails }) => {
  if (fails === undefined || !ids.has(id) || JSON.stringify(fails).includes('$repeat')) return [];
  const isPlain = Object.keys(fails).every((key) => key === 'object' || key === 'operation');
  return isPlain && fails.operation === 'create' ? [{ id, object: fails.object }] : [];
});

test.each(specCases)('what spec/rules.yaml shows for $id is found in a file', ({ id, object }) => {
  const rules = lint(JSON.stringify(object, undefined, 2), { preset: 'strict' }).findings.map(
    ({ rule }) => rule,
  );
  // Following problems come wrapped, as the server gives them.
  const isWrapped = /^stream-(?:follow|access)-/.test(id);
  // The version of OpenShift 3 is refused by the API and translated by `oc`, which has a rule of its own.
  const isLegacy = id === 'structure-api-version';
  expect(rules).toContain(
    isWrapped ? 'stream-follow-wrapped' : isLegacy ? 'api-legacy-version' : id,
  );
});

test('there are such cases', () => {
  expect(specCases.length).toBeGreaterThan(30);
});
