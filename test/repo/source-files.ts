import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** The root folder of the repository. */
export const ROOT: string = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** A TypeScript file of the repository. */
export interface SourceFile {
  /** From the root, with slashes. */
  path: string;
  text: string;
  isTest: boolean;
  isGenerated: boolean;
}

/** Files git knows or would add, by pattern; what is ignored is left out. */
export function listFiles(...patterns: string[]): string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '-z', '--', ...patterns];
  const output = execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' });
  return [...new Set(output.split('\0'))]
    .filter((path) => path !== '' && existsSync(join(ROOT, path)))
    .sort();
}

/** Reads the sources of the published packages and the generator. */
export function readSources(): SourceFile[] {
  return listFiles(
    'packages/*/src/**/*.ts',
    'packages/*/src/*.ts',
    'codegen/src/*.ts',
    'codegen/src/**/*.ts',
  ).map((path) => ({
    path,
    text: readFileSync(join(ROOT, path), 'utf8'),
    isTest: /\.test(-d|-support)?\.ts$/.test(path) || path.includes('/testdata/'),
    isGenerated: path.includes('/gen/'),
  }));
}

/** The module names a file imports or re-exports, type-only ones included. */
export function importsOf(file: SourceFile): string[] {
  return ts
    .preProcessFile(file.text, true, true)
    .importedFiles.map((imported) => imported.fileName);
}

/** The repository path a relative import of a file means. */
export function resolveImport(file: SourceFile, specifier: string): string {
  return posix.join(posix.dirname(file.path), specifier).replace(/\.js$/, '.ts');
}
