import { posix } from 'node:path';
import ts from 'typescript';
import type { EmittedFile } from '../../src/emit/emitted-file.js';

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  isolatedDeclarations: true,
  declaration: true,
  noUnusedLocals: true,
  noEmit: true,
  types: [],
  lib: ['lib.es2023.d.ts'],
};

/** What the compiler says about generated files and the extra ones, all in memory. Empty: it compiles. */
export function compileErrors(
  files: readonly EmittedFile[],
  extra: Readonly<Record<string, string>> = {},
): readonly string[] {
  const texts = new Map<string, string>([
    ['/out/package.json', '{"type":"module"}'],
    ...Object.entries(extra).map(([path, text]): [string, string] => [`/out/${path}`, text]),
    ...files
      .filter(({ path }) => path.endsWith('.ts'))
      .map(({ path, text }): [string, string] => [`/out/${path}`, text]),
  ]);
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = { ...disk };
  host.fileExists = (path) => texts.has(path) || disk.fileExists(path);
  host.readFile = (path) => texts.get(path) ?? disk.readFile(path);
  host.directoryExists = (path) =>
    [...texts.keys()].some((file) => file.startsWith(`${path}/`)) || ts.sys.directoryExists(path);
  host.getSourceFile = (path, language) => {
    const text = texts.get(path);
    return text === undefined
      ? disk.getSourceFile(path, language)
      : ts.createSourceFile(path, text, language);
  };
  host.getCurrentDirectory = () => '/out';
  const roots = [...texts.keys()].filter((path) => path.endsWith('.ts'));
  return ts.getPreEmitDiagnostics(ts.createProgram(roots, options, host)).map((found) => {
    const file = found.file === undefined ? '' : posix.relative('/out', found.file.fileName);
    return `${file}: ${ts.flattenDiagnosticMessageText(found.messageText, ' ')}`;
  });
}
