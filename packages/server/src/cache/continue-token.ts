/** Where a paged list goes on. */
export interface ContinuePosition {
  /** The first key to consider. */
  readonly start: string;
  /** The revision all pages are cut from; absent = the newest, whatever it then is. */
  readonly revision: number | undefined;
}

/**
 * A continue token that cannot be used. The message is what the API server prints after
 * `invalid continue token: `.
 */
export class ContinueTokenError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ContinueTokenError';
  }
}

const tokenVersion = 'meta.k8s.io/v1';

/**
 * Writes the token of a next page: the position relative to the collection, so that a client learns
 * nothing of how the store names its keys. `prefix` is the collection's, ending in a slash.
 */
export function formatContinueToken(
  prefix: string,
  { start, revision = -1 }: ContinuePosition,
): string {
  const relative = `/${start.slice(prefix.length)}`;
  return encodeBase64Url(JSON.stringify({ v: tokenVersion, rv: revision, start: relative }));
}

/**
 * Reads a token for a collection. Any revision below 0 means the newest. A token of another
 * collection is not refused: its position is taken as one of this collection, as the API server
 * does, and can never lead out of it.
 *
 * Throws a `ContinueTokenError`.
 */
export function parseContinueToken(prefix: string, token: string): ContinuePosition {
  const { v, rv, start } = parseFields(decodeBase64Url(token));
  if (v !== tokenVersion) {
    throw invalid(`server does not recognize this encoded version ${JSON.stringify(v)}`);
  }
  if (rv === 0) {
    throw invalid(`incorrect encoded start resourceVersion (version ${tokenVersion})`);
  }
  if (start === '') throw invalid(`encoded start key empty (version ${tokenVersion})`);
  const path = start.startsWith('/') ? start : `/${start}`;
  if (!isCleanPath(path)) throw invalid(start);
  return { start: prefix + path.slice(1), revision: rv < 0 ? undefined : rv };
}

function invalid(reason: string): ContinueTokenError {
  return new ContinueTokenError(`continue key is not valid: ${reason}`);
}

interface TokenFields {
  readonly v: string;
  readonly rv: number;
  readonly start: string;
}

/** Absent fields are empty, as a Go server reads them. */
function parseFields(text: string): TokenFields {
  const { v = '', rv = 0, start = '' } = parseJsonObject(text);
  if (typeof v !== 'string') throw wrongType(v, 'v', 'string');
  if (typeof rv !== 'number' || !Number.isSafeInteger(rv)) throw wrongType(rv, 'rv', 'int64');
  if (typeof start !== 'string') throw wrongType(start, 'start', 'string');
  return { v, rv, start };
}

function parseJsonObject(text: string): { v?: unknown; rv?: unknown; start?: unknown } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The reason is told in the words of the API server, which are not those of this engine.
    throw invalid(jsonComplaint(text));
  }
  if (value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw wrongType(value, '', '');
  return value;
}

/** The API server's words for the two mistakes a mangled token leads to. */
function jsonComplaint(text: string): string {
  const first = text.trimStart().at(0);
  if (first === undefined) return 'unexpected end of JSON input';
  return first === '{'
    ? 'unexpected end of JSON input'
    : `invalid character ${quoteCharacter(first)} looking for beginning of value`;
}

function quoteCharacter(character: string): string {
  if (character === "'") return `'\\''`;
  if (character === '"') return `'"'`;
  return `'${JSON.stringify(character).slice(1, -1)}'`;
}

function wrongType(value: unknown, field: string, type: string): ContinueTokenError {
  const found = Array.isArray(value)
    ? 'array'
    : value === true || value === false
      ? 'bool'
      : typeof value;
  const place =
    field === ''
      ? 'value of type storage.continueToken'
      : `struct field continueToken.${field} of type ${type}`;
  return invalid(`json: cannot unmarshal ${found} into Go ${place}`);
}

/** Whether a path has no empty, `.` or `..` segment and no slash at its end. */
function isCleanPath(path: string): boolean {
  if (path === '/') return true;
  const segments = path.slice(1).split('/');
  return segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..');
}

function encodeBase64Url(text: string): string {
  let binary = '';
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Reads unpadded base64 with the URL alphabet; line breaks are skipped. */
function decodeBase64Url(token: string): string {
  const bad = /[^A-Za-z0-9_\r\n-]/.exec(token);
  if (bad !== null) throw invalid(`illegal base64 data at input byte ${bad.index}`);
  const digits = token.replaceAll(/[\r\n]/g, '');
  if (digits.length % 4 === 1) {
    throw invalid(`illegal base64 data at input byte ${digits.length - 1}`);
  }
  const binary = atob(digits.replaceAll('-', '+').replaceAll('_', '/'));
  return new TextDecoder().decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
}
