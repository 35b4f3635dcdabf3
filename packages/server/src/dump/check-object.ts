import { isJsonObject } from '@imagestream/core';
import { images, imageStreams } from '@imagestream/image-v1';
import { decodeStruct } from '../decode/decode-typed.js';
import { readJson } from '../decode/read-json.js';
import { TYPE_TABLE } from '../gen/topology.js';
import { DumpError } from './dump-error.js';
import type { DumpObject } from './dump-record.js';

/** The resources that are stored; the others are views on them. */
const stored = [images, imageStreams] as const;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Refuses what this server could not serve: a key that is none of its resources, an object that is not the one its key
 * names, a value of the wrong type. The rules of the API are not asked: a store may hold what older ones allowed.
 *
 * Throws a DumpError without a line number.
 */
export function checkObject({ key, value }: DumpObject): void {
  const place = parseKey(key);
  const object = parseObject(value);
  const { apiVersion, kind, metadata } = object;
  const expected = `${place.group}/${place.version}`;
  if (kind !== place.kind || apiVersion !== expected) {
    const found = `${JSON.stringify(apiVersion)} ${JSON.stringify(kind)}`;
    throw new DumpError(`${key} is of ${expected} ${place.kind}, not of ${found}`);
  }
  if (!isJsonObject(metadata)) throw new DumpError(`${key}: metadata is missing`);
  const { name, namespace, resourceVersion } = metadata;
  if (name !== place.name || namespace !== place.namespace) {
    const found = [namespace, name].filter((part) => part !== undefined).map(quote);
    throw new DumpError(`${key} holds the object ${found.join('/')}: change key and name together`);
  }
  if (resourceVersion !== undefined) {
    throw new DumpError(`${key}: metadata.resourceVersion is the store's to give; leave it out`);
  }
  checkTypes(value, place);
}

interface KeyPlace {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

function parseKey(key: string): KeyPlace {
  const [start, plural, ...names] = key.split('/');
  const resource = start === '' && stored.find((candidate) => candidate.plural === plural);
  if (!resource) {
    const known = stored.map((candidate) => candidate.plural).join(' and ');
    throw new DumpError(`${quote(key)} is no key of ${known}`);
  }
  const { group, version, kind, scope } = resource;
  const [first, second, ...rest] = names;
  const [namespace, name] = scope === 'Namespaced' ? [first, second] : [undefined, first];
  const count = scope === 'Namespaced' ? 2 : 1;
  if (names.length !== count || rest.length > 0 || names.includes('') || name === undefined) {
    const form = scope === 'Namespaced' ? 'namespace/name' : 'name';
    throw new DumpError(`${quote(key)} is no key: they read /${resource.plural}/${form}`);
  }
  return { group, version, kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

function parseObject(value: Uint8Array): Record<string, unknown> {
  let object: unknown;
  try {
    object = JSON.parse(decoder.decode(value));
  } catch (cause) {
    throw new DumpError('base64 holds no JSON', { cause });
  }
  if (isJsonObject(object)) return object;
  throw new DumpError('base64 holds no JSON object');
}

function checkTypes(value: Uint8Array, { kind }: KeyPlace): void {
  try {
    decodeStruct(readJson(value), { table: TYPE_TABLE, struct: kind });
  } catch (cause) {
    throw new DumpError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function quote(value: unknown): string {
  return JSON.stringify(value);
}
