/** A store in memory has no other process that could move it: its own server begins with a dump and ends with one. */
import type { Store } from '@imagestream/store';
import { exportDump } from '../../dump/export-dump.js';
import { importDump } from '../../dump/import-dump.js';
import { openStore, type OpenStore } from '../open-store.js';
import { withDump } from './with-dump.js';
import { writeFileWhole } from './write-lines.js';

/**
 * Opens a store in memory that holds a dump and counts on from its revision.
 *
 * Rejects with an InputFileError that says what is wrong with the dump.
 */
export function openFromDump(path: string): Promise<OpenStore> {
  return withDump({ path, stdin: process.stdin, signal: endless() }, async (dump) => {
    const opened = await openStore({ type: 'memory' }, 0, { minRevision: dump.revision });
    await importDump(opened.store, dump);
    return opened;
  });
}

/** Writes a dump of a store into a file. Rejects with an InputFileError or the error of the file system. */
export function saveAsDump(store: Store, path: string): Promise<void> {
  return writeFileWhole(exportDump(store), { path, signal: endless() });
}

/** Nothing ends what a server does with a dump at its beginning and its end but the end of its process. */
function endless(): AbortSignal {
  return new AbortController().signal;
}
