import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { citedIds } from './cited-ids.js';
import { listFiles, readSources, ROOT, type SourceFile } from './source-files.js';

interface Rule {
  id: string;
  usedBy: string[];
}

function readIds(name: string): string[] {
  const path = join(ROOT, 'spec', name);
  if (!existsSync(path)) return [];
  const document = parse(readFileSync(path, 'utf8')) as Record<string, { id: string }[]>;
  return Object.values(document).flatMap((entries) => entries.map(({ id }) => id));
}

function readRules(): Rule[] {
  const { rules } = parse(readFileSync(join(ROOT, 'spec', 'rules.yaml'), 'utf8')) as {
    rules: Rule[];
  };
  return rules;
}

/** `report('id', …)` and the like: the rule an error is marked with. */
function markedIds(text: string, ids: readonly string[]): string[] {
  return ids.filter((id) => text.includes(`'${id}'`));
}

const rules = readRules();
const ids = rules.map(({ id }) => id);
const sources = readSources().filter(({ path }) => path !== 'packages/validators/src/rule-ids.ts');
const code = sources.filter(({ isTest, isGenerated }) => !isTest && !isGenerated);
const tests = [
  ...sources.filter(({ isTest }) => isTest).map(({ text }) => text),
  ...listFiles('test/**/*.ts', 'test/*.ts').map((path) => readFileSync(join(ROOT, path), 'utf8')),
];

function isOfRules({ path }: SourceFile): boolean {
  return /^packages\/(?:image-v1|validators)\/src\/(?!gen\/|runtime\/)/.test(path);
}

describe('spec/rules.yaml', () => {
  test('names every rule once', () => {
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  test('has only rules that the code cites', () => {
    const cited = new Set(code.flatMap(({ text }) => citedIds(text, 'Source')));
    expect(ids.filter((id) => !cited.has(id))).toEqual([]);
  });

  test('has only rules that a test proves', () => {
    const proven = new Set(tests.flatMap((text) => citedIds(text, 'Evidence')));
    expect(ids.filter((id) => !proven.has(id))).toEqual([]);
  });

  test('has every rule that the code of the rules cites', () => {
    const known = new Set([...ids, ...readIds('behaviours.yaml')]);
    const unknown = code
      .filter(isOfRules)
      .flatMap(({ path, text }) => citedIds(text, 'Source').map((id) => ({ path, id })))
      .filter(({ id }) => !known.has(id));
    expect(unknown).toEqual([]);
  });

  test('has a bad and a good example for every rule that errors are marked with', () => {
    const marked = new Set(code.filter(isOfRules).flatMap(({ text }) => markedIds(text, ids)));
    const withoutExample = rules.filter((rule) => marked.has(rule.id) && !('message' in rule));
    expect(withoutExample.map(({ id }) => id)).toEqual([]);
  });
});

describe('what is made from spec/rules.yaml', () => {
  test('is current', async () => {
    const script = join(ROOT, 'packages', 'validators', 'scripts', 'rules.mjs');
    const { updateRuleFiles } = (await import(script)) as {
      updateRuleFiles: (options: { check: boolean }) => Promise<string[]>;
    };
    expect(await updateRuleFiles({ check: true })).toEqual([]);
  });
});
