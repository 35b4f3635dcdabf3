import type { Linter, LintResult } from '../lint.js';
import { applyFixes } from './apply-edits.js';

/** Fixes may make way for further ones; real files need two or three rounds. */
const MAX_ROUNDS = 10;

/** A text with everything mended that can be, and what is left. */
export interface FixResult {
  readonly text: string;
  /** How many findings were mended. */
  readonly fixed: number;
  /** What linting the new text gives. */
  readonly result: LintResult;
}

/**
 * Mends a text until no fix is left. The text outside of the edits stays as it is, the byte order mark and line breaks
 * included; mending the result again changes nothing.
 */
export function fixText(
  text: string,
  options: { readonly linter: Linter; readonly filename: string },
): FixResult {
  const { linter, filename } = options;
  const mark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  let current = text.slice(mark.length);
  let fixed = 0;
  let result = linter.lint(current, filename);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const next = applyFixes(current, result.findings);
    if (next.count === 0) break;
    current = next.text;
    fixed += next.count;
    result = linter.lint(current, filename);
  }
  return { text: mark + current, fixed, result };
}
