import type { Finding, TextEdit } from '../finding.js';

/** A text with fixes put in. */
export interface FixedText {
  readonly text: string;
  /** How many findings were mended. */
  readonly count: number;
}

/**
 * Puts the edits of findings into a text. Of edits that touch each other only the first is made; a further run makes the
 * others. What lies outside of the edits stays as it is, byte for byte.
 */
export function applyFixes(text: string, findings: readonly Finding[]): FixedText {
  const taken: TextEdit[] = [];
  let count = 0;
  for (const { edits } of findings) {
    if (edits === undefined || edits.length === 0) continue;
    const wanted = edits.filter((edit) => !taken.some((other) => isSame(edit, other)));
    if (wanted.some((edit) => taken.some((other) => touches(edit, other)))) continue;
    taken.push(...wanted);
    count++;
  }
  const inOrder = taken.toSorted((a, b) => a.start - b.start);
  let result = '';
  let at = 0;
  for (const edit of inOrder) {
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return { text: result + text.slice(at), count };
}

function isSame(a: TextEdit, b: TextEdit): boolean {
  return a.start === b.start && a.end === b.end && a.text === b.text;
}

function touches(a: TextEdit, b: TextEdit): boolean {
  return a.start <= b.end && b.start <= a.end;
}
