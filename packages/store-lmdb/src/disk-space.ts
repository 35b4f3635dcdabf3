import { statfsSync } from 'node:fs';
import { StoreError } from '@imagestream/store';

const pageBytes = 4096;
/** Pages a write may copy on its way: a path through two trees and the list of free pages. */
const pagesPerWrite = 12;
const pagesPerTransaction = 64;
/** Kept free for compaction, which has to write before it can free anything. */
const reserveBytes = 4 * 1024 * 1024;

/** What a transaction is about to write, and where. */
export interface SpaceNeed {
  readonly directory: string;
  /** Bytes of each value written; 0 for one that is removed, which copies pages as well. */
  readonly valueBytes: readonly number[];
  /** Bytes inside the file that LMDB may use again. */
  readonly reusableBytes: () => number;
}

/**
 * Refuses what the disk has no room for, with `Unavailable`, before anything is written. LMDB
 * must not find out by itself: its binding corrupts the memory of the process when a write fails.
 * So the room must be there even if LMDB needed new pages for all of it; the reserve may be used
 * by whatever will most likely fit into pages that compaction has freed.
 */
export function checkSpace({ directory, valueBytes, reusableBytes }: SpaceNeed): void {
  const { bavail, bsize, blocks } = statfsSync(directory);
  // Some file systems have no notion of a size.
  if (blocks === 0) return;
  const neededBytes = neededFor(valueBytes);
  const freeBytes = bavail * bsize;
  if (neededBytes + reserveBytes <= freeBytes) return;
  if (neededBytes <= freeBytes && 2 * neededBytes <= reusableBytes()) return;
  throw new StoreError(
    'Unavailable',
    `the disk of ${directory} is full: a write needs ${neededBytes} bytes beside a reserve of ${reserveBytes}, ${freeBytes} are free`,
    { unwritten: true },
  );
}

function neededFor(valueBytes: readonly number[]): number {
  let pages = pagesPerTransaction;
  for (const bytes of valueBytes) pages += Math.ceil(bytes / pageBytes) + 1 + pagesPerWrite;
  return pages * pageBytes;
}
