import type { LineCounter, YAMLError } from 'yaml';

/** A YAML text that cannot be read; the message is the one the API server's reader gives, with `yaml: ` before it. */
export class YamlSyntaxError extends Error {
  override readonly name = 'YamlSyntaxError';

  constructor(problem: string) {
    super(`yaml: ${problem}`);
  }
}

const EXPECTED_SEQUENCE = "did not find expected ',' or ']'";
const EXPECTED_MAP = "did not find expected ',' or '}'";
const EXPECTED_KEY = 'did not find expected key';
const NO_VALUES_HERE = 'mapping values are not allowed in this context';
const NO_TOKEN = 'found character that cannot start any token';

/**
 * A fault as the library reports it (code, and a text that tells faults of one code apart), the real reader's words,
 * which part of it notices (its parser counts lines from 0, its scanner from 1), and where: at the start of the
 * fault, at its end or on the next line.
 */
type Row = readonly [
  code: YAMLError['code'],
  message: RegExp | undefined,
  words: string,
  from: 'scanner' | 'parser',
  at?: 'start' | 'end' | 'next line',
];

/** The first row that fits decides. */
const ROWS: readonly Row[] = [
  ['BAD_INDENT', /^Flow seq/, EXPECTED_SEQUENCE, 'parser'],
  ['BAD_INDENT', /^Flow map/, EXPECTED_MAP, 'parser'],
  ['BAD_INDENT', undefined, EXPECTED_KEY, 'parser'],
  ['MISSING_CHAR', /quote/, 'found unexpected end of stream', 'scanner'],
  ['MISSING_CHAR', /flow seq|\]/i, EXPECTED_SEQUENCE, 'parser'],
  ['MISSING_CHAR', /flow map|\}/i, EXPECTED_MAP, 'parser'],
  ['MISSING_CHAR', /^Implicit map keys/, "could not find expected ':'", 'scanner', 'next line'],
  ['MISSING_CHAR', /directives/, 'did not find expected <document start>', 'parser'],
  ['MULTILINE_IMPLICIT_KEY', undefined, NO_VALUES_HERE, 'scanner', 'end'],
  ['BLOCK_AS_IMPLICIT_KEY', undefined, NO_VALUES_HERE, 'scanner'],
  ['TAB_AS_INDENT', undefined, NO_TOKEN, 'scanner'],
  ['BAD_SCALAR_START', undefined, NO_TOKEN, 'scanner'],
  ['BAD_DQ_ESCAPE', undefined, 'found unknown escape character', 'scanner'],
  ['UNEXPECTED_TOKEN', /document: "[\]}]"/, 'did not find expected node content', 'parser'],
  ['UNEXPECTED_TOKEN', /stream/, 'did not find expected <document start>', 'parser'],
  [
    'UNEXPECTED_TOKEN',
    /^Block scalar header/,
    'did not find expected comment or line break',
    'scanner',
  ],
  ['UNEXPECTED_TOKEN', undefined, EXPECTED_KEY, 'parser'],
];

/**
 * The errors of the YAML library for one text in the API server's words; faults without a row keep the library's own.
 *
 * The library sometimes reports the start of a line first and what is wrong with it second; the second counts then.
 */
export function describeYamlErrors(
  errors: readonly YAMLError[],
  source: YamlSource,
): YamlSyntaxError | undefined {
  const [first] = errors;
  if (first === undefined) return undefined;
  const error = errors.find(({ code }) => code === 'MULTILINE_IMPLICIT_KEY') ?? first;
  const row = ROWS.find(
    ([code, message]) => code === error.code && message?.test(error.message) !== false,
  );
  if (row === undefined) return new YamlSyntaxError(error.message);
  const [, , words, from, at = 'start'] = row;
  const line = lineOf(error, source, { from, at });
  // The real reader leaves the line out when its counter is still 0.
  const place = line === 0 ? '' : `line ${line}: `;
  return new YamlSyntaxError(place + (missesDash(error, source) ? EXPECTED_DASH : words));
}

/** A text and where its lines start. */
export interface YamlSource {
  readonly text: string;
  readonly lines: LineCounter;
}

const EXPECTED_DASH = "did not find expected '-' indicator";

/** A list that goes on without its mark. */
function missesDash(error: YAMLError, { lines }: YamlSource): boolean {
  return /at node end$/.test(error.message) && lines.linePos(error.pos[0]).col === 1;
}

/** The line as the real reader counts it; 0 stands for the first. */
function lineOf(
  error: YAMLError,
  { text, lines }: YamlSource,
  { from, at }: { readonly from: 'scanner' | 'parser'; readonly at: 'start' | 'end' | 'next line' },
): number {
  const offset = at === 'end' ? error.pos[1] : error.pos[0];
  const below = lines.linePos(offset).line - 1 + (at === 'next line' ? 1 : 0);
  if (from === 'scanner') return below === 0 ? 0 : below + 1;
  // The parser meets the end of a text on a line of its own.
  const atEnd = offset >= text.length && text !== '' && !text.endsWith('\n');
  return atEnd ? below + 1 : below;
}
