import type { Finding } from '../finding.js';
import type { Skip } from '../lint.js';

/** What linting one file gave, ready to be shown. */
export interface FileReport {
  /** The path as it was given. */
  readonly file: string;
  readonly findings: readonly Finding[];
  /** The text of the lines findings are on, by number. */
  readonly lines: Readonly<Record<number, string>>;
  readonly checked: Readonly<Record<string, number>>;
  readonly skipped: readonly Skip[];
  /** How many findings comments, annotations or the baseline excuse. */
  readonly excused: number;
  /** How many findings `--fix` has mended. */
  readonly fixed: number;
  /** What `--fix-dry-run` would change, as a unified diff; empty when nothing. */
  readonly diff: string;
}

/** What a run over many files gave in all. */
export interface RunSummary {
  readonly files: number;
  /** How many objects were checked. */
  readonly objects: number;
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
  /** Objects checked, by kind. */
  readonly checked: Readonly<Record<string, number>>;
  /** What was not checked: `otherKind Service` and how often. */
  readonly skipped: Readonly<Record<string, number>>;
  readonly excused: number;
  readonly fixed: number;
}

/** Adds reports up, one after the other, without keeping them. */
export class SummaryBuilder {
  #files = 0;
  #errors = 0;
  #warnings = 0;
  #infos = 0;
  #excused = 0;
  #fixed = 0;
  readonly #checked = new Map<string, number>();
  readonly #skipped = new Map<string, number>();

  /** Counts one file. */
  add(report: FileReport): void {
    this.#files++;
    this.#excused += report.excused;
    this.#fixed += report.fixed;
    for (const { severity } of report.findings) {
      if (severity === 'error') this.#errors++;
      else if (severity === 'warning') this.#warnings++;
      else this.#infos++;
    }
    for (const [kind, count] of Object.entries(report.checked))
      increase(this.#checked, kind, count);
    for (const { reason, detail } of report.skipped) {
      const isCounted = reason === 'otherKind' || reason === 'templateSource';
      increase(this.#skipped, isCounted && detail !== '' ? `${reason} ${detail}` : reason, 1);
    }
  }

  /** What has been counted so far. */
  build(): RunSummary {
    return {
      files: this.#files,
      objects: [...this.#checked.values()].reduce((sum, count) => sum + count, 0),
      errors: this.#errors,
      warnings: this.#warnings,
      infos: this.#infos,
      checked: Object.fromEntries([...this.#checked].toSorted()),
      skipped: Object.fromEntries([...this.#skipped].toSorted()),
      excused: this.#excused,
      fixed: this.#fixed,
    };
  }
}

function increase(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
