import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { lint } from '../lint.js';
import type { Rule, RuleExample } from '../rule.js';
import { BUILT_IN_RULES } from './built-in-rules.js';

const withExamples = BUILT_IN_RULES.filter(({ examples }) => examples.bad.length > 0);

function placesOf(rule: Rule, example: RuleExample): string[] {
  const { findings } = lint(example.text, {
    ...(example.filename === undefined ? {} : { filename: example.filename }),
    rules: { [rule.id]: ['warning', example.options ?? {}] },
    parameters: {},
  });
  return findings
    .filter((finding) => finding.rule === rule.id)
    .map(({ line, column }) => `${line}:${column}`);
}

describe.each(withExamples)('$id', (rule) => {
  test('finds the fault of every bad example at its place', () => {
    for (const example of rule.examples.bad) expect(placesOf(rule, example)).toEqual(example.at);
  });

  test('finds nothing in a good example', () => {
    expect(rule.examples.good.length).toBeGreaterThan(0);
    for (const example of rule.examples.good) expect(placesOf(rule, example)).toEqual([]);
  });
});

test('every file that defines a rule is in the list, under the id it is named after', () => {
  const files = readdirSync(new URL('.', import.meta.url)).filter(
    (name) =>
      !name.endsWith('.test.ts') &&
      /^export const \w+: Rule = /m.test(readFileSync(new URL(name, import.meta.url), 'utf8')),
  );
  const own = withExamples.map(({ id }) => `${id}.ts`);
  expect(files.toSorted()).toEqual(own.toSorted());
});

test('every id stands once', () => {
  const ids = BUILT_IN_RULES.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)]);
});

test('at least fifty rules go beyond what the server refuses', () => {
  const own = BUILT_IN_RULES.filter(
    ({ examples, severity }) => examples.bad.length > 0 && severity.server === undefined,
  );
  expect(own.length).toBeGreaterThanOrEqual(50);
});
