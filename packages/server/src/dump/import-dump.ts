/**
 * Writes a dump into a store. While it writes, a marker is in the store; it goes in the first transaction in and in the
 * last one out. Every transaction depends on the marker being as this import left it, and every key on being what it was
 * before, so that nothing anybody else wrote is overwritten.
 */
import { compareKeys, type Store } from '@imagestream/store';
import type { CheckedDump, DumpEntry } from './check-dump.js';
import { disturbed, ImportError } from './import-error.js';
import { MarkedWriter, type Change } from './marked-writer.js';
import { readPages } from './store-pages.js';
import { importMarkerKey, UnfinishedImportError } from './unfinished-import.js';

/** How a dump gets into a store. */
export interface ImportOptions {
  /** Remove what the store holds. Default false: a store that is not empty is refused. */
  readonly replace?: boolean;
  /** Ends it between two transactions; the store is then one with an unfinished import. */
  readonly signal?: AbortSignal;
}

/** What was imported. */
export interface ImportReport {
  readonly objects: number;
  /** How many objects were there before and are not in the dump. */
  readonly removed: number;
  /** The revision the store stands at now. */
  readonly revision: number;
}

/**
 * Writes a checked dump into a store, removes the rest if it may, compares the outcome with the dump, and forgets the
 * history before: clients that come with a resourceVersion of another store have to list again.
 *
 * One that is ended before its end leaves a store that `createImageServer` and `exportDump` refuse; a second import with
 * `replace` makes it whole. Nobody else may write meanwhile; if somebody does, that is left as it is and reported.
 *
 * Source: server-import-target, server-import-order, server-import-forgets, server-import-unfinished.
 *
 * Rejects with an ImportError, the store's error, an error of reading the dump, or the reason of the signal.
 */
export async function importDump(
  store: Store,
  dump: CheckedDump,
  { replace = false, signal }: ImportOptions = {},
): Promise<ImportReport> {
  const target = await readTarget(store);
  if (!replace) refuseUsed(target);
  const { existing, marker } = target;
  signal?.throwIfAborted();
  const writer = await MarkedWriter.start(store, { marker, signal });
  for (const entry of dump.entries) {
    const expected = existing.get(entry.key) ?? 0;
    await writer.add({ type: 'put', key: entry.key, value: await dump.read(entry), expected });
  }
  const rest = removals(existing, dump.entries);
  for (const change of rest) await writer.add(change);
  await writer.flush();
  await compare(store, dump, writer.revision);
  await store.compact(writer.revision);
  const revision = await writer.finish();
  return { objects: dump.entries.length, removed: rest.length, revision };
}

/**
 * Refuses a store that an import without `replace` would refuse, as that does before it writes anything.
 *
 * Rejects with an ImportError of code `NotEmpty`, an UnfinishedImportError, or the store's error.
 */
export async function refuseUsedStore(store: Store): Promise<void> {
  refuseUsed(await readTarget(store));
}

interface Target {
  /** The revision of each object's last write. */
  readonly existing: ReadonlyMap<string, number>;
  /** The same of the marker; 0 without one. */
  readonly marker: number;
}

async function readTarget(store: Store): Promise<Target> {
  const existing = new Map<string, number>();
  for await (const { entries } of readPages(store)) {
    for (const { key, modRevision } of entries) existing.set(key, modRevision);
  }
  const marker = existing.get(importMarkerKey) ?? 0;
  existing.delete(importMarkerKey);
  return { existing, marker };
}

function refuseUsed({ existing, marker }: Target): void {
  if (marker > 0) throw new UnfinishedImportError();
  if (existing.size === 0) return;
  const held = existing.size === 1 ? '1 object' : `${existing.size} objects`;
  throw new ImportError(
    'NotEmpty',
    `the store holds ${held}; take an empty one, or remove what it holds with --replace`,
  );
}

function removals(existing: Target['existing'], kept: readonly DumpEntry[]): Change[] {
  const keys = new Set(kept.map(({ key }) => key));
  return [...existing]
    .filter(([key]) => !keys.has(key))
    .sort(([a], [b]) => compareKeys(a, b))
    .map(([key, expected]) => ({ type: 'delete', key, expected }));
}

/** Refuses a store that does not hold the dump and nothing else. */
async function compare(store: Store, dump: CheckedDump, revision: number): Promise<void> {
  const missing = new Map(dump.entries.map((entry) => [entry.key, entry]));
  for await (const { entries } of readPages(store, revision)) {
    for (const { key, value } of entries) {
      if (key === importMarkerKey) continue;
      const entry = missing.get(key);
      if (entry === undefined || !isSame(await dump.read(entry), value)) throw disturbed(key);
      missing.delete(key);
    }
  }
  for (const key of missing.keys()) throw disturbed(key);
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
