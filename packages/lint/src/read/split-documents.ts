/** A stretch of a file that holds one document, or several when they are JSON. */
export interface Chunk {
  readonly text: string;
  /** Where it starts in the file. */
  readonly start: number;
}

const SEPARATOR = /^---(?=[ \t\r\n]|$)/gm;

/**
 * Cuts a text where YAML documents start. No scalar of whatever style can hold such a line, so that a fault in one
 * document leaves the others readable, as it does for `oc`.
 */
export function splitDocuments(text: string): Chunk[] {
  const starts = [0];
  for (const match of text.matchAll(SEPARATOR)) {
    const previous = starts.at(-1) ?? 0;
    // Directives belong to the document behind them.
    const before = text.slice(previous, match.index);
    if (match.index > 0 && !isDirectives(before)) starts.push(match.index);
  }
  if (starts.length === 1) return [{ text, start: 0 }];
  return starts.map((start, index) => ({ text: text.slice(start, starts[index + 1]), start }));
}

function isDirectives(text: string): boolean {
  if (!text.includes('%')) return false;
  const lines = text
    .split(/\r\n|\r|\n/)
    .filter((line) => line.trim() !== '' && !/^[ \t]*#/.test(line));
  return lines.length > 0 && lines.every((line) => line.startsWith('%'));
}
