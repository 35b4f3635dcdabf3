import { Document, isScalar, Scalar, stringify, visit, type Pair } from 'yaml';
import { resolvePlainScalar } from '../decode/yaml-scalar.js';

/** Longest line before a text is folded. */
const LINE_WIDTH = 80;
/** A text that older readers take for a number in base 60. */
const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
/** A text that readers may take for a time. */
const TIME = /^\d{4}-\d{1,2}-\d{1,2}(?:$|[Tt ])/;

/**
 * A JSON value as YAML, as the API server writes it: keys in natural order, lists not indented, texts quoted where they
 * would read as something else, texts of several lines as blocks.
 *
 * Source: yaml-text.
 */
export function toYamlText(value: unknown): string {
  const document = new Document(value, {
    sortMapEntries: comparePairs,
    aliasDuplicateObjects: false,
  });
  visit(document, { Scalar: (_, scalar) => quoteAmbiguous(scalar) });
  return document.toString({
    lineWidth: LINE_WIDTH,
    minContentWidth: 0,
    indentSeq: false,
    singleQuote: true,
    blockQuote: 'literal',
    nullStr: 'null',
  });
}

function quoteAmbiguous(scalar: Scalar): void {
  const { value } = scalar;
  if (typeof value !== 'string' || value.includes('\n')) return;
  const ambiguous =
    resolvePlainScalar(value).type !== 'string' || BASE_60.test(value) || TIME.test(value);
  // The library would quote words such as "." too, which it reads as numbers.
  if (ambiguous) scalar.type = Scalar.QUOTE_DOUBLE;
  else scalar.type = needsSingleQuotes(value) ? Scalar.QUOTE_SINGLE : Scalar.PLAIN;
}

/** A text with a single quote in it that cannot stand plain: the library would rather use double quotes. */
function needsSingleQuotes(value: string): boolean {
  if (!value.includes("'") || /\p{Cc}/u.test(value)) return false;
  return /^["']/.test(stringify(value, { singleQuote: true, lineWidth: 0 }));
}

function comparePairs(a: Pair, b: Pair): number {
  return compareNaturally(keyText(a), keyText(b));
}

function keyText({ key }: Pair): string {
  const value: unknown = isScalar(key) ? key.value : key;
  return typeof value === 'string' ? value : '';
}

/**
 * The order Go's YAML writer puts keys in: letters after everything else, except behind a digit, and runs of digits by
 * their number, so that `t2` comes before `t10`.
 */
export function compareNaturally(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  let afterDigit = false;
  for (let i = 0; i < left.length && i < right.length; i++) {
    const [x = '', y = ''] = [left[i], right[i]];
    if (x === y) {
      afterDigit = isDigit(x);
      continue;
    }
    const [xLetter, yLetter] = [isLetter(x), isLetter(y)];
    if (xLetter && yLetter) return codeOf(x) - codeOf(y);
    if (xLetter || yLetter) return xLetter === afterDigit ? -1 : 1;
    return compareNumbers(left, right, i);
  }
  return left.length - right.length;
}

/** Compares from a place where two texts differ and at least one may have digits. */
function compareNumbers(left: readonly string[], right: readonly string[], at: number): number {
  const [x = '', y = ''] = [left[at], right[at]];
  const started = (x === '0' || y === '0') && followsNonZero(left, at) ? '1' : '';
  const [xs, ys] = [digitsFrom(left, at), digitsFrom(right, at)];
  const difference = BigInt(started + xs || '0') - BigInt(started + ys || '0');
  if (difference !== 0n) return difference < 0n ? -1 : 1;
  return xs.length - ys.length || codeOf(x) - codeOf(y);
}

function followsNonZero(text: readonly string[], at: number): boolean {
  for (let i = at - 1; i >= 0 && isDigit(text[i] ?? ''); i--) {
    if (text[i] !== '0') return true;
  }
  return false;
}

function digitsFrom(text: readonly string[], at: number): string {
  let end = at;
  while (isDigit(text[end] ?? '')) end++;
  return text.slice(at, end).join('');
}

function isDigit(char: string): boolean {
  return /^[0-9]$/.test(char);
}

function isLetter(char: string): boolean {
  return /^\p{L}$/u.test(char);
}

function codeOf(char: string): number {
  return char.codePointAt(0) ?? 0;
}
