import type { Severity } from './rule.js';

/** A change of a text: what stands between two offsets is replaced. Offsets count UTF-16 units behind a byte order mark. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** One thing the linter found, with its place. Lines and columns count from 1; the end is behind the last character. */
export interface Finding {
  /** The id of the rule. */
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  /** The path of the file as it was given. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** The place inside the object, as the API server prints it: `spec.tags[latest].from.name`. */
  readonly field: string;
  /** Whether `--fix` can mend it. */
  readonly fixable: boolean;
  /** What was probably meant. */
  readonly suggestion?: string;
  /** The object it is about. */
  readonly object?: { readonly kind: string; readonly name: string };
  /** The edits that mend it. */
  readonly edits?: readonly TextEdit[];
}

/** The one order of findings: file, line, column, rule. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    compareTexts(a.file, b.file) ||
    a.line - b.line ||
    a.column - b.column ||
    compareTexts(a.rule, b.rule) ||
    compareTexts(a.message, b.message)
  );
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** How many findings of each severity there are. */
export function countSeverities(findings: readonly Finding[]): Record<Severity, number> {
  const counts: Record<Severity, number> = { error: 0, warning: 0, info: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}
