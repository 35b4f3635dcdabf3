const CONTEXT = 3;

/**
 * What changes from one text to another, as a unified diff; empty when nothing does. Made for edits of a few lines: what
 * lies between the first and the last changed line of a stretch is compared line by line.
 */
export function unifiedDiff(file: string, before: string, after: string): string {
  if (before === after) return '';
  const a = splitLines(before);
  const b = splitLines(after);
  const hunks = group(compare(a, b));
  const body = hunks.map((hunk) => showHunk(hunk, a, b)).join('');
  return `--- ${file}\n+++ ${file}\n${body}`;
}

function splitLines(text: string): string[] {
  return text.split(/(?<=\n)/);
}

interface Change {
  /** Lines taken out of the old text, and put into the new one. */
  readonly fromA: number;
  readonly toA: number;
  readonly fromB: number;
  readonly toB: number;
}

/** Finds the changed stretches: after a difference, the nearest lines that are the same again. */
function compare(a: readonly string[], b: readonly string[]): Change[] {
  const changes: Change[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      i++;
      j++;
      continue;
    }
    const [nextA, nextB] = resync(a, b, i, j);
    changes.push({ fromA: i, toA: nextA, fromB: j, toB: nextB });
    i = nextA;
    j = nextB;
  }
  return changes;
}

/** How far to look for lines that are the same again. */
const MAX_GAP = 400;

function resync(
  a: readonly string[],
  b: readonly string[],
  i: number,
  j: number,
): [number, number] {
  for (let gap = 1; gap <= MAX_GAP; gap++) {
    for (let ofA = 0; ofA <= gap; ofA++) {
      const ofB = gap - ofA;
      if (isSame(a, b, i + ofA, j + ofB)) return [i + ofA, j + ofB];
    }
  }
  return [a.length, b.length];
}

/** Two lines in a row, or the ends of both: a single line may be the same by chance. */
function isSame(a: readonly string[], b: readonly string[], i: number, j: number): boolean {
  if (i > a.length || j > b.length) return false;
  if (i === a.length || j === b.length) return i === a.length && j === b.length;
  return a[i] === b[j] && a[i + 1] === b[j + 1];
}

function group(changes: readonly Change[]): Change[][] {
  const groups: Change[][] = [];
  for (const change of changes) {
    const last = groups.at(-1)?.at(-1);
    if (last !== undefined && change.fromA - last.toA <= 2 * CONTEXT) groups.at(-1)?.push(change);
    else groups.push([change]);
  }
  return groups;
}

function showHunk(changes: readonly Change[], a: readonly string[], b: readonly string[]): string {
  const [first] = changes;
  const last = changes.at(-1);
  if (first === undefined || last === undefined) return '';
  const fromA = Math.max(0, first.fromA - CONTEXT);
  const toA = Math.min(a.length, last.toA + CONTEXT);
  const fromB = first.fromB - (first.fromA - fromA);
  const lines: string[] = [];
  let at = fromA;
  for (const change of changes) {
    lines.push(...a.slice(at, change.fromA).map((line) => ` ${line}`));
    lines.push(...a.slice(change.fromA, change.toA).map((line) => `-${line}`));
    lines.push(...b.slice(change.fromB, change.toB).map((line) => `+${line}`));
    at = change.toA;
  }
  lines.push(...a.slice(at, toA).map((line) => ` ${line}`));
  const countB = lines.filter((line) => !line.startsWith('-')).length;
  const head = `@@ -${fromA + 1},${toA - fromA} +${fromB + 1},${countB} @@\n`;
  return (
    head +
    lines
      .map((line) => (line.endsWith('\n') ? line : `${line}\n\\ No newline at end of file\n`))
      .join('')
  );
}
