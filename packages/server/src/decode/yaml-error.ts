import type { LineCounter, YAMLError } from 'yaml';

/** A YAML text that cannot be read; the message is the one the API server's reader gives, with `yaml: ` before it. */
export class YamlSyntaxError extends Error {
  override readonly name = 'YamlSyntaxError';

  constructor(problem: string) {
    super(`yaml: ${problem}`);
  }
}

interface Wording {
  readonly code: YAMLError['code'];
  /** Tells faults of one code apart. */
  readonly message?: RegExp;
  readonly words: string;
  /** The real reader's parser counts lines from 0, its scanner from 1. */
  readonly from: 'scanner' | 'parser';
}

/** The first row that fits decides. */
const WORDINGS: readonly Wording[] = [
  {
    code: 'BAD_INDENT',
    message: /^Flow seq/,
    words: "did not find expected ',' or ']'",
    from: 'parser',
  },
  {
    code: 'BAD_INDENT',
    message: /^Flow map/,
    words: "did not find expected ',' or '}'",
    from: 'parser',
  },
  { code: 'BAD_INDENT', words: 'did not find expected key', from: 'parser' },
  {
    code: 'MISSING_CHAR',
    message: /quote/,
    words: 'found unexpected end of stream',
    from: 'scanner',
  },
  {
    code: 'MISSING_CHAR',
    message: /\]/,
    words: "did not find expected ',' or ']'",
    from: 'parser',
  },
  {
    code: 'MISSING_CHAR',
    message: /\}/,
    words: "did not find expected ',' or '}'",
    from: 'parser',
  },
  {
    code: 'BLOCK_AS_IMPLICIT_KEY',
    words: 'mapping values are not allowed in this context',
    from: 'scanner',
  },
  {
    code: 'MULTILINE_IMPLICIT_KEY',
    words: 'mapping values are not allowed in this context',
    from: 'scanner',
  },
  { code: 'TAB_AS_INDENT', words: 'found character that cannot start any token', from: 'scanner' },
  {
    code: 'BAD_SCALAR_START',
    words: 'found character that cannot start any token',
    from: 'scanner',
  },
  { code: 'BAD_DQ_ESCAPE', words: 'found unknown escape character', from: 'scanner' },
  {
    code: 'UNEXPECTED_TOKEN',
    message: /document: "[\]}]"/,
    words: 'did not find expected node content',
    from: 'parser',
  },
  {
    code: 'UNEXPECTED_TOKEN',
    message: /stream/,
    words: 'did not find expected <document start>',
    from: 'parser',
  },
  { code: 'UNEXPECTED_TOKEN', words: 'did not find expected key', from: 'parser' },
];

/** The error of the YAML library in the API server's words; faults without a row keep the library's own. */
export function describeYamlError(
  error: YAMLError,
  source: { readonly text: string; readonly lines: LineCounter },
): YamlSyntaxError {
  const wording = WORDINGS.find(
    ({ code, message }) => code === error.code && message?.test(error.message) !== false,
  );
  const line = lineOf(error, source);
  const shown = wording?.from === 'parser' ? line - 1 : line;
  // The real reader leaves the line out when its counter is still 0.
  const place = line === 1 || shown === 0 ? '' : `line ${shown}: `;
  return new YamlSyntaxError(`${place}${wording?.words ?? error.message}`);
}

/** Counts from 1. The end of a text without a line break lies on a line of its own. */
function lineOf(
  error: YAMLError,
  source: { readonly text: string; readonly lines: LineCounter },
): number {
  const { line } = source.lines.linePos(error.pos[0]);
  return error.pos[0] >= source.text.length && !source.text.endsWith('\n') ? line + 1 : line;
}
