import { readFileSync } from 'node:fs';
import { rename, stat, unlink, writeFile } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import type { Finding } from '../finding.js';
import { fixText } from '../fix/fix-text.js';
import { unifiedDiff } from '../fix/unified-diff.js';
import { type LintConfig, optionsFor } from '../config.js';
import { createLinter, type Linter, type LintResult } from '../lint.js';
import { LineIndex } from '../read/line-index.js';
import type { FileReport } from '../report/file-report.js';
import { fingerprint } from '../report/fingerprint.js';
import type { LintOptions } from '../settings.js';
import { messageOf } from './find-files.js';
import { globToExpression } from './glob.js';
import { RunError } from './usage-error.js';

/** Everything the linting of a file depends on, in a form that can be sent to another thread. */
export interface SessionSetup {
  readonly config: LintConfig;
  /** What the patterns of the configuration are relative to. */
  readonly configFolder: string;
  /** What the command line says; it comes before the configuration. */
  readonly options: LintOptions;
  readonly fix: 'no' | 'write' | 'show';
  readonly quiet: boolean;
  /** Fingerprints of findings to leave out. */
  readonly baseline: readonly string[];
}

/** Lints one file after the other, each with the settings that are right for it. */
export class LintSession {
  readonly #setup: SessionSetup;
  readonly #patterns = new Map<string, RegExp>();
  readonly #linters = new Map<string, Linter>();
  readonly #baseline: ReadonlySet<string>;

  constructor(setup: SessionSetup) {
    this.#setup = setup;
    this.#baseline = new Set(setup.baseline);
  }

  /** Reads, lints and if wished mends a file. Throws a RunError when it cannot be read or written. */
  async lintFile(file: string): Promise<FileReport> {
    const bytes = readBytes(file);
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    return this.lintText(text, file);
  }

  /** Lints a text under the name of a file; with `--fix` the file is written. */
  async lintText(text: string, file: string): Promise<FileReport> {
    const linter = this.linterFor(file);
    if (this.#setup.fix === 'no')
      return this.#report(file, text, linter.lint(text, file), { fixed: 0, diff: '' });
    const mended = fixText(text, { linter, filename: file });
    const diff = this.#setup.fix === 'show' ? unifiedDiff(file, text, mended.text) : '';
    if (this.#setup.fix === 'write' && mended.text !== text) await replaceFile(file, mended.text);
    return this.#report(file, mended.text, mended.result, { fixed: mended.fixed, diff });
  }

  /** The linter for a file: the one of its overrides, made once for all files with the same ones. */
  linterFor(file: string): Linter {
    const { config, options } = this.#setup;
    const matched: string[] = [];
    const path = this.#inConfig(file);
    const fromConfig = optionsFor(config, (pattern) => {
      const isMatch = this.#expression(pattern).test(path);
      if (isMatch) matched.push(pattern);
      return isMatch;
    });
    const key = matched.join('\n');
    const known = this.#linters.get(key);
    if (known !== undefined) return known;
    const linter = createLinter({
      ...fromConfig,
      ...options,
      rules: { ...fromConfig.rules, ...options.rules },
      parameters: { ...fromConfig.parameters, ...options.parameters },
    });
    this.#linters.set(key, linter);
    return linter;
  }

  #inConfig(file: string): string {
    return relative(this.#setup.configFolder, resolve(file)).split(sep).join('/');
  }

  #expression(pattern: string): RegExp {
    const known = this.#patterns.get(pattern) ?? globToExpression(pattern);
    this.#patterns.set(pattern, known);
    return known;
  }

  #report(
    file: string,
    text: string,
    result: LintResult,
    fix: { readonly fixed: number; readonly diff: string },
  ): FileReport {
    const isOld = (finding: Finding): boolean =>
      this.#baseline.size > 0 && this.#baseline.has(fingerprint(finding));
    const findings = result.findings
      .filter((finding) => !isOld(finding))
      .filter(({ severity }) => !this.#setup.quiet || severity === 'error');
    const old = result.findings.filter(isOld).length;
    return {
      file,
      findings: findings.map(({ edits: _, ...finding }) => finding),
      lines: linesOf(findings, text),
      checked: result.checked,
      skipped: result.skipped,
      excused: result.suppressed.length + old,
      ...fix,
    };
  }
}

function linesOf(findings: readonly Finding[], text: string): Record<number, string> {
  if (findings.length === 0) return {};
  const index = new LineIndex(text.replace(/^\uFEFF/, ''));
  return Object.fromEntries(findings.map(({ line }) => [line, index.lineText(line)]));
}

/** Small files, one after the other: waiting for each through the event loop takes longer than reading it. */
function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new RunError(`cannot read ${file}: ${messageOf(error)}`);
  }
}

/** Another file takes the place of the old one at once, so that a full disk or a kill leaves one of the two whole. */
async function replaceFile(file: string, text: string): Promise<void> {
  const temporary = `${file}.imagestream-lint-${process.pid}`;
  try {
    const { mode } = await stat(file);
    await writeFile(temporary, text, { mode });
    await rename(temporary, file);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw new RunError(`cannot write ${file}: ${messageOf(error)}`);
  }
}
