import { isAlphanumeric, isDigit, isLetter, skipHexDigits, skipWhile } from './ascii.js';

declare const digestBrand: unique symbol;

/** A digest that passed {@link isDigest}: `sha256:` and 64 hex digits, or the like for sha384 and sha512. */
export type Digest = string & { readonly [digestBrand]: true };

/** The algorithms that are registered; any other one is refused. */
export type DigestAlgorithm = 'sha256' | 'sha384' | 'sha512';

/** A digest taken apart. */
export interface ParsedDigest {
  readonly algorithm: DigestAlgorithm;
  /** The hex digits as they were written: upper case is kept. */
  readonly hex: string;
}

/** Why a digest was refused. */
export type DigestErrorCode = 'InvalidFormat' | 'UnsupportedAlgorithm' | 'InvalidLength';

/** The API server's words for each refusal. */
export const DIGEST_MESSAGES: Readonly<Record<DigestErrorCode, string>> = {
  InvalidFormat: 'invalid checksum digest format',
  UnsupportedAlgorithm: 'unsupported digest algorithm',
  InvalidLength: 'invalid checksum digest length',
};

/** Hex digits of each registered algorithm. */
const HEX_LENGTH: Record<DigestAlgorithm, number> = { sha256: 64, sha384: 96, sha512: 128 };

/** The least number of hex digits that the reference grammar takes for a digest, of any algorithm. */
const MIN_GRAMMAR_HEX = 32;

/** A text that is no digest. The message is the API server's own. */
export class DigestError extends Error {
  override readonly name = 'DigestError';
  readonly code: DigestErrorCode;

  constructor(code: DigestErrorCode) {
    super(DIGEST_MESSAGES[code]);
    this.code = code;
  }
}

/**
 * Takes a digest apart, or throws a {@link DigestError}.
 *
 * Hex digits may be in either case. This is the check behind references in objects; the importer is stricter,
 * see {@link parseOciDigest}.
 *
 * Source: digest-format, digest-algorithm, digest-length.
 *
 * @example
 * parseDigest('sha256:' + 'a'.repeat(64)).algorithm; // 'sha256'
 */
export function parseDigest(text: string): ParsedDigest {
  const problem = digestProblem(text);
  if (problem !== undefined) throw new DigestError(problem);
  return split(text);
}

/**
 * Tells whether {@link parseDigest} would accept the value.
 *
 * Source: digest-format, digest-algorithm, digest-length.
 */
export function isDigest(value: unknown): value is Digest {
  return typeof value === 'string' && digestProblem(value) === undefined;
}

/** Returns why a text is no digest, or undefined when it is one. The cheap form of {@link parseDigest}. */
export function digestProblem(text: string): DigestErrorCode | undefined {
  const colon = skipWhile(text, 0, isAlgorithmCharacter);
  if (colon === 0 || text[colon] !== ':' || colon + 1 === text.length) return 'InvalidFormat';
  if (skipHexDigits(text, colon + 1) !== text.length) return 'InvalidFormat';
  return algorithmProblem(text, colon);
}

/**
 * Returns why a text of the shape of a digest is none, or undefined when it is one. What {@link hasDigestShape} has read
 * already is not read again.
 *
 * Source: digest-algorithm, digest-length.
 */
export function shapedDigestProblem(text: string): DigestErrorCode | undefined {
  return algorithmProblem(text, text.indexOf(':'));
}

function algorithmProblem(text: string, colon: number): DigestErrorCode | undefined {
  const algorithm = text.slice(0, colon);
  if (!isRegistered(algorithm)) return 'UnsupportedAlgorithm';
  return text.length - colon - 1 === HEX_LENGTH[algorithm] ? undefined : 'InvalidLength';
}

/**
 * Takes a digest apart by the stricter rule of the importer: lower-case hex only.
 *
 * Source: digest-oci.
 */
export function parseOciDigest(text: string): ParsedDigest {
  const problem = ociDigestProblem(text);
  if (problem !== undefined) throw new DigestError(problem);
  return split(text);
}

