import { alreadyExistsError, notFoundError, type KubeObject } from '@imagestream/core';
import { isStoreError, type Store, type StoredValue } from '@imagestream/store';
import type { WatchCache } from '../cache/watch-cache.js';
import type { ObjectAttributes } from './object-codec.js';
import { plainError } from './plain-error.js';

/** The cache all registries of a server share. */
export type ObjectCache = WatchCache<KubeObject, ObjectAttributes>;

/** What is under a key right now. `revision` 0 = nothing. */
export interface StoredState {
  readonly revision: number;
  readonly value: Uint8Array;
}

/** What a transformation wants done with a key. `keep` writes nothing. */
export type Intent =
  | { readonly type: 'put'; readonly value: Uint8Array }
  | { readonly type: 'delete' }
  | { readonly type: 'keep' };

/** A store with the cache that follows it. Writes return once the cache has seen them. */
export class ObjectStorage {
  readonly store: Store;
  readonly cache: ObjectCache;

  constructor(store: Store, cache: ObjectCache) {
    this.store = store;
    this.cache = cache;
  }

  /** What the key holds, as of the newest write anybody was told about. */
  async read(key: string): Promise<StoredState | undefined> {
    await this.cache.catchUp();
    const entry = this.cache.get(key);
    return entry === undefined ? undefined : { revision: entry.revision, value: entry.value };
  }

  /** Writes a key that must be absent; undefined when it is not. */
  async insert(key: string, value: Uint8Array): Promise<number | undefined> {
    const outcome = await this.#write(key, 0, { type: 'put', value });
    return typeof outcome === 'number' ? outcome : undefined;
  }

  /**
   * Changes a key, starting over as long as others are faster: reads, asks `decide`, and writes if nothing happened in
   * between. `decide` gets undefined for an absent key. Returns the revision the key stands at afterwards: of the write, or
   * unchanged for `keep`. An error of `decide` ends it.
   */
  async change(
    key: string,
    decide: (state: StoredState | undefined) => Promise<Intent>,
  ): Promise<number> {
    let state = await this.read(key);
    for (;;) {
      const intent = await decide(state);
      if (intent.type === 'keep') return state?.revision ?? 0;
      const outcome = await this.#write(key, state?.revision ?? 0, intent);
      if (typeof outcome === 'number') return outcome;
      state = outcome.current;
    }
  }

  async #write(
    key: string,
    expected: number,
    intent: Exclude<Intent, { type: 'keep' }>,
  ): Promise<number | { readonly current: StoredState | undefined }> {
    const result = await this.#txn(key, expected, intent);
    if (result.type === 'refused') return { current: toState(result.current[0]) };
    await this.cache.waitFor(result.revision);
    return result.revision;
  }

  async #txn(
    key: string,
    expected: number,
    intent: Exclude<Intent, { type: 'keep' }>,
  ): ReturnType<Store['txn']> {
    try {
      return await this.store.txn({
        conditions: [{ key, modRevision: expected }],
        operations: [{ ...intent, key }],
      });
    } catch (error) {
      // The text of the real store, which clients of a cluster see as well.
      if (isStoreError(error, 'TooLarge')) throw plainError('etcdserver: request is too large');
      throw error;
    }
  }
}

function toState(stored: StoredValue | undefined): StoredState | undefined {
  return stored === undefined ? undefined : { revision: stored.modRevision, value: stored.value };
}

/** 404 for a missing object. */
export function missing(group: string, resource: string, name: string): Error {
  return notFoundError({ group, resource, name });
}

/** 409 for a name that is taken; says so when the one who has it is on the way out. */
export function taken(
  group: string,
  resource: string,
  { name, beingDeleted }: { readonly name: string; readonly beingDeleted: boolean },
): Error {
  const error = alreadyExistsError({ group, resource, name });
  if (!beingDeleted) return error;
  return Object.assign(error, {
    message: `object is being deleted: ${error.message}`,
    status: { ...error.status, message: `object is being deleted: ${error.message}` },
  });
}
