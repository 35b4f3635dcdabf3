import type { EventBatch, Operation, Store, StoredValue, WatchQuery } from '../store.js';

/** The write that gives a key a text. */
export function put(key: string, text: string): Operation {
  return { type: 'put', key, value: new TextEncoder().encode(text) };
}

/** The write that removes a key. */
export function remove(key: string): Operation {
  return { type: 'delete', key };
}

/** Writes without conditions; returns the revision. */
export async function write(store: Store, ...operations: Operation[]): Promise<number> {
  const result = await store.txn({ conditions: [], operations });
  return result.revision;
}

/** A stored value in one line: `key=text created/modified`. */
export function printStored(stored: StoredValue | undefined): string | undefined {
  if (stored === undefined) return undefined;
  const { key, value, createRevision, modRevision } = stored;
  return `${key}=${new TextDecoder().decode(value)} ${createRevision}/${modRevision}`;
}

/** A batch as one line per event: revision, what is now, what was before. */
export function printBatch({ revision, events }: EventBatch): string[] {
  return events.map((event) => {
    const now = event.type === 'put' ? printStored(event.current) : 'gone';
    const before = event.previous === undefined ? 'nothing' : printStored(event.previous);
    return `${revision}: ${now} after ${before}`;
  });
}

/**
 * Collects the batches of a watch that hold events, until the watch has told everything up to a
 * revision. The revisions the watch names must rise; a violation shows as a line of its own.
 */
export async function collectUntil(
  store: Store,
  query: WatchQuery,
  revision: number,
): Promise<string[][]> {
  const batches: string[][] = [];
  let last = query.afterRevision;
  if (last >= revision) return batches;
  const abort = new AbortController();
  for await (const batch of store.watch({ ...query, signal: abort.signal })) {
    if (batch.revision <= last) batches.push([`revision ${batch.revision} after ${last}`]);
    last = batch.revision;
    if (batch.events.length > 0) batches.push(printBatch(batch));
    if (last >= revision) break;
  }
  abort.abort();
  return batches;
}

/** A range read in printable form. */
export async function readRange(
  store: Store,
  ...query: Parameters<Store['range']>
): Promise<unknown> {
  const { revision, entries, more } = await store.range(...query);
  return { revision, more, entries: entries.map(printStored) };
}

/** A key read in printable form. */
export async function readKey(store: Store, key: string, revision?: number): Promise<unknown> {
  return printStored(await store.get(key, revision));
}
