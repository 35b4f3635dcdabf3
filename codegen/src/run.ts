import { CodegenError, DiagnosticBag } from './diagnostics.js';
import type { Diagnostic } from './diagnostics.js';
import { generate } from './generate.js';
import type { GenerateOptions } from './generate.js';
import { loadInputs } from './load/load-inputs.js';
import type { RawInput } from './load/raw-input.js';
import { compareFiles, staleFiles, writeFiles } from './write/write-files.js';
import type { WriteReport } from './write/write-files.js';

/** One run: what to read, what to make of it, where to put it. */
export interface RunConfig extends GenerateOptions {
  /** Files and folders to read. */
  readonly inputs: readonly string[];
  /** Inputs that were read already, such as documents of a server. */
  readonly loaded?: (bag: DiagnosticBag) => readonly RawInput[];
  /** Folder that all paths of the output start from. */
  readonly out: string;
  /** Folders below `out` that hold nothing but output: generated files in them that are no longer made are deleted. */
  readonly ownedFolders: readonly string[];
  /** Compare only, write nothing; a difference is an error. */
  readonly check?: boolean;
}

/** What a run did. */
export interface RunReport extends WriteReport {
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads, generates and writes. Everything is generated before the first byte is written, so an error
 * leaves the output as it was. Rejects with a CodegenError with every complaint.
 */
export async function run(config: RunConfig): Promise<RunReport> {
  const bag = new DiagnosticBag();
  const inputs = [...loadInputs(config.inputs, bag), ...(config.loaded?.(bag) ?? [])];
  const { files, diagnostics } = await generate(inputs, config, bag);
  if (config.check !== true) {
    return { ...writeFiles(config.out, files, config.ownedFolders), diagnostics };
  }
  const report = compareFiles(config.out, files, config.ownedFolders);
  const stale = staleFiles(config.out, files, report);
  if (stale.length > 0) throw new CodegenError(stale);
  return { ...report, diagnostics };
}
