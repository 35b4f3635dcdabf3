import { describe, expect, test } from 'vitest';
import { importsOf, readSources, resolveImport, type SourceFile } from './source-files.js';

/** Which workspace packages each may import. The arrows of ARCHITECTURE.md, and nothing else. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  'image-v1': ['core'],
  validators: ['core', 'image-v1'],
  client: ['core', 'image-v1'],
  lint: ['core', 'image-v1', 'validators'],
  admission: ['core', 'image-v1', 'validators'],
  store: [],
  'store-lmdb': ['store'],
  'store-etcd': ['store'],
  server: ['core', 'image-v1', 'validators', 'store'],
  codegen: [],
};

/** Imports beyond the arrows, each with the file that may do it and the reason. */
const EXCEPTIONS: readonly { file: RegExp; to: string; why: string }[] = [
  {
    file: /^packages\/server\/src\/node\//,
    to: 'store-lmdb',
    why: 'the command loads the durable store',
  },
  {
    file: /^packages\/client\/src\/testing\//,
    to: 'server',
    why: 'an optional peer, only for tests',
  },
  {
    file: /^packages\/admission\/src\/node\//,
    to: 'lint',
    why: 'an optional peer: the command runs its rules when a configuration asks for them',
  },
];

const sources = readSources();
const shipped = sources.filter((file) => !file.isTest);

function packageOf(path: string): string {
  return path.startsWith('codegen/') ? 'codegen' : (path.split('/')[1] ?? '');
}

function workspaceImports(file: SourceFile): string[] {
  return importsOf(file)
    .filter((name) => name.startsWith('@imagestream/'))
    .map((name) => name.split('/')[1] ?? '');
}

describe('arrows', () => {
  test.each(Object.keys(ARROWS))('%s imports only what lies below it', (name) => {
    const wrong = shipped
      .filter((file) => packageOf(file.path) === name)
      .flatMap((file) =>
        workspaceImports(file)
          .filter((to) => to !== name && !ARROWS[name]?.includes(to))
          .filter(
            (to) =>
              !EXCEPTIONS.some(
                (exception) => exception.file.test(file.path) && exception.to === to,
              ),
          )
          .map((to) => `${file.path} imports ${to}`),
      );
    expect(wrong).toEqual([]);
  });

  test('every exception is still needed', () => {
    const unused = EXCEPTIONS.filter(
      ({ file, to }) =>
        !shipped.some((source) => file.test(source.path) && workspaceImports(source).includes(to)),
    );
    expect(unused.map(({ why }) => why)).toEqual([]);
  });
});

describe('files', () => {
  test('only programs, files below node/ and the Node packages import Node', () => {
    const allowed =
      /\/node\/|^codegen\/|^packages\/store-(lmdb|etcd)\/|^packages\/store\/src\/suite\//;
    const wrong = shipped
      .filter((file) => !allowed.test(file.path))
      .filter((file) => importsOf(file).some((name) => name.startsWith('node:')));
    expect(wrong.map((file) => file.path)).toEqual([]);
  });

  test('index.ts holds only export lines', () => {
    const wrong = shipped
      .filter((file) => file.path.endsWith('/index.ts') && !file.isGenerated)
      .filter((file) => {
        const code = file.text
          .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
          .replace(/export (type )?(\{[^}]*\}|\*( as \w+)?)( from '[^']+')?;/g, '');
        return code.trim() !== '';
      });
    expect(wrong.map((file) => file.path)).toEqual([]);
  });

  test('no file imports itself over others, not even for a type', () => {
    const graph = new Map(
      shipped.map((file) => [
        file.path,
        importsOf(file)
          .filter((name) => name.startsWith('.'))
          .map((name) => resolveImport(file, name)),
      ]),
    );
    expect(findCycle(graph)).toBeUndefined();
  });

  test('a file over 400 lines says why in its first paragraph', () => {
    const long = shipped
      .filter((file) => !file.isGenerated && file.text.split('\n').length > 400)
      .filter(
        (file) =>
          !/^(?:\/\/|\/\*)[\s\S]*?\b(?:one file|one idea|one table|kept together)\b/i.test(
            file.text,
          ),
      );
    expect(long.map((file) => file.path)).toEqual([]);
  });
});

function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const onPath: string[] = [];
  const visit = (path: string): string[] | undefined => {
    if (onPath.includes(path)) return [...onPath.slice(onPath.indexOf(path)), path];
    if (done.has(path)) return undefined;
    onPath.push(path);
    for (const next of graph.get(path) ?? []) {
      const cycle = visit(next);
      if (cycle !== undefined) return cycle;
    }
    onPath.pop();
    done.add(path);
    return undefined;
  };
  for (const path of graph.keys()) {
    const cycle = visit(path);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}
