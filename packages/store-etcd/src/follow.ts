import { compacted } from '@imagestream/store';
import type { EventBatch, StoredValue, StoreEvent } from '@imagestream/store';
import type { KeyLayout } from './key-layout.js';
import type { WatchPosition } from './progress.js';
import { backoffMs, sleep } from './rpc/backoff.js';
import { EtcdError, type EtcdApi, type WatchEvent, type WatchResponse } from './rpc/etcd-api.js';
import { isEtcdError, toStoreError } from './store-errors.js';
import { storedValue } from './stored-value.js';

/** What is followed, and how. */
export interface FollowOptions {
  readonly etcd: EtcdApi;
  readonly keys: KeyLayout;
  readonly prefix: string;
  readonly afterRevision: number;
  /** Ends it without an error. */
  readonly signal: AbortSignal;
  /** Is told how far it got. */
  readonly position: WatchPosition;
  readonly random: () => number;
  /** Told of each time a member was lost. */
  readonly onError: (error: unknown) => void;
}

/**
 * Follows a store's changes over lost connections, members and leaders, without a gap and without a
 * repeat, until the signal aborts. Throws a `StoreError` of code `Compacted` when history no longer
 * reaches back to where it stands.
 *
 * All keys of the store are watched, whatever the prefix, so every revision of the store arrives here
 * and is passed on as progress when nothing in it matches; of revisions that are others' marks tell.
 *
 * A watch begins at the last revision that was seen, not after it: if that has been compacted away,
 * etcd says so; a watch from the one after it could lose a delete that compaction removed.
 *
 * Source: store-etcd-watch.
 */
export async function* follow(options: FollowOptions): AsyncGenerator<EventBatch> {
  const { etcd, keys, position, signal, random, onError } = options;
  let seen = options.afterRevision;
  let attempt = 0;
  while (!signal.aborted) {
    const request = { ...keys.all, startRevision: seen, prevKv: true, progressNotify: true };
    try {
      for await (const response of etcd.watch(request, signal)) {
        checkGoesOn(response, seen);
        attempt = 0;
        for (const batch of toBatches(response, { ...options, seen })) {
          seen = batch.revision;
          if (response.events.length > 0) position.saw(seen);
          else position.reached(seen);
          position.busy();
          yield batch;
          if (signal.aborted) return;
        }
        position.ready();
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!isEtcdError(error, 'Unavailable')) throw toStoreError(error, seen);
      onError(error);
    }
    position.busy();
    attempt += 1;
    await sleep(backoffMs(attempt, random), [signal]);
  }
}

/** Throws when etcd ended the watch. */
function checkGoesOn(
  { canceled, compactRevision, cancelReason }: WatchResponse,
  seen: number,
): void {
  if (!canceled) return;
  if (compactRevision > 0) throw compacted(seen, compactRevision);
  throw new EtcdError('Unavailable', `etcd ended the watch: ${cancelReason || 'no reason given'}`, {
    outcome: 'none',
  });
}

/** The revisions of an answer that were not seen before, each with its events below the prefix. */
function toBatches(
  { events, header, created }: WatchResponse,
  { keys, prefix, seen }: Pick<FollowOptions, 'keys' | 'prefix'> & { readonly seen: number },
): EventBatch[] {
  const batches: { revision: number; events: StoreEvent[] }[] = [];
  // The first answer tells what revision etcd stands at, not how far this watch got.
  const isProgress = events.length === 0 && !created && header.revision > seen;
  if (isProgress) batches.push({ revision: header.revision, events: [] });
  for (const event of events) {
    const { modRevision } = event.kv;
    // Of the last revision that was seen, what was before may be gone: nothing is made of it.
    if (modRevision <= seen) continue;
    let batch = batches.at(-1);
    if (batch?.revision !== modRevision) {
      batch = { revision: modRevision, events: [] };
      batches.push(batch);
    }
    const stored = toStoreEvent(keys, event);
    if (stored !== undefined && keyOf(stored).startsWith(prefix)) batch.events.push(stored);
  }
  return batches;
}

/** The event of an object; undefined for keys that are none. */
function toStoreEvent(keys: KeyLayout, { type, kv, prevKv }: WatchEvent): StoreEvent | undefined {
  const previous = prevKv && storedValue(keys, prevKv);
  if (type === 'delete') {
    if (keys.keyOf(kv.key) === undefined) return undefined;
    return { type, previous: required(previous, kv.modRevision) };
  }
  const current = storedValue(keys, kv);
  if (current === undefined) return undefined;
  if (kv.createRevision === kv.modRevision) return { type, current };
  return { type, current, previous: required(previous, kv.modRevision) };
}

/** etcd leaves out what a key held before when that was compacted away. */
function required(previous: StoredValue | undefined, revision: number): StoredValue {
  if (previous === undefined) throw compacted(revision - 1, revision);
  return previous;
}

function keyOf(event: StoreEvent): string {
  return event.type === 'put' ? event.current.key : event.previous.key;
}
