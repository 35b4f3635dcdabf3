import type { Finding } from '../finding.js';
import type { Severity } from '../rule.js';
import type { FileReport, RunSummary } from './file-report.js';
import type { Reporter, ReporterOptions } from './reporter.js';

/** Lines longer than this are cut around the place a finding points at. */
const MAX_COLUMNS = 120;

/** Longer messages are cut in their middle. */
const MAX_MESSAGE = 450;

const COLORS: Readonly<Record<Severity | 'dim' | 'bold' | 'hint' | 'added' | 'removed', string>> = {
  error: '31;1',
  warning: '33;1',
  info: '36;1',
  dim: '2',
  bold: '1',
  hint: '32',
  added: '32',
  removed: '31',
};

/** For people: the place, the rule, the source line with a caret, what was probably meant. */
export function createPrettyReporter({ color }: ReporterOptions): Reporter {
  const paint = (name: keyof typeof COLORS, text: string): string =>
    color && text !== '' ? `\u001b[${COLORS[name]}m${text}\u001b[0m` : text;
  const rules = new Set<string>();
  return {
    begin: '',
    file(report) {
      for (const { rule } of report.findings) rules.add(rule);
      const diff = report.diff === '' ? '' : `${paintDiff(report.diff, paint)}\n`;
      return (
        diff + report.findings.map((finding) => `${showFinding(finding, report, paint)}\n`).join('')
      );
    },
    end: (summary) => showRules([...rules].toSorted(), paint) + showSummary(summary, paint),
  };
}

type Paint = (name: keyof typeof COLORS, text: string) => string;

function paintDiff(diff: string, paint: Paint): string {
  return diff
    .split('\n')
    .map((line) =>
      line.startsWith('+')
        ? paint('added', line)
        : line.startsWith('-')
          ? paint('removed', line)
          : line,
    )
    .join('\n');
}

function showFinding(finding: Finding, report: FileReport, paint: Paint): string {
  const { file, line, column, severity, rule, field, message } = finding;
  const place = paint('bold', `${file}:${line}:${column}`);
  const where = field === '' ? '' : `${field}: `;
  const head = `${place} ${paint(severity, severity)} ${where}${shorten(message)} ${paint('dim', `(${rule})`)}`;
  return [head, ...showSource(finding, report.lines[line] ?? '', paint)].join('\n');
}

/** The server repeats whole values in its messages; a report for people shows where they start and what is wrong. */
function shorten(message: string): string {
  if (message.length <= MAX_MESSAGE) return message;
  return `${message.slice(0, MAX_MESSAGE / 3)} … ${message.slice(-(2 * MAX_MESSAGE) / 3)}`;
}

function showSource(finding: Finding, source: string, paint: Paint): string[] {
  const { line, column, endLine, endColumn, severity } = finding;
  const hint = hintOf(finding);
  if (source.trim() === '') return hint === '' ? [] : [`  ${paint('hint', hint)}`];
  const shown = cut(source, column);
  const end = endLine === line ? endColumn : source.length + 1;
  const room = Math.max(1, shown.text.length - (column - 1 - shown.from));
  const length = Math.min(Math.max(1, end - column), room);
  const margin = String(line).length + 2;
  const bar = paint('dim', '|');
  const caret = ' '.repeat(column - 1 - shown.from) + paint(severity, '^'.repeat(length));
  return [
    `${paint('dim', String(line).padStart(margin))} ${bar} ${shown.text}`,
    `${' '.repeat(margin)} ${bar} ${caret}${hint === '' ? '' : ` ${paint('hint', hint)}`}`,
  ];
}

function hintOf({ suggestion, fixable }: Finding): string {
  const fix = fixable ? '--fix mends it' : '';
  if (suggestion === undefined) return fix;
  return `did you mean ${/^the /.test(suggestion) ? suggestion : JSON.stringify(suggestion)}?${fix === '' ? '' : ` ${fix}`}`;
}

/** Tabs as single blanks, so that carets stand below what they mean; long lines cut. */
function cut(source: string, column: number): { readonly text: string; readonly from: number } {
  const plain = source.replaceAll('\t', ' ');
  if (plain.length <= MAX_COLUMNS) return { text: plain, from: 0 };
  const from = Math.max(0, Math.min(column - 1 - MAX_COLUMNS / 3, plain.length - MAX_COLUMNS));
  return { text: plain.slice(from, from + MAX_COLUMNS), from };
}

/** More pages than this help nobody. */
const MAX_PAGES = 8;

function showRules(rules: readonly string[], paint: Paint): string {
  if (rules.length === 0) return '';
  const shown = rules.slice(0, MAX_PAGES).map((rule) => `  imagestream-lint --explain ${rule}`);
  const more = rules.length > MAX_PAGES ? [`  … and ${rules.length - MAX_PAGES} more rules`] : [];
  return `${paint('dim', ['Why, and what to do instead:', ...shown, ...more].join('\n'))}\n\n`;
}

function showSummary(summary: RunSummary, paint: Paint): string {
  const { files, objects, errors, warnings, infos, excused, fixed } = summary;
  const counts = [
    paint(errors > 0 ? 'error' : 'dim', plural(errors, 'error')),
    paint(warnings > 0 ? 'warning' : 'dim', plural(warnings, 'warning')),
    paint('dim', plural(infos, 'info', 'infos')),
  ].join(', ');
  const kinds = Object.entries(summary.checked).map(([kind, count]) => `${count} ${kind}`);
  const checked = `${plural(objects, 'object')} checked${kinds.length === 0 ? '' : ` (${kinds.join(', ')})`}`;
  const lines = [`${plural(files, 'file')}: ${counts}; ${checked}`];
  const skipped = Object.entries(summary.skipped).map(
    ([what, count]) => `${count} ${skipWords(what)}`,
  );
  if (skipped.length > 0) lines.push(paint('dim', `not checked: ${skipped.join(', ')}`));
  if (fixed > 0) lines.push(`${plural(fixed, 'finding')} mended`);
  if (excused > 0)
    lines.push(
      paint('dim', `${plural(excused, 'finding')} excused by a suppression or the baseline`),
    );
  return `${lines.join('\n')}\n`;
}

const SKIP_WORDS: Readonly<Record<string, string>> = {
  otherKind: 'without kind',
  templateSource: 'template source',
  unreadable: 'neither YAML nor JSON, without mention of the image API',
  empty: 'empty',
};

function skipWords(what: string): string {
  const [reason = '', ...detail] = what.split(' ');
  if (detail.length === 0) return SKIP_WORDS[reason] ?? reason;
  return reason === 'templateSource' ? `${detail.join(' ')} source` : detail.join(' ');
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