/** Tells whether {@link parseOciDigest} would accept the text. Source: digest-oci. */
export function isOciDigest(value: unknown): value is Digest {
  return typeof value === 'string' && ociDigestProblem(value) === undefined;
}

function ociDigestProblem(text: string): DigestErrorCode | undefined {
  const colon = text.indexOf(':');
  if (colon <= 0 || colon + 1 === text.length) return 'InvalidFormat';
  const algorithm = text.slice(0, colon);
  if (!isRegistered(algorithm)) {
    return isOciShape(text, colon) ? 'UnsupportedAlgorithm' : 'InvalidFormat';
  }
  if (text.length - colon - 1 !== HEX_LENGTH[algorithm]) return 'InvalidLength';
  return skipWhile(text, colon + 1, isLowerHexDigit) === text.length ? undefined : 'InvalidFormat';
}

/** Source: digest-oci. Lower-case runs joined by one of `.+_-`, a colon, then anything URL-safe. */
function isOciShape(text: string, colon: number): boolean {
  let index = 0;
  for (;;) {
    const end = skipWhile(text, index, (code) => isAlphanumeric(code) && !isUpperCase(code));
    if (end === index) return false;
    if (end === colon) break;
    if (!'.+_-'.includes(text.charAt(end))) return false;
    index = end + 1;
  }
  const end = skipWhile(
    text,
    colon + 1,
    (code) => isAlphanumeric(code) || isEncodedCharacter(code),
  );
  return end === text.length;
}

/**
 * Tells whether a text has the digest shape of the reference grammar: an algorithm name whose parts each start with
 * a letter, a colon, and at least 32 hex digits. Whether the algorithm is known does not count.
 *
 * Source: reference-grammar.
 */
export function hasDigestShape(text: string): boolean {
  let index = 0;
  for (;;) {
    if (!isLetter(text.charCodeAt(index))) return false;
    index = skipWhile(text, index + 1, isAlphanumeric);
    if (text[index] === ':') break;
    if (index >= text.length || !'-_+.'.includes(text.charAt(index))) return false;
    index += 1;
  }
  const hexDigits = text.length - index - 1;
  return hexDigits >= MIN_GRAMMAR_HEX && skipHexDigits(text, index + 1) === text.length;
}

/**
 * Tells whether a text contains something of the digest shape anywhere. This, and no more, is what the server asks
 * of the digest of a sub-manifest.
 *
 * Source: image-manifest-digest.
 */
export function containsDigestShape(text: string): boolean {
  let colon = text.indexOf(':');
  while (colon !== -1) {
    const hexEnd = skipHexDigits(text, colon + 1);
    if (hexEnd - colon - 1 >= MIN_GRAMMAR_HEX && hasLetterInRunBefore(text, colon)) return true;
    colon = text.indexOf(':', colon + 1);
  }
  return false;
}

/** A shorter algorithm name matches too, so one letter in the alphanumeric run before the colon is enough. */
function hasLetterInRunBefore(text: string, end: number): boolean {
  for (let index = end - 1; index >= 0; index -= 1) {
    const code = text.charCodeAt(index);
    if (isLetter(code)) return true;
    if (!isDigit(code)) return false;
  }
  return false;
}

function split(text: string): ParsedDigest {
  const colon = text.indexOf(':');
  const algorithm = text.slice(0, colon);
  if (!isRegistered(algorithm)) throw new DigestError('UnsupportedAlgorithm');
  return { algorithm, hex: text.slice(colon + 1) };
}

function isRegistered(algorithm: string): algorithm is DigestAlgorithm {
  return algorithm === 'sha256' || algorithm === 'sha384' || algorithm === 'sha512';
}

function isAlgorithmCharacter(code: number): boolean {
  return isAlphanumeric(code) || code === 0x2d || code === 0x5f || code === 0x2b || code === 0x2e;
}

function isUpperCase(code: number): boolean {
  return code >= 0x41 && code <= 0x5a;
}

function isLowerHexDigit(code: number): boolean {
  return isDigit(code) || (code >= 0x61 && code <= 0x66);
}

/** `=`, `_` and `-`. */
function isEncodedCharacter(code: number): boolean {
  return code === 0x3d || code === 0x5f || code === 0x2d;
}
