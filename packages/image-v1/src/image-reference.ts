import { isAlphanumeric, isDigit, skipLowerAlphanumerics, skipWhile } from './ascii.js';
import { DIGEST_MESSAGES, hasDigestShape, shapedDigestProblem } from './digest.js';

/**
 * A pull specification taken apart. All five are texts; an absent part is empty. Nothing is defaulted: `ruby` has
 * the name `ruby` and four empty parts.
 */
export interface ImageReference {
  /** Host and port. For a text that names a registry only, the whole text. */
  readonly registry: string;
  /** The first component of the path when there are several. */
  readonly namespace: string;
  /** The rest of the path; may contain slashes. */
  readonly name: string;
  readonly tag: string;
  /** The whole digest, `sha256:…`. */
  readonly id: string;
}

/** Why a text is no image reference. */
export type ImageReferenceErrorCode =
  'Empty' | 'NotLowercase' | 'InvalidFormat' | 'TooLong' | 'InvalidDigest';

const MESSAGES: Record<Exclude<ImageReferenceErrorCode, 'InvalidDigest'>, string> = {
  Empty: 'repository name must have at least one component',
  NotLowercase: 'repository name must be lowercase',
  InvalidFormat: 'invalid reference format',
  TooLong: 'repository name must not be more than 255 characters',
};

/** Source: reference-name-length. Host and slash count, tag and digest do not. */
const MAX_NAME_LENGTH = 255;

/** Source: reference-grammar. */
const MAX_TAG_LENGTH = 128;

/** A text that is no image reference. The message is the API server's own. */
export class ImageReferenceError extends Error {
  override readonly name = 'ImageReferenceError';
  readonly code: ImageReferenceErrorCode;
  /** The text that was refused. */
  readonly reference: string;

  constructor(code: ImageReferenceErrorCode, options: { message: string; reference: string }) {
    super(options.message);
    this.code = code;
    this.reference = options.reference;
  }
}

/** Why a text was refused, as a value: what {@link ImageReferenceError} carries, without the cost of an exception. */
export interface ImageReferenceProblem {
  readonly code: ImageReferenceErrorCode;
  readonly message: string;
  /** The text that was refused. */
  readonly reference: string;
}

/** The outcome of {@link tryParseImageReference}. */
export type ImageReferenceResult =
  | { readonly type: 'reference'; readonly reference: ImageReference }
  | { readonly type: 'error'; readonly error: ImageReferenceProblem };

/**
 * Takes a pull specification apart, or throws an {@link ImageReferenceError} with the server's message.
 *
 * The time is proportional to the length of the text, whatever it holds.
 *
 * Source: reference-empty, reference-grammar, reference-lowercase, reference-name-length, digest-length.
 *
 * @example
 * parseImageReference('quay.io/acme/team/ruby:2.7');
 * // { registry: 'quay.io', namespace: 'acme', name: 'team/ruby', tag: '2.7', id: '' }
 */
export function parseImageReference(text: string): ImageReference {
  const result = tryParseImageReference(text);
  if (result.type === 'error') throw new ImageReferenceError(result.error.code, result.error);
  return result.reference;
}

/**
 * Takes a pull specification apart and returns the refusal as a value: the form for checking data, where a bad
 * reference is an answer and not a fault.
 *
 * Source: reference-empty, reference-grammar, reference-lowercase, reference-name-length, digest-length.
 */
export function tryParseImageReference(text: string): ImageReferenceResult {
  if (text === '') return refuse('Empty', text);
  const parts = matchGrammar(text);
  if (parts === undefined) {
    const lowered = matchGrammar(toLowerCase(text)) !== undefined;
    return refuse(lowered ? 'NotLowercase' : 'InvalidFormat', text);
  }
  if (parts.path.length > MAX_NAME_LENGTH) return refuse('TooLong', text);
  const problem = parts.digest === '' ? undefined : shapedDigestProblem(parts.digest);
  if (problem !== undefined) {
    const error = {
      code: 'InvalidDigest' as const,
      message: DIGEST_MESSAGES[problem],
      reference: text,
    };
    return { type: 'error', error };
  }
  return { type: 'reference', reference: assign(text, parts) };
}

/** Tells whether {@link parseImageReference} would accept the text. Source: reference-grammar. */
export function isImageReference(value: unknown): value is string {
  return typeof value === 'string' && tryParseImageReference(value).type === 'reference';
}

/** What the grammar finds, before the parts get their meaning. */
interface GrammarMatch {
  /** Host and path, without tag and digest. */
  readonly path: string;
  readonly tag: string;
  readonly digest: string;
}

function refuse(code: keyof typeof MESSAGES, reference: string): ImageReferenceResult {
  return { type: 'error', error: { code, message: MESSAGES[code], reference } };
}

