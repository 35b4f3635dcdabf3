import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import type { DiagnosticBag } from '../diagnostics.js';
import { compareText } from '../json.js';
import type { JsonValue } from '../json.js';

/** One parsed source file. The name is relative to the spec folder, with forward slashes. */
export interface SourceFile {
  readonly file: string;
  readonly value: JsonValue;
}

/** Names of the folders directly inside a folder, in code-unit order; none when it does not exist. */
export function foldersIn(dir: string): readonly string[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir)
    .filter((name) => statSync(join(dir, name)).isDirectory())
    .sort(compareText);
}

/** The definition sources of one package folder: `definitions.yaml` and `definitions/*.yaml`. */
export function definitionFiles(specDir: string, folder: string): readonly string[] {
  const nested = join(specDir, folder, 'definitions');
  const inside = existsSync(nested) ? readdirSync(nested).sort(compareText) : [];
  return [
    ...[`${folder}/definitions.yaml`].filter((file) => existsSync(join(specDir, file))),
    ...inside
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => `${folder}/definitions/${name}`),
  ];
}

/**
 * Reads one YAML file of the spec folder. A file that is missing or no YAML becomes a diagnostic and
 * undefined; a key that stands twice in an object counts as no YAML.
 */
export function readSourceFile(
  specDir: string,
  file: string,
  bag: DiagnosticBag,
): SourceFile | undefined {
  const path = join(specDir, file);
  if (!existsSync(path)) {
    bag.error('input-unreadable', { file, pointer: '' }, `${file} does not exist`);
    return undefined;
  }
  const document = parseDocument(readFileSync(path, 'utf8'), { uniqueKeys: true });
  for (const error of document.errors) {
    const [firstLine = ''] = error.message.split('\n');
    bag.error('input-malformed', { file, pointer: '' }, firstLine);
  }
  if (document.errors.length > 0) return undefined;
  try {
    // YAML's core schema yields JSON values only.
    return { file, value: document.toJS({ maxAliasCount: 100 }) as JsonValue };
  } catch (error) {
    // Aliases to nothing, and aliases of aliases that would unfold without end, are found only here.
    bag.error('input-malformed', { file, pointer: '' }, String(error));
    return undefined;
  }
}
