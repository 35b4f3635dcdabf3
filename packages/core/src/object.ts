import type { ListMeta, ObjectMeta } from './gen/meta-v1.js';

/** What every top-level object has. Items of a typed list come from the server without apiVersion and kind. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** A page of a collection, as a list answers it. `items` of some servers is null when empty. */
export interface ObjectList<T = KubeObject> {
  apiVersion: string;
  kind: string;
  metadata: ListMeta;
  items: T[] | null;
}

/** Whether a value is a JSON object: not null, not a list. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value has apiVersion, kind and metadata of the right types. Says nothing about the rest. */
export function isKubeObject(value: unknown): value is KubeObject {
  return (
    isJsonObject(value) &&
    typeof value['apiVersion'] === 'string' &&
    typeof value['kind'] === 'string' &&
    isJsonObject(value['metadata'])
  );
}

/** Whether a value is a list of objects: kind ends in `List` and `items` is a list or null. */
export function isObjectList(value: unknown): value is ObjectList {
  return (
    isJsonObject(value) &&
    typeof value['kind'] === 'string' &&
    value['kind'].endsWith('List') &&
    (Array.isArray(value['items']) || value['items'] === null)
  );
}
