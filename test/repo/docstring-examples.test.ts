import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as core from '@imagestream/core';
import * as imageV1 from '@imagestream/image-v1';
import * as validators from '@imagestream/validators';
import { describe, expect, test } from 'vitest';
import { readSources, ROOT } from './source-files.js';

interface Example {
  name: string;
  statements: string[];
  /** The comment behind the last statement: a value, with `…` for what is left out. */
  expected: string;
}

/** The examples of docstrings: statements, and behind the last one a comment with what it gives. */
function readExamples(path: string, text: string): Example[] {
  const blocks = text.matchAll(
    /@example\n((?:[ ]*\* .*\n)+)[ ]*\*\/\nexport (?:function|const) (\w+)/g,
  );
  return [...blocks].map(([, body = '', name = '']) => {
    const lines = body.split('\n').map((line) => line.replace(/^ *\* ?/, ''));
    const code = lines.map((line) => line.replace(/ ?\/\/ .*$/, ''));
    const expected = lines.flatMap((line) => /\/\/ (.*)$/.exec(line)?.[1] ?? []).join('\n');
    return { name: `${path}: ${name}`, statements: code.filter((line) => line !== ''), expected };
  });
}

const DIGEST = `sha256:4f2b${'0'.repeat(60)}`;

const event = {
  created: '2024-01-01T00:00:00Z',
  dockerImageReference: `quay.io/acme/app@${DIGEST}`,
  image: DIGEST,
  generation: 2,
};

function makeStream(latest: string): imageV1.ImageStream {
  const follows = (tag: string): object => ({ kind: 'ImageStreamTag', name: tag });
  return imageV1.normalizeImageStream({
    metadata: { name: 'app', namespace: 'web', generation: 3 },
    spec: {
      tags: [
        { name: 'latest', from: { kind: 'DockerImage', name: latest }, generation: 3 },
        { name: 'stable', from: follows('candidate') },
        { name: 'candidate', from: follows('app:v1') },
        { name: 'v1' },
      ],
    },
    status: { tags: [{ tag: 'latest', items: [event] }] },
  });
}

/** What examples may name without saying where it comes from. */
const SCOPE: Readonly<Record<string, unknown>> = {
  ...core,
  ...imageV1,
  ...validators,
  event,
  stream: makeStream('quay.io/acme/app:1'),
  stored: makeStream('quay.io/acme/app:1'),
  sent: makeStream('quay.io/acme/app:2'),
  startsWith: (text: string): unknown => expect.stringMatching(new RegExp(`^${text}`)),
};

/** The examples as a module: code of this repository, run from a file as a reader would run it. */
function toModule(examples: readonly Example[]): string {
  const names = Object.keys(SCOPE).join(', ');
  const functions = examples.map(({ statements, expected }) => {
    const value = [...statements.slice(0, -1), `return ${statements.at(-1) ?? ''}`].join('\n');
    return `{ run({ ${names} }) {\n${value}\n}, wanted: ({ ${names} }) => (${toPattern(expected)}) },`;
  });
  return `export const examples = [\n${functions.join('\n')}\n];\n`;
}

/** A text that is cut off becomes its beginning; members that are left out are just left out. */
function toPattern(expected: string): string {
  return expected.replace(/'([^']*)…'/g, "startsWith('$1')").replace(/, …/g, '');
}

interface RunnableExample {
  run: (scope: object) => unknown;
  wanted: (scope: object) => unknown;
}

async function load(examples: readonly Example[]): Promise<RunnableExample[]> {
  const parent = join(ROOT, 'test', 'node_modules', '.cache');
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, 'examples-'));
  try {
    const file = join(folder, 'examples.mjs');
    writeFileSync(file, toModule(examples));
    const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
      examples: RunnableExample[];
    };
    return module.examples;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const examples = readSources()
  .filter(({ path, isTest }) => !isTest && /^packages\/(?:image-v1|validators)\//.test(path))
  .flatMap(({ path, text }) => readExamples(path, text));

const runnable = await load(examples);

describe('the examples in docstrings', () => {
  test('are found', () => {
    expect(examples.length).toBeGreaterThan(15);
  });

  test.each(examples.map((example, index) => ({ ...example, index })))(
    '$name gives what it says',
    ({ expected, index }) => {
      const example = runnable[index]!;
      const value = example.run(SCOPE);
      const wanted = example.wanted(SCOPE);
      const isWhole = toPattern(expected) === expected;
      if (isWhole || typeof wanted !== 'object') expect(value).toEqual(wanted);
      else expect({ value }).toMatchObject({ value: wanted });
    },
  );
});
