import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DiagnosticBag } from '../../src/diagnostics.js';
import type { Diagnostic } from '../../src/diagnostics.js';
import type { EmittedFile } from '../../src/emit/emitted-file.js';
import { generate } from '../../src/generate.js';
import type { GenerateOptions } from '../../src/generate.js';
import { loadDocument, parseDocuments } from '../../src/load/load-inputs.js';

/** The text of a file below codegen/test. */
export function readFixture(path: string): string {
  return readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'utf8');
}

/** Generates from the text of one document. */
export async function generateFrom(
  text: string,
  options: GenerateOptions = {},
  id = 'document.json',
): Promise<{ files: readonly EmittedFile[]; diagnostics: readonly Diagnostic[] }> {
  const bag = new DiagnosticBag();
  const inputs = parseDocuments(id, text, bag).flatMap((document) => loadDocument(document, bag));
  return generate(inputs, options, bag);
}

/** Generates from definitions only; `schemas` by full name. */
export async function generateFromSchemas(
  schemas: Readonly<Record<string, unknown>>,
  options: GenerateOptions = {},
): Promise<{
  text: (path: string) => string;
  codes: readonly string[];
  files: readonly EmittedFile[];
}> {
  const document = { openapi: '3.0.0', components: { schemas } };
  const { files, diagnostics } = await generateFrom(JSON.stringify(document), options);
  return {
    files,
    codes: diagnostics.map(({ code }) => code),
    text: (path) => files.find((file) => file.path === path)?.text ?? `no file ${path}`,
  };
}
