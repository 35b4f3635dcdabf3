import { SyntaxProblem } from './syntax-error.js';

/**
 * Where the cause of a syntax error stands. A parser notices some faults only on the line behind: a key without colon, a
 * quote or a bracket that is never closed. The problem then moves to the line before, to what was left open there.
 */
export function blame(text: string, problem: SyntaxProblem): SyntaxProblem {
  const { message, offset } = problem;
  const line = lineBefore(text, offset);
  if (message.includes('multiline key')) {
    return new SyntaxProblem(
      'a key without ":", or a text that is neither key nor value',
      startOfContent(line),
    );
  }
  const opened = message.includes('deficient indentation') ? opener(line) : undefined;
  return opened === undefined
    ? problem
    : new SyntaxProblem('what opens here is never closed', opened);
}

interface Line {
  readonly start: number;
  readonly text: string;
}

/** The last line with something on it in front of the one an offset is on. */
function lineBefore(text: string, offset: number): Line {
  const own = startOfLine(text, offset);
  let end = own;
  while (end > 0) {
    const start = startOfLine(text, end - 1);
    const line = text.slice(start, end);
    if (line.trim() !== '') return { start, text: line };
    end = start;
  }
  return { start: own, text: text.slice(own, offset) };
}

function startOfLine(text: string, offset: number): number {
  // A search from a negative index would look at the first character.
  return offset <= 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

function startOfContent(line: Line): number {
  return line.start + line.text.length - line.text.trimStart().length;
}

/** The quote or bracket that a line opens. */
function opener(line: Line): number | undefined {
  const match = /(?:^|[\s:,[{-])(["'[{])/.exec(line.text);
  return match === null ? undefined : line.start + match.index + match[0].length - 1;
}
