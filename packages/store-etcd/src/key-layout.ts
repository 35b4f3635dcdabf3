import { compareKeys, StoreError } from '@imagestream/store';

/** Where a store keeps its keys when nobody says otherwise. */
export const defaultPrefix = '/imagestream-kit';

/** Keys of etcd from `key` up to but without `rangeEnd`. */
export interface KeyRange {
  readonly key: Uint8Array;
  readonly rangeEnd: Uint8Array;
}

/**
 * Which keys of etcd a store uses. Below its prefix there are
 *
 * - `/objects` followed by the store's own key: what is stored, with the id of the transaction that
 *   wrote it,
 * - `/mark`: written, with their id, by transactions that only delete, and without one to make a
 *   revision that every watch sees,
 * - `/fences/<instance>`: written when an instance has to know what became of its transactions,
 * - `/leaders/<name>`: who leads, for as long as a lease runs.
 *
 * Source: store-etcd-keys.
 */
export class KeyLayout {
  readonly prefix: string;
  readonly mark: Uint8Array;
  /** Everything of this store, whatever it is. */
  readonly all: KeyRange;
  readonly #objects: string;
  readonly #objectBytes: Uint8Array;

  /** Throws a `StoreError` of code `InvalidArgument` for a prefix that is no path. */
  constructor(prefix: string = defaultPrefix) {
    const path = prefix.replace(/\/+$/, '');
    if (!/^(\/[^\0/]+)+$/.test(path)) {
      throw new StoreError(
        'InvalidArgument',
        `not a prefix for keys of etcd: ${JSON.stringify(prefix)}; use a path such as ${JSON.stringify(defaultPrefix)}`,
      );
    }
    this.prefix = path;
    this.mark = toBytes(`${path}/mark`);
    this.all = rangeOf(toBytes(`${path}/`));
    this.#objects = `${path}/objects`;
    this.#objectBytes = toBytes(this.#objects);
  }

  /** The key of an object. */
  object(key: string): Uint8Array {
    return toBytes(this.#objects + key);
  }

  /** The objects with a prefix, from the one after `startAfter` on. */
  objects(prefix: string, startAfter = ''): KeyRange {
    const { key, rangeEnd } = rangeOf(this.object(prefix));
    const after = `${startAfter}\0`;
    return {
      key: startAfter !== '' && compareKeys(after, prefix) > 0 ? this.object(after) : key,
      rangeEnd,
    };
  }

  /** The store's own key of an object; undefined for keys that are no objects. */
  keyOf(bytes: Uint8Array): string | undefined {
    const start = this.#objectBytes;
    if (bytes.length <= start.length || !startsWith(bytes, start)) return undefined;
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8', start.length);
  }

  fence(instance: string): Uint8Array {
    return toBytes(`${this.prefix}/fences/${instance}`);
  }

  leader(name: string): Uint8Array {
    return toBytes(`${this.prefix}/leaders/${name}`);
  }
}

/** Whether two keys are the same bytes. */
export function sameKey(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && startsWith(a, b);
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  for (let i = start.length - 1; i >= 0; i -= 1) {
    if (bytes[i] !== start[i]) return false;
  }
  return true;
}

function toBytes(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}

/** All keys that begin with some bytes. UTF-8 has no byte 0xff, so the last one can always be raised. */
function rangeOf(start: Uint8Array): KeyRange {
  const rangeEnd = Uint8Array.from(start);
  rangeEnd[rangeEnd.length - 1] = (rangeEnd.at(-1) ?? 0) + 1;
  return { key: start, rangeEnd };
}
