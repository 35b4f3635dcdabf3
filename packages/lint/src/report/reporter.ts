import type { RuleMeta } from '../rule.js';
import type { FileReport, RunSummary } from './file-report.js';

/** Turns reports into text, file by file, so that a run over any number of files needs no more memory than one. */
export interface Reporter {
  /** What stands in front of all files. */
  readonly begin: string;
  /** The text of one file; often empty. */
  readonly file: (report: FileReport) => string;
  /** What stands behind all files. */
  readonly end: (summary: RunSummary) => string;
}

/** What reporters may want to know. */
export interface ReporterOptions {
  readonly color: boolean;
  readonly version: string;
  /** The rules that are on, for formats that describe them. */
  readonly rules: readonly RuleMeta[];
}

/** The formats `--format` takes. */
export const FORMATS = [
  'pretty',
  'json',
  'sarif',
  'github',
  'gitlab',
  'junit',
  'tap',
  'checkstyle',
] as const;

/** One of {@link FORMATS}. */
export type Format = (typeof FORMATS)[number];
