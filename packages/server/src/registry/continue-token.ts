import { badRequestError, isJsonObject } from '@imagestream/core';

/** Where a paged list goes on. */
export interface ContinuePosition {
  /** The snapshot to read; absent = the newest state (the list is then not of one piece). */
  readonly revision?: number;
  /** The first key to consider, relative to the collection: begins with `/`, ends with NUL. */
  readonly start: string;
}

const version = 'meta.k8s.io/v1';

/** A token for the page after the one that ended before `start`. Source: api-list-continue. */
export function encodeContinueToken(position: ContinuePosition): string {
  const token = { v: version, rv: position.revision ?? -1, start: position.start };
  return toBase64Url(JSON.stringify(token));
}

/** Reads a token; throws 400 in the server's words when it is none of ours. */
export function decodeContinueToken(text: string): ContinuePosition {
  const token = parseToken(text);
  if (token['v'] !== version) {
    refuse(`server does not recognize this encoded version ${JSON.stringify(token['v'] ?? '')}`);
  }
  const { rv = 0, start = '' } = token;
  if (typeof rv !== 'number' || typeof start !== 'string') refuse('a member has another type');
  if (rv === 0) refuse(`incorrect encoded start resourceVersion (version ${version})`);
  if (start === '') refuse(`encoded start key empty (version ${version})`);
  const key = start.startsWith('/') ? start : `/${start}`;
  if (!isCleanPath(key)) refuse(start);
  return rv < 0 ? { start: key } : { revision: rv, start: key };
}

function parseToken(text: string): Record<string, unknown> {
  let json: string;
  try {
    json = fromBase64Url(text);
  } catch {
    return refuse('encoding is not valid', '');
  }
  let token: unknown;
  try {
    token = JSON.parse(json);
  } catch (error) {
    return refuse(error instanceof Error ? error.message : 'no JSON');
  }
  return isJsonObject(token) ? token : refuse('no object');
}

function refuse(why: string, lead = 'continue key is not valid: '): never {
  throw badRequestError(`invalid continue token: ${lead}${why}`);
}

/** A path no part of which is empty, `.` or `..`: a key inside its collection. */
function isCleanPath(key: string): boolean {
  const [, ...segments] = key.split('/');
  return segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..');
}

function toBase64Url(text: string): string {
  const binary = String.fromCharCode(...new TextEncoder().encode(text));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function fromBase64Url(text: string): string {
  if (/[^A-Za-z0-9_-]/.test(text)) throw new RangeError('not base64url');
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return new TextDecoder().decode(Uint8Array.from(binary, (char) => char.charCodeAt(0)));
}
