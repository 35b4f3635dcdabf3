import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { exportDump, type ExportReport } from '../../dump/export-dump.js';
import { dataFolder, openStore } from '../open-store.js';
import { InputFileError } from '../read-files.js';
import type { DumpCommand, StorePlace } from './dump-command-line.js';
import { countObjects, storeTrouble, type DumpIo } from './dump-io.js';
import { writeFileWhole, writeLines } from './write-lines.js';

/** Does what the command line of an export says. Rejects with an InputFileError or the error that kept it from it. */
export async function runExport(
  { place, out, revisions }: Extract<DumpCommand, { type: 'export' }>,
  io: DumpIo,
): Promise<void> {
  refuseAbsent(place);
  const { store, description } = await openStore(place.choice, place.port, {
    onError: storeTrouble(io),
  });
  try {
    let report: ExportReport | undefined;
    const lines = withReport(exportDump(store, { revisions }), (made) => (report = made));
    if (out === undefined) await writeLines(lines, { to: io.stdout, signal: io.signal });
    else await writeFileWhole(lines, { path: out, signal: io.signal });
    if (report === undefined) throw new Error('the export ended before its end');
    const { objects, revision } = report;
    io.log(`exported ${countObjects(objects)} of ${description} at revision ${revision}`);
  } finally {
    await store.close();
  }
}

/** Opening would make a store where there is none, and the dump of it would be empty. */
function refuseAbsent({ choice, port }: StorePlace): void {
  if (choice.type !== 'lmdb') return;
  const folder = choice.directory ?? dataFolder(port);
  if (!existsSync(join(folder, 'store.mdb'))) throw new InputFileError(folder, 'no store is there');
}

async function* withReport(
  lines: AsyncGenerator<string, ExportReport>,
  onReport: (report: ExportReport) => void,
): AsyncGenerator<string> {
  onReport(yield* lines);
}
