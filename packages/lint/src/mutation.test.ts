import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createLinter } from './lint.js';
import { OPERATORS } from './mutation-operators.test-support.js';
import { subjectsOf } from './mutant.test-support.js';

const folder = fileURLToPath(new URL('../testdata', import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(?:ya?ml|json|tmpl)$/.test(name))
  .toSorted();

const subjects = files.flatMap((file) =>
  subjectsOf(readFileSync(`${folder}/${file}`, 'utf8').replace(/^\uFEFF/, '')).map((subject) => ({
    file,
    subject,
  })),
);

const linter = createLinter({ preset: 'recommended' });

/** Of each stream no more than these are broken by one operator. */
const MAX_PER_STREAM = 3;

describe('streams that are broken on purpose', () => {
  const missed: string[] = [];
  let total = 0;
  for (const operator of OPERATORS) {
    test(`${operator.name} is found at its line`, () => {
      let made = 0;
      const wrong: string[] = [];
      for (const { file, subject } of subjects) {
        for (const mutant of operator.break(subject).slice(0, MAX_PER_STREAM)) {
          made++;
          const { findings } = linter.lint(mutant.text, file);
          const isFound = findings.some(
            ({ rule, line }) => operator.rules.includes(rule) && line === mutant.line,
          );
          if (isFound) continue;
          const got = findings.map(({ rule, line }) => `${rule}:${line}`).join(' ');
          wrong.push(`${file}:${mutant.line} ${got}`);
        }
      }
      total += made;
      missed.push(...wrong);
      expect(made).toBeGreaterThan(0);
      expect(wrong.slice(0, 5)).toEqual([]);
    });
  }

  test('there are enough operators and mutants for the claim', () => {
    expect(OPERATORS.length).toBeGreaterThanOrEqual(30);
    expect(total).toBeGreaterThan(1000);
    expect(missed.length / total).toBeLessThanOrEqual(0.01);
  });
});
