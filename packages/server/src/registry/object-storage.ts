import { alreadyExistsError, notFoundError, type KubeObject } from '@imagestream/core';
import { isStoreError, type Store, type StoredValue } from '@imagestream/store';
import { storeIsSilent } from '../cache/store-head.js';
import type { WatchCache } from '../cache/watch-cache.js';
import { timeLimited } from '../time-limited.js';
import { within } from '../within.js';
import type { ObjectAttributes } from './object-codec.js';
import { plainError } from './plain-error.js';
import { outOfTime, unknownOutcome } from './unfinished-write.js';

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

/** How long the store may take to write. The real server gives a write thirty-four seconds in all. */
const writeLimitMs = 30_000;

/**
 * A store with the cache that follows it. Everything that is decided here is decided on the newest state, of whichever replica:
 * what is read comes through the store, and what is written is conditional on what it was made from.
 *
 * A write returns once the cache has seen it, but does not wait for a cache that lags: it is durable, and the answer is true.
 * Nobody reads anything older because of that. Reads that want the newest state, or one not older than that of the answer, go
 * through the store or wait for the cache by themselves; those that take any state were never promised this one.
 *
 * Source: replica-freshness, replica-write-outcome.
 */
export class ObjectStorage {
  readonly store: Store;
  readonly cache: ObjectCache;

  constructor(store: Store, cache: ObjectCache) {
    this.store = store;
    this.cache = cache;
  }

  /**
   * What the key holds, as of the newest write anybody was told about. Rejects with the store's error; nothing has happened
   * then.
   */
  read(key: string): Promise<StoredState | undefined> {
    return this.cache.latest(key);
  }

  /** Writes a key that must be absent. Returns the revision of the write, or what the key holds. */
  async insert(key: string, value: Uint8Array): Promise<number | StoredState> {
    const outcome = await this.#write(key, 0, { type: 'put', value });
    if (typeof outcome === 'number') return outcome;
    if (outcome.current === undefined)
      throw new Error(`the store refused to write ${key}, which is free`);
    return outcome.current;
  }

  /**
   * Changes a key, starting over as long as others are faster: asks `decide`, and writes if nothing happened in between.
   * `decide` gets undefined for an absent key. Returns the revision the key stands at afterwards: of the write, or unchanged for
   * `keep`. An error of `decide` ends it.
   *
   * `decide` is asked about what the cache holds first, since a write that goes through proves that nothing was newer. Where it
   * does not want to write, or refuses, that counts only for the newest state; if that is another one, it is asked again.
   *
   * Throws a StatusError Timeout when others were faster for half a minute or `signal` has aborted; then nothing was
   * written. Throws another one when the store does not confirm the write: see `unknownOutcome`.
   */
  async change(
    key: string,
    decide: (state: StoredState | undefined) => Promise<Intent>,
    signal?: AbortSignal,
  ): Promise<number> {
    let state: StoredState | undefined = this.cache.get(key);
    let isNewest = false;
    let life: AbortSignal | undefined;
    for (;;) {
      const verdict = await judge(decide, state);
      if (!isNewest && verdict.type !== 'write') {
        const newest = await this.read(key);
        isNewest = true;
        if (newest?.revision !== state?.revision) {
          state = newest;
          continue;
        }
      }
      if (verdict.type === 'refuse') throw verdict.error;
      if (verdict.type === 'keep') return state?.revision ?? 0;
      const outcome = await this.#write(key, state?.revision ?? 0, verdict.intent);
      if (typeof outcome === 'number') return outcome;
      state = outcome.current;
      isNewest = true;
      life ??= lifeOf(signal);
      if (life.aborted) throw outOfTime();
    }
  }

  async #write(
    key: string,
    expected: number,
    intent: Exclude<Intent, { type: 'keep' }>,
  ): Promise<number | { readonly current: StoredState | undefined }> {
    const result = await this.#txn(key, expected, intent);
    if (result.type === 'refused') return { current: toState(result.current[0]) };
    await this.cache.noticeWrite(result.revision);
    return result.revision;
  }

  async #txn(
    key: string,
    expected: number,
    intent: Exclude<Intent, { type: 'keep' }>,
  ): ReturnType<Store['txn']> {
    const writing = this.store.txn({
      conditions: [{ key, modRevision: expected }],
      operations: [{ ...intent, key }],
    });
    try {
      return await within(writing, writeLimitMs, storeIsSilent);
    } catch (error) {
      // The text of the real store, which clients of a cluster see as well.
      if (isStoreError(error, 'TooLarge')) throw plainError('etcdserver: request is too large');
      if (isStoreError(error, 'Unavailable') && !error.unwritten) throw unknownOutcome(error);
      throw error;
    }
  }
}

type Verdict =
  | { readonly type: 'write'; readonly intent: Exclude<Intent, { type: 'keep' }> }
  | { readonly type: 'keep' }
  | { readonly type: 'refuse'; readonly error: unknown };

async function judge(
  decide: (state: StoredState | undefined) => Promise<Intent>,
  state: StoredState | undefined,
): Promise<Verdict> {
  try {
    const intent = await decide(state);
    return intent.type === 'keep' ? intent : { type: 'write', intent };
  } catch (error) {
    return { type: 'refuse', error };
  }
}

/** How long a write that meets others goes on trying. */
function lifeOf(signal: AbortSignal | undefined): AbortSignal {
  return signal === undefined
    ? AbortSignal.timeout(writeLimitMs)
    : timeLimited(signal, writeLimitMs);
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
