import { closeSync, fsyncSync, mkdirSync, openSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { checkRevision, StoreError } from '@imagestream/store';
import type { Store } from '@imagestream/store';
import { checkFile } from './check-file.js';
import { checkSpace } from './disk-space.js';
import { createHeadroom } from './headroom.js';
import { maxRevision } from './layout.js';
import { LmdbStore } from './lmdb-store.js';
import type { StoreParts, StoreState } from './lmdb-store.js';
import { Tables } from './tables.js';
import { locked, takeWriterLock } from './writer-lock.js';

/** Where a store keeps its files. */
export interface LmdbStoreOptions {
  /** Created if it does not exist. Must lie on a local disk. */
  readonly directory: string;
  /**
   * Revisions go on from this one at least, default 1. For a store that takes the place of another:
   * one that stands behind it forgets its history and counts on from there, so that whoever still
   * asks for a revision of the other gets `Compacted` instead of waiting for it in vain.
   */
  readonly minRevision?: number;
}

/** Changes when an older version could not read what a newer one writes. */
const format = 1;

/** Directories that are open in this process. LMDB must not open one twice. */
const openDirectories = new Set<string>();

/**
 * Opens the durable store in a directory, or creates it. What was acknowledged before is there,
 * however the process that wrote it ended; nothing has to be repaired.
 *
 * Writes are acknowledged when they are on disk. Those made at the same time share one flush.
 *
 * Rejects with a `StoreError`: `Locked` when another process (or this one) has the directory open,
 * `Damaged` when it holds something else or was written by a newer version, `Unavailable` when the
 * file system refuses or is full, `InvalidArgument` for a `minRevision` that can be none.
 *
 * @example
 * const store = await openLmdbStore({ directory: '/var/lib/imagestream' });
 */
export async function openLmdbStore({
  directory,
  minRevision = 1,
}: LmdbStoreOptions): Promise<Store> {
  checkMinRevision(minRevision);
  const path = makeDirectory(directory);
  if (openDirectories.has(path)) throw locked(path);
  openDirectories.add(path);
  const onClosed = (): void => void openDirectories.delete(path);
  let tables: Tables | undefined;
  try {
    const file = join(path, 'store.mdb');
    checkFile(file);
    checkSpace({ directory: path, valueBytes: [], reusableBytes: () => Infinity });
    tables = new Tables(file);
    syncDirectory(path);
    checkFormat(tables, path);
    const headroom = createHeadroom(file);
    const lock = await takeWriterLock(tables, path);
    return startStore({ tables, lock, headroom, directory: path, onClosed }, minRevision);
  } catch (error) {
    await tables?.close();
    onClosed();
    throw error instanceof StoreError ? error : unavailable(path, error);
  }
}

/** Behind it, there must be revisions left to count. */
const maxMinRevision = maxRevision / 2;

function checkMinRevision(minRevision: number): void {
  checkRevision(minRevision);
  if (minRevision <= maxMinRevision) return;
  throw new StoreError(
    'InvalidArgument',
    `minRevision is at most ${maxMinRevision}, not ${minRevision}: the store has to count on from it`,
  );
}

/** Reads where the last writer ended; only who holds the lock can know that it has. */
function startStore(parts: StoreParts, minRevision: number): Store {
  try {
    return new LmdbStore(parts, raiseState(parts.tables, readState(parts.tables), minRevision));
  } catch (error) {
    parts.lock.release();
    throw error;
  }
}

function makeDirectory(directory: string): string {
  try {
    mkdirSync(directory, { recursive: true });
    return realpathSync(directory);
  } catch (error) {
    throw unavailable(directory, error);
  }
}

/** Makes the new files' names as durable as their content. Windows has no such call. */
function syncDirectory(path: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Refuses another format; marks a new store with this one. */
function checkFormat(tables: Tables, path: string): void {
  const found = tables.meta('format');
  if (found === format) return;
  if (found !== undefined) {
    throw new StoreError(
      'Damaged',
      `the store in ${path} has format ${JSON.stringify(found)}, this version reads format ${format}`,
    );
  }
  tables.transactSync((writer) => {
    writer.putMeta('format', format);
    return undefined;
  });
}

function readState(tables: Tables): StoreState {
  tables.refresh();
  const newest = tables.newestPosition()?.revision ?? 1;
  return {
    committedRevision: Math.max(newest, revisionFact(tables, 'revision')),
    compactedRevision: revisionFact(tables, 'compacted'),
    scrubbedRevision: revisionFact(tables, 'scrubbed'),
  };
}

/** The same state at a revision that is not behind another, written down before anybody learns of it. */
function raiseState(tables: Tables, state: StoreState, minRevision: number): StoreState {
  if (state.committedRevision >= minRevision) return state;
  tables.transactSync((writer) => {
    writer.putMeta('revision', minRevision);
    writer.putMeta('compacted', minRevision);
    return undefined;
  });
  return { ...state, committedRevision: minRevision, compactedRevision: minRevision };
}

/** A revision kept as a fact; 1, where every store begins, if there is none. */
function revisionFact(tables: Tables, name: string): number {
  const value = tables.meta(name) ?? 1;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new StoreError(
    'Damaged',
    `the store says ${JSON.stringify(value)} is its ${name} revision`,
  );
}

function unavailable(path: string, cause: unknown): StoreError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StoreError('Unavailable', `the store in ${path} cannot be opened: ${reason}`, {
    cause,
  });
}