/**
 * Source: reference-grammar. No part may hold another one's delimiter, so the delimiters alone decide where the
 * parts are: the first `@`, then the first `:` behind the last `/`.
 */
function matchGrammar(text: string): GrammarMatch | undefined {
  const at = text.indexOf('@');
  const left = at === -1 ? text : text.slice(0, at);
  const colon = left.indexOf(':', left.lastIndexOf('/') + 1);
  const path = colon === -1 ? left : left.slice(0, colon);
  const tag = colon === -1 ? '' : left.slice(colon + 1);
  const digest = at === -1 ? '' : text.slice(at + 1);
  if (at !== -1 && !hasDigestShape(digest)) return undefined;
  if (colon !== -1 && !isTag(tag)) return undefined;
  return isNamePart(path) ? { path, tag, digest } : undefined;
}

/** Source: reference-fields. */
function assign(text: string, match: GrammarMatch): ImageReference {
  const { path, tag, digest: id } = match;
  const slash = path.indexOf('/');
  if (slash === -1) {
    if (path.includes('.') || path.startsWith('localhost')) {
      return { registry: text, namespace: '', name: '', tag: '', id };
    }
    return { registry: '', namespace: '', name: path, tag, id };
  }
  const host = path.slice(0, slash);
  const hasRegistry = host.includes('.') || host.includes(':') || host === 'localhost';
  const rest = hasRegistry ? path.slice(slash + 1) : path;
  const restSlash = rest.indexOf('/');
  return {
    registry: hasRegistry ? host : '',
    namespace: restSlash === -1 ? '' : rest.slice(0, restSlash),
    name: rest.slice(restSlash + 1),
    tag,
    id,
  };
}

/** An optional host, then path components; the first component may be either when a slash follows. */
function isNamePart(text: string): boolean {
  const slash = text.indexOf('/');
  if (slash === -1) return isPathComponent(text, 0, text.length);
  if (!isPathComponent(text, 0, slash) && !isHost(text.slice(0, slash))) return false;
  let start = slash + 1;
  for (;;) {
    const next = text.indexOf('/', start);
    const end = next === -1 ? text.length : next;
    if (!isPathComponent(text, start, end)) return false;
    if (next === -1) return true;
    start = next + 1;
  }
}

/** Lower-case alphanumeric runs, joined by `.`, `_`, `__` or any number of dashes. */
function isPathComponent(text: string, start: number, end: number): boolean {
  let index = start;
  for (;;) {
    const runEnd = skipLowerAlphanumerics(text, index);
    if (runEnd === index || runEnd > end) return false;
    if (runEnd === end) return true;
    const separatorEnd = skipSeparator(text, runEnd);
    if (separatorEnd === runEnd) return false;
    index = separatorEnd;
  }
}

function skipSeparator(text: string, start: number): number {
  switch (text[start]) {
    case '.':
      return start + 1;
    case '_':
      return text[start + 1] === '_' ? start + 2 : start + 1;
    case '-':
      return skipWhile(text, start, (code) => code === 0x2d);
    default:
      return start;
  }
}

/** Dot-separated labels of letters, digits and inner dashes, in either case, with an optional port. */
function isHost(text: string): boolean {
  const colon = text.indexOf(':');
  const hostEnd = colon === -1 ? text.length : colon;
  if (colon !== -1) {
    if (colon + 1 === text.length || skipWhile(text, colon + 1, isDigit) !== text.length)
      return false;
  }
  let start = 0;
  for (;;) {
    const end = skipWhile(text, start, isHostCharacter);
    if (end === start || text[start] === '-' || text[end - 1] === '-') return false;
    if (end === hostEnd) return true;
    if (text[end] !== '.') return false;
    start = end + 1;
  }
}

function isHostCharacter(code: number): boolean {
  return isAlphanumeric(code) || code === 0x2d;
}

/** Source: reference-grammar. One to 128 of letters, digits, `_`, `.`, `-`; not starting with `.` or `-`. */
function isTag(text: string): boolean {
  if (text === '' || text.length > MAX_TAG_LENGTH || text[0] === '.' || text[0] === '-')
    return false;
  return skipWhile(text, 0, isTagCharacter) === text.length;
}

function isTagCharacter(code: number): boolean {
  return isAlphanumeric(code) || code === 0x5f || code === 0x2e || code === 0x2d;
}

/**
 * Lower-cases like the server does: code point by code point. JavaScript maps U+0130 to two characters where the
 * simple mapping yields a plain `i`; for everything that can become ASCII the two agree otherwise.
 */
function toLowerCase(text: string): string {
  return text.replaceAll('\u0130', 'i').toLowerCase();
}
