import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { readPublished } from './published.js';

const GOLDEN = join(import.meta.dirname, 'exports.golden.json');

/** The declaration file of every entry of every package, by the name people import. */
function declarationFiles(): Map<string, string> {
  const files = new Map<string, string>();
  for (const { name, folder, manifest } of readPublished()) {
    for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
      if (
        typeof target !== 'object' ||
        target === null ||
        !('types' in target) ||
        subpath.includes('*')
      )
        continue;
      files.set(join(name, subpath), join(folder, String(target.types)));
    }
  }
  return files;
}

/** The names each entry exports, types included, as the compiler sees them. */
function listExports(): Record<string, string[]> {
  const files = declarationFiles();
  const program = ts.createProgram([...files.values()].filter(existsSync), {
    module: ts.ModuleKind.NodeNext,
    skipLibCheck: true,
  });
  const checker = program.getTypeChecker();
  return Object.fromEntries(
    [...files].map(([entry, file]) => {
      const source = program.getSourceFile(file);
      const symbol = source === undefined ? undefined : checker.getSymbolAtLocation(source);
      const names =
        symbol === undefined ? [] : checker.getExportsOfModule(symbol).map(({ name }) => name);
      return [entry, names.sort()];
    }),
  );
}

test('what the packages export is what was reviewed; `npm run update` records a change', () => {
  const exported = listExports();
  if (process.env['UPDATE_GOLDEN'] === '1')
    writeFileSync(GOLDEN, `${JSON.stringify(exported, null, 2)}\n`);
  expect(exported).toEqual(JSON.parse(readFileSync(GOLDEN, 'utf8')));
});
