import type { Store } from '@imagestream/store';
import { formatHeader, formatObject, formatTrailer } from './dump-record.js';
import { readPages } from './store-pages.js';
import { refuseUnfinishedImport } from './unfinished-import.js';

/** What is exported, and how. */
export interface ExportOptions {
  /** Write the revisions of each object as well, so that an import keeps the order of the writes. Default false. */
  readonly revisions?: boolean;
}

/** What was exported. */
export interface ExportReport {
  readonly objects: number;
  /** The revision all of it was read at. */
  readonly revision: number;
}

/**
 * The lines of a dump of a store, line breaks included: everything it held at one moment, in key order, whatever is
 * written meanwhile. The same state gives the same dump. Reads a page at a time, as the lines are taken.
 *
 * Source: server-dump-cut.
 *
 * Throws an UnfinishedImportError, or the store's error: `Compacted` when history was cut off behind a reader that took
 * its time.
 */
export async function* exportDump(
  store: Store,
  { revisions = false }: ExportOptions = {},
): AsyncGenerator<string, ExportReport> {
  await refuseUnfinishedImport(store);
  let report: ExportReport | undefined;
  for await (const { revision, entries } of readPages(store)) {
    if (report === undefined) yield formatHeader(revision);
    for (const stored of entries) yield formatObject(stored, { revisions });
    report = { revision, objects: (report?.objects ?? 0) + entries.length };
  }
  if (report === undefined) throw new Error('a store has at least one page');
  yield formatTrailer(report.objects);
  return report;
}
