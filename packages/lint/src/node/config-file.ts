import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type LintConfig, readConfig } from '../config.js';
import { readValue } from '../read/read-value.js';
import { SyntaxProblem } from '../read/syntax-error.js';
import { LintOptionsError } from '../settings.js';
import { hasCode, messageOf } from './find-files.js';
import { RunError, UsageError } from './usage-error.js';

/** A configuration and the folder its patterns are relative to. */
export interface FoundConfig {
  readonly config: LintConfig;
  readonly folder: string;
}

/** What a configuration file is called. */
export const CONFIG_NAMES: readonly string[] = [
  'imagestream-lint.yaml',
  'imagestream-lint.yml',
  'imagestream-lint.json',
];

/**
 * Reads the configuration: the named file, or the first one found in the folder and those above it. Throws a UsageError
 * for one that is wrong, a RunError for a named file that cannot be read.
 */
export async function findConfig(named: string | undefined, folder: string): Promise<FoundConfig> {
  if (named !== undefined) {
    const text = await readText(named);
    if (text === undefined)
      throw new RunError(`there is no configuration ${JSON.stringify(named)}`);
    return { config: parse(text, named), folder: dirname(resolve(named)) };
  }
  for (let at = resolve(folder); ; at = dirname(at)) {
    for (const name of CONFIG_NAMES) {
      const text = await readText(join(at, name));
      if (text !== undefined) return { config: parse(text, join(at, name)), folder: at };
    }
    if (dirname(at) === at) return { config: {}, folder: resolve(folder) };
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return undefined;
    throw new RunError(`cannot read ${path}: ${messageOf(error)}`);
  }
}

function parse(text: string, path: string): LintConfig {
  try {
    return readConfig(readValue(text.replace(/^\uFEFF/, '')));
  } catch (error) {
    if (error instanceof LintOptionsError || error instanceof SyntaxProblem) {
      throw new UsageError(`${path}: ${error.message}`);
    }
    throw error;
  }
}
