import type { KubeObject, Status } from '@imagestream/core';
import { toYamlText } from '../print/yaml-text.js';
import type { ListResult, ResourceInfo } from '../registry/rest.js';
import type { EntryPage, ObjectEntry } from '../registry/stored-rest.js';
import { encodeUtf8, joinBytes, type BytesBody } from './exchange.js';

/** How objects are written: `apiVersion` is that of the surface asked, the group's or the legacy one. */
export interface Encoding {
  readonly format: 'json' | 'yaml';
  readonly pretty: boolean;
  readonly apiVersion: string;
}

/** The apiVersion stored objects carry. */
export const groupApiVersion = 'image.openshift.io/v1';

/** The Content-Type of an answer in a format: the bare type, no charset. */
export function contentTypeOf(format: 'json' | 'yaml'): string {
  return `application/${format}`;
}

/** Any value as an answer body; ends with a newline. */
export function encodeValue(
  value: unknown,
  { format, pretty }: Omit<Encoding, 'apiVersion'>,
): Uint8Array {
  if (format === 'yaml') return encodeUtf8(toYamlText(value));
  return encodeUtf8(`${JSON.stringify(value, undefined, pretty ? 2 : undefined)}\n`);
}

/** A value as one line of compact JSON. */
export function encodeUtf8Json(value: unknown): Uint8Array {
  return encodeUtf8(`${JSON.stringify(value)}\n`);
}

/** An object or Status under the surface's apiVersion. */
export function encodeObject(object: KubeObject | Status, encoding: Encoding): Uint8Array {
  return encodeValue(withSurfaceVersion(object, encoding), encoding);
}

function withSurfaceVersion<T extends object>(object: T, { apiVersion }: Encoding): T {
  if (apiVersion === groupApiVersion) return object;
  return 'apiVersion' in object && object.apiVersion === groupApiVersion
    ? { ...object, apiVersion }
    : object;
}

/** A cached object. As plain JSON it costs nothing: the bytes are those of the cache. */
export function encodeEntry(entry: ObjectEntry, encoding: Encoding): Uint8Array {
  const { format, pretty, apiVersion } = encoding;
  if (format === 'json' && !pretty && apiVersion === groupApiVersion) return entry.bytes;
  return encodeObject(entry.object, encoding);
}

/** A typed list: its items carry no apiVersion and kind. */
export function encodeList(list: ListResult, info: ResourceInfo, encoding: Encoding): Uint8Array {
  const items = list.items.map(({ apiVersion: _version, kind: _kind, ...item }) => item);
  const { apiVersion } = encoding;
  return encodeValue({ kind: info.listKind, apiVersion, metadata: list.metadata, items }, encoding);
}

/** A page of cached objects, its items spliced from their bytes. */
export function encodePage(page: EntryPage, info: ResourceInfo, encoding: Encoding): BytesBody {
  const { entries, ...metadata } = page;
  if (encoding.format !== 'json' || encoding.pretty) {
    return encodeList({ metadata, items: entries.map(({ object }) => object) }, info, encoding);
  }
  const { apiVersion } = encoding;
  const head = JSON.stringify({ kind: info.listKind, apiVersion, metadata });
  const items = joinItems(entries, info);
  const start = encodeUtf8(`${head.slice(0, -1)},"items":[`);
  return [start, items, listEnd];
}

const listEnd = encodeUtf8(']}\n');
const comma = encodeUtf8(',');
const openBrace = encodeUtf8('{');

/** The joined items of pages that were asked for before. The cache returns the same array for the same page. */
const joinedItems = new WeakMap<readonly ObjectEntry[], Uint8Array>();

function joinItems(entries: readonly ObjectEntry[], info: ResourceInfo): Uint8Array {
  const known = joinedItems.get(entries);
  if (known !== undefined) return known;
  const prefixLength = typePrefix(info).length;
  const pieces: Uint8Array[] = [];
  for (const entry of entries) {
    if (pieces.length > 0) pieces.push(comma);
    // The bytes of an object begin with its type and end with a newline; an item has neither.
    pieces.push(openBrace, entry.bytes.subarray(prefixLength, -1));
  }
  const joined = joinBytes(pieces);
  joinedItems.set(entries, joined);
  return joined;
}

function typePrefix({ kind }: ResourceInfo): Uint8Array {
  return encodeUtf8(`{"kind":"${kind}","apiVersion":"${groupApiVersion}",`);
}
