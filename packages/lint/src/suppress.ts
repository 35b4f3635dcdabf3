import type { Finding } from './finding.js';
import type { LineIndex } from './read/line-index.js';
import type { Manifest } from './read/identify.js';
import { spanOf } from './read/positions.js';
import { member } from './tag-view.js';

/** The annotation that suppresses rules for one object: `ref-unqualified -- reason`. For JSON, which has no comments. */
export const IGNORE_ANNOTATION = 'imagestream-lint/ignore';

/** A place where somebody said that findings are to be left out. */
export interface Suppression {
  readonly rules: readonly string[];
  readonly reason: string;
  /** The lines it is about; whole files and objects are many. */
  readonly firstLine: number;
  readonly lastLine: number;
  /** Where it stands. */
  readonly start: number;
  readonly end: number;
}

/** Whether a text may hold a suppression at all. */
export function mentionsSuppression(text: string): boolean {
  return text.includes('imagestream-lint');
}

const COMMENT = /(^|[ \t])#[ \t]*imagestream-lint:[ \t]*(ignore-file|ignore)\b([^\r\n]*)/gm;

/**
 * The suppressions of a text.
 *
 * `# imagestream-lint: ignore <rule>[, <rule>] -- <reason>` behind a line is about that line, on a line of its own about the
 * next one; `ignore-file` is about the whole file; the annotation `imagestream-lint/ignore` about its object.
 */
export function findSuppressions(lines: LineIndex, manifests: readonly Manifest[]): Suppression[] {
  return [...commentsOf(lines), ...manifests.flatMap((manifest) => annotationOf(manifest, lines))];
}

function commentsOf(lines: LineIndex): Suppression[] {
  return [...lines.text.matchAll(COMMENT)].map((match) => {
    const [whole, blank = '', scope, rest = ''] = match;
    const start = match.index + blank.length;
    const end = match.index + whole.trimEnd().length;
    const { line } = lines.position(start);
    const isAlone = lines.lineText(line).trimStart().startsWith('#');
    const about = isAlone ? nextLineOfContent(lines, line) : line;
    const range =
      scope === 'ignore-file' ? { first: 1, last: lines.lineCount } : { first: about, last: about };
    return { ...parseRules(rest), firstLine: range.first, lastLine: range.last, start, end };
  });
}

function nextLineOfContent(lines: LineIndex, from: number): number {
  for (let line = from + 1; line <= lines.lineCount; line++) {
    const text = lines.lineText(line).trim();
    if (text !== '' && !text.startsWith('#')) return line;
  }
  return from;
}

function annotationOf(manifest: Manifest, lines: LineIndex): Suppression[] {
  const annotations = member(member(manifest.raw, 'metadata'), 'annotations');
  if (!Object.hasOwn(annotations, IGNORE_ANNOTATION)) return [];
  const value = annotations[IGNORE_ANNOTATION];
  if (typeof value !== 'string') return [];
  const root = manifest.document.locate();
  const path = [...manifest.path, 'metadata', 'annotations', IGNORE_ANNOTATION];
  const { start, end } = spanOf(root, path, 'value');
  const object = objectSpan(manifest);
  return [
    {
      ...parseRules(value),
      firstLine: lines.position(object.start).line,
      lastLine: lines.position(object.end).line,
      start,
      end,
    },
  ];
}

function objectSpan(manifest: Manifest): { start: number; end: number } {
  let node = manifest.document.locate();
  for (const step of manifest.path) {
    const next =
      typeof step === 'number'
        ? node.type === 'list'
          ? node.items[step]
          : undefined
        : node.type === 'map'
          ? node.entries.findLast((entry) => entry.key === step)?.value
          : undefined;
    if (next === undefined) break;
    node = next;
  }
  return node;
}

function parseRules(text: string): { rules: string[]; reason: string } {
  const [before = '', ...after] = text.split(/\s--(?:\s|$)/);
  const rules = before.split(/[\s,]+/).filter((word) => word !== '');
  return { rules, reason: after.join(' -- ').trim() };
}

/** Findings without those that are excused, and which suppressions excused one. */
export interface SuppressionResult {
  readonly findings: readonly Finding[];
  readonly suppressed: readonly Finding[];
  /** The suppressions, each with the rules it names that hid nothing. */
  readonly unused: readonly {
    readonly suppression: Suppression;
    readonly rules: readonly string[];
  }[];
}

/** Takes away the findings that suppressions excuse. */
export function suppress(
  findings: readonly Finding[],
  suppressions: readonly Suppression[],
): SuppressionResult {
  const used = new Map<Suppression, Set<string>>();
  const kept: Finding[] = [];
  const suppressed: Finding[] = [];
  for (const finding of findings) {
    const by = suppressions.filter((suppression) => covers(suppression, finding));
    for (const suppression of by) {
      used.set(suppression, (used.get(suppression) ?? new Set()).add(finding.rule));
    }
    (by.length > 0 ? suppressed : kept).push(finding);
  }
  const unused = suppressions
    .map((suppression) => ({
      suppression,
      rules: suppression.rules.filter((rule) => used.get(suppression)?.has(rule) !== true),
    }))
    .filter(({ suppression, rules }) => rules.length > 0 || suppression.rules.length === 0);
  return { findings: kept, suppressed, unused };
}

function covers(suppression: Suppression, finding: Finding): boolean {
  return (
    finding.line >= suppression.firstLine &&
    finding.line <= suppression.lastLine &&
    suppression.rules.includes(finding.rule)
  );
}
