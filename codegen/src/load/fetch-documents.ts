import type { DiagnosticBag } from '../diagnostics.js';
import { isJsonObject, objectOf, ownValue, stringOf } from '../json.js';
import type { JsonObject, JsonValue } from '../json.js';
import { parseDocuments } from './load-inputs.js';
import type { NamedDocument } from './named-document.js';

/** Reads the text behind a URL; undefined when the server does not have it. Throws when nobody answers. */
export type FetchText = (url: string) => Promise<string | undefined>;

/**
 * The documents behind a URL, which may be: a document; an `/openapi/v3` index, of which the groups
 * asked for are fetched (all when none is named); or a server's base URL, whose index is looked for.
 */
export async function fetchDocuments(
  url: string,
  groups: readonly string[],
  read: FetchText,
  bag: DiagnosticBag,
): Promise<readonly NamedDocument[]> {
  // A server may refuse to list its paths and serve its documents all the same.
  const root = await fetchJson(url, read, bag, { optional: true });
  if (root !== undefined && isIndex(root)) return fetchIndex(url, root, groups, read, bag);
  if (root !== undefined && !Array.isArray(ownValue(root, 'paths')))
    return [{ id: nameOf(url), root }];
  const base = url.replace(/\/+$/, '');
  const index = await fetchJson(`${base}/openapi/v3`, read, bag, { optional: true });
  if (index !== undefined && isIndex(index)) {
    return fetchIndex(`${base}/openapi/v3`, index, groups, read, bag);
  }
  const whole = await fetchJson(`${base}/openapi/v2`, read, bag);
  return whole === undefined ? [] : [{ id: 'openapi-v2.json', root: whole }];
}

async function fetchIndex(
  url: string,
  index: JsonObject,
  groups: readonly string[],
  read: FetchText,
  bag: DiagnosticBag,
): Promise<readonly NamedDocument[]> {
  const paths = objectOf(index, 'paths') ?? {};
  const wanted = Object.keys(paths)
    .sort()
    .filter((path) => groups.length === 0 || groups.some((group) => isPathOf(path, group)));
  const found: NamedDocument[] = [];
  for (const path of wanted) {
    const relative = stringOf(objectOf(paths, path) ?? {}, 'serverRelativeURL');
    if (relative === undefined) continue;
    const root = await fetchJson(new URL(relative, url).href, read, bag);
    if (root !== undefined) found.push({ id: `${path.replaceAll('/', '__')}.json`, root });
  }
  return found;
}

function isPathOf(path: string, group: string): boolean {
  return path === (group.includes('/') ? `apis/${group}` : `api/${group}`);
}

function isIndex(root: JsonObject): boolean {
  const paths = ownValue(root, 'paths');
  if (!isJsonObject(paths) || ownValue(root, 'openapi') !== undefined) return false;
  const first: JsonValue | undefined = Object.values(paths)[0];
  return isJsonObject(first) && ownValue(first, 'serverRelativeURL') !== undefined;
}

async function fetchJson(
  url: string,
  read: FetchText,
  bag: DiagnosticBag,
  options: { readonly optional?: boolean } = {},
): Promise<JsonObject | undefined> {
  const source = { file: url, pointer: '' };
  try {
    const text = await read(url);
    if (text !== undefined) return parseDocuments(nameOf(url), text, bag)[0]?.root;
    if (options.optional !== true) bag.error('input-unreadable', source, `${url} has no document`);
  } catch (error) {
    // Node hides the reason, such as a refused connection, in the cause.
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    bag.error('input-unreadable', source, `${url}: ${String(cause)}`);
  }
  return undefined;
}

function nameOf(url: string): string {
  const { pathname } = new URL(url);
  const name = pathname
    .split('/')
    .filter((part) => part !== '')
    .join('__');
  return name === '' ? 'document.json' : name.endsWith('.json') ? name : `${name}.json`;
}
