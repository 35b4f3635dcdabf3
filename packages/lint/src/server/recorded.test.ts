import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createLinter } from '../lint.js';

interface RecordedCase {
  readonly operation: string;
  readonly object: unknown;
  readonly messages: readonly string[];
}

// Recorded from an OpenShift image API server (4.21, Kubernetes 1.34 libraries); the validators keep the file.
const FILE = new URL('../../../validators/testdata/validation.jsonl', import.meta.url);

const cases = readFileSync(FILE, 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => JSON.parse(line) as RecordedCase)
  .filter(({ operation }) => operation === 'create');

/** What the server says only behind validation, when it splits the name. */
const LATER = new Set(['istag-name', 'generate-name-virtual', 'kind-not-creatable']);

const linter = createLinter({ preset: 'server' });

function lintCase(recorded: RecordedCase): { readonly rule: string; readonly text: string }[] {
  const { findings } = linter.lint(JSON.stringify(recorded.object, undefined, 2), 'recorded.json');
  return findings.map(({ rule, field, message }) => ({ rule, text: `${field}: ${message}` }));
}

describe('the server preset against recorded answers', () => {
  test('what the server takes has no finding', () => {
    const wrong = cases
      .filter(({ messages }) => messages.length === 0)
      .flatMap(lintCase)
      .filter(({ rule }) => !LATER.has(rule));
    expect(wrong).toEqual([]);
  });

  test('what the server refuses has findings in its words', () => {
    const isAboutRequest = (message: string): boolean =>
      message.startsWith('[]') ||
      // Events the server itself adds under a name it refuses as well.
      message.startsWith('status.');
    const missing = cases.flatMap((recorded) => {
      const texts = new Set(lintCase(recorded).map(({ text }) => text));
      return recorded.messages.filter((message) => !isAboutRequest(message) && !texts.has(message));
    });
    expect(missing).toEqual([]);
  });

  test('the cases are there', () => {
    expect(cases.length).toBeGreaterThan(500);
  });
});
