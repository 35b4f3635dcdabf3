import type { KubeObject, ObjectMeta } from '@imagestream/core';
import type { CacheCodec, StoredObject } from '../cache/cache-entry.js';
import { encodeSentUtf8 } from './encode-utf8.js';

/** The little of an object that selectors look at. */
export interface ObjectAttributes {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Kind-specific selectable fields, `metadata.*` left out. */
  readonly fields: Readonly<Record<string, string>>;
}

/** What reading a stored resource needs to know of it. */
export interface StoredKind {
  readonly decorate?: (object: KubeObject) => void;
  readonly selectableFields?: (object: KubeObject) => Readonly<Record<string, string>>;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The order in which metadata is written, the one of the real server's encoder. */
const metadataOrder = [
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
] as const satisfies readonly (keyof ObjectMeta)[];

/** The same object with kind, apiVersion and metadata first, metadata in the server's order. Shares what is below. */
export function arrange<T extends KubeObject>(object: T): T {
  const { kind, apiVersion, metadata, ...rest } = object;
  const ordered: ObjectMeta = {};
  for (const name of metadataOrder) copyIfPresent(ordered, metadata, name);
  return { kind, apiVersion, metadata: ordered, ...rest } as unknown as T; // The same members in another order.
}

function copyIfPresent<K extends keyof ObjectMeta>(
  to: ObjectMeta,
  from: ObjectMeta,
  name: K,
): void {
  const value = from[name];
  if (value !== undefined) to[name] = value;
}

/** An object as the store keeps it: JSON without the resourceVersion, which only the write itself decides. */
export function encodeStored(object: KubeObject): Uint8Array {
  const { resourceVersion: _dropped, ...metadata } = object.metadata;
  return encoder.encode(JSON.stringify(arrange({ ...object, metadata })));
}

/** An object out of the store, with its resourceVersion put in; a fresh copy on every call. */
export function decodeStored<T extends KubeObject>(value: Uint8Array, revision: number): T {
  const object = JSON.parse(decoder.decode(value)) as T; // Written by encodeStored from a T.
  object.metadata.resourceVersion = String(revision);
  return arrange(object);
}

/** The bytes clients get for an object: one line of compact JSON. */
export function encodeJson(object: unknown): Uint8Array {
  return encodeSentUtf8(`${JSON.stringify(object)}\n`);
}

/** What the watch cache needs, for all stored resources of one store; `kindOf` finds one by a storage key. */
export function makeObjectCodec(
  kindOf: (key: string) => StoredKind,
): CacheCodec<KubeObject, ObjectAttributes> {
  return {
    decode(stored: StoredObject): KubeObject {
      const object = decodeStored(stored.value, stored.revision);
      kindOf(stored.key).decorate?.(object);
      return object;
    },
    encode: encodeJson,
    attributes(object: KubeObject, stored: StoredObject): ObjectAttributes {
      const { decorate, selectableFields } = kindOf(stored.key);
      const asStored =
        decorate === undefined ? object : decodeStored(stored.value, stored.revision);
      return {
        namespace: object.metadata.namespace ?? '',
        name: object.metadata.name ?? '',
        labels: object.metadata.labels ?? {},
        fields: selectableFields?.(asStored) ?? {},
      };
    },
  };
}
