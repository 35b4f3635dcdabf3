import type { StoredValue } from '@imagestream/store';
import type { KeyLayout } from './key-layout.js';
import type { KeyValue } from './rpc/etcd-api.js';

/** An object as the store tells of it; undefined for keys of etcd that are none. */
export function storedValue(
  keys: KeyLayout,
  { key: bytes, value, createRevision, modRevision }: KeyValue,
): StoredValue | undefined {
  const key = keys.keyOf(bytes);
  return key === undefined ? undefined : { key, value, createRevision, modRevision };
}
