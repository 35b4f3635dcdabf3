import { StoreError, type StoredValue } from '@imagestream/store';
import type { KeyLayout } from './key-layout.js';
import type { KeyValue } from './rpc/etcd-api.js';
import { decodeStamped } from './stamp.js';

/**
 * An object as the store tells of it; undefined for keys of etcd that are none. Throws a `StoreError`
 * of code `Damaged` for one that no store has written.
 */
export function storedValue(
  keys: KeyLayout,
  { key: bytes, value, createRevision, modRevision }: KeyValue,
): StoredValue | undefined {
  const key = keys.keyOf(bytes);
  if (key === undefined) return undefined;
  const stamped = decodeStamped(value);
  if (stamped !== undefined) return { key, value: stamped.value, createRevision, modRevision };
  throw new StoreError(
    'Damaged',
    `${keys.prefix} holds keys that this store did not write, such as ${JSON.stringify(key)}: choose another prefix, or remove them`,
  );
}
