import { compareBytes } from './text-order.js';
import { isDigit, isAlphanumeric, skipWhile } from './ascii.js';

/**
 * Orders the tags of a repository as the importer takes them when it cannot take all: `latest`, then `N.N` versions,
 * then full semantic versions, each newest first, then everything else by name. A leading `v` does not count.
 *
 * Returns a new list.
 *
 * Source: tag-priority.
 *
 * @example
 * prioritizeTags(['a', '1.0', 'latest', '2.1']); // ['latest', '2.1', '1.0', 'a']
 */
export function prioritizeTags(tags: readonly string[]): string[] {
  return tags
    .map(classify)
    .sort(compareRanked)
    .map(({ tag }) => tag);
}

/** A semantic version, taken apart for comparing. Numbers are kept as text: they may be longer than a number holds. */
interface Version {
  readonly numbers: readonly string[];
  readonly preRelease: readonly string[];
}

/** A number beyond 64 bits makes a text no version. Source: tag-priority. */
const MAX_UINT64 = '18446744073709551615';

type Rank = 0 | 1 | 2 | 3;

interface RankedTag {
  readonly tag: string;
  readonly rank: Rank;
  readonly prefix: string;
  readonly version: Version | undefined;
}

function classify(tag: string): RankedTag {
  if (tag === 'latest') return { tag, rank: 0, prefix: '', version: undefined };
  const prefix = tag.startsWith('v') ? 'v' : '';
  const text = tag.slice(prefix.length);
  const minor = parseMinorVersion(text);
  if (minor !== undefined) return { tag, rank: 1, prefix, version: minor };
  const full = parseVersion(text);
  if (full !== undefined) return { tag, rank: 2, prefix, version: full };
  return { tag, rank: 3, prefix, version: undefined };
}

function compareRanked(a: RankedTag, b: RankedTag): number {
  if (a.rank !== b.rank) return a.rank - b.rank;
  if (a.version === undefined || b.version === undefined) return compareBytes(a.tag, b.tag);
  return compareVersions(b.version, a.version) || compareBytes(a.prefix, b.prefix);
}

/** `N.N`, or `N.N-word` with one word of letters, digits and underscores. Compared as if it ended in `.0`. */
function parseMinorVersion(text: string): Version | undefined {
  const dash = text.indexOf('-');
  const numbers = dash === -1 ? text : text.slice(0, dash);
  const dot = numbers.indexOf('.');
  if (dot === -1) return undefined;
  const parts = [numbers.slice(0, dot), numbers.slice(dot + 1)];
  if (!parts.every(isDigits)) return undefined;
  const word = dash === -1 ? undefined : text.slice(dash + 1);
  if (word !== undefined && (word === '' || skipWhile(word, 0, isWordCharacter) !== word.length)) {
    return undefined;
  }
  return parseVersion(`${numbers}.0${word === undefined ? '' : `-${word}`}`);
}

/** Strict semantic versioning 2.0: three numbers without leading zeros, optional pre-release and build parts. */
function parseVersion(text: string): Version | undefined {
  const plus = text.indexOf('+');
  const main = plus === -1 ? text : text.slice(0, plus);
  if (
    plus !== -1 &&
    !text
      .slice(plus + 1)
      .split('.')
      .every(isIdentifier)
  )
    return undefined;
  const dash = main.indexOf('-');
  const numbers = (dash === -1 ? main : main.slice(0, dash)).split('.');
  if (numbers.length !== 3 || !numbers.every(isPlainNumber)) return undefined;
  const preRelease = dash === -1 ? [] : main.slice(dash + 1).split('.');
  if (!preRelease.every((part) => isIdentifier(part) && (!isDigits(part) || isPlainNumber(part)))) {
    return undefined;
  }
  return { numbers, preRelease };
}

function compareVersions(a: Version, b: Version): number {
  for (const [index, number] of a.numbers.entries()) {
    const difference = compareNumbers(number, b.numbers[index] ?? '0');
    if (difference !== 0) return difference;
  }
  return comparePreReleases(a.preRelease, b.preRelease);
}

/** No pre-release is newer than any; a longer one is newer than its own beginning. */
function comparePreReleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1;
    const difference = compareIdentifiers(left, right);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Numbers compare as numbers and stand before words. */
function compareIdentifiers(a: string, b: string): number {
  const aIsNumber = isDigits(a);
  const bIsNumber = isDigits(b);
  if (aIsNumber && bIsNumber) return compareNumbers(a, b);
  if (aIsNumber !== bIsNumber) return aIsNumber ? -1 : 1;
  return compareBytes(a, b);
}

/** Without leading zeros the longer number is the larger one. */
function compareNumbers(a: string, b: string): number {
  return a.length - b.length || compareBytes(a, b);
}

function isDigits(text: string): boolean {
  return text !== '' && skipWhile(text, 0, isDigit) === text.length;
}

function isPlainNumber(text: string): boolean {
  if (!isDigits(text) || (text.length > 1 && text[0] === '0')) return false;
  return compareNumbers(text, MAX_UINT64) <= 0;
}

function isIdentifier(text: string): boolean {
  return (
    text !== '' &&
    skipWhile(text, 0, (code) => isAlphanumeric(code) || code === 0x2d) === text.length
  );
}

function isWordCharacter(code: number): boolean {
  return isAlphanumeric(code) || code === 0x5f;
}
