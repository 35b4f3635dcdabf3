import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { citedIds } from './cited-ids.js';
import { listFiles, readSources, ROOT } from './source-files.js';

interface Behaviour {
  id: string;
  sentence: string;
  source: string;
}

const { deviations = [], ...sections } = parse(
  readFileSync(join(ROOT, 'spec', 'behaviours.yaml'), 'utf8'),
) as Record<string, Behaviour[]>;
const behaviours = Object.values(sections).flat();
const ids = behaviours.map(({ id }) => id);

const sources = readSources().filter(({ isGenerated }) => !isGenerated);
const code = sources.filter(({ isTest }) => !isTest).map(({ text }) => text);
const tests = [
  ...sources.filter(({ isTest }) => isTest).map(({ text }) => text),
  ...listFiles('test/**/*.ts').map((path) => readFileSync(join(ROOT, path), 'utf8')),
];

test('every behaviour and deviation has an id of its own, and a sentence', () => {
  const all = [...behaviours, ...deviations];
  const names = all.map(({ id }) => id);
  expect(names.filter((id, index) => names.indexOf(id) !== index)).toEqual([]);
  expect(all.filter(({ sentence }) => !/\S.*\S/.test(sentence)).map(({ id }) => id)).toEqual([]);
});

test('every behaviour is cited where it is implemented', () => {
  const cited = new Set(code.flatMap((text) => citedIds(text, 'Source')));
  expect(ids.filter((id) => !cited.has(id))).toEqual([]);
});

test('every behaviour is proven by a test that cites it', () => {
  const proven = new Set(tests.flatMap((text) => citedIds(text, 'Evidence')));
  expect(ids.filter((id) => !proven.has(id))).toEqual([]);
});
