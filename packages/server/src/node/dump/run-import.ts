import type { CheckedDump } from '../../dump/check-dump.js';
import { importDump, refuseUsedStore } from '../../dump/import-dump.js';
import { openStore, type OpenStore } from '../open-store.js';
import type { DumpCommand } from './dump-command-line.js';
import { countObjects, storeTrouble, type DumpIo } from './dump-io.js';
import { withDump } from './with-dump.js';

type ImportCommand = Extract<DumpCommand, { type: 'import' }>;

/** etcd's counter goes on one small write at a time; more than a few minutes of that are nobody's wish. */
const maxCountedRevisions = 1_000_000;

/**
 * Does what the command line of an import says. Rejects with a UsageError, an InputFileError (what is wrong with the dump
 * included), or the error that kept it from it.
 */
export async function runImport(command: ImportCommand, io: DumpIo): Promise<void> {
  await withDump({ ...io, path: command.in }, async (dump) => {
    const opened = await openTarget(dump, { command, io });
    const { store, description } = opened;
    try {
      const { replace } = command;
      const report = await importDump(store, dump, { replace, signal: io.signal });
      const removed = report.removed === 0 ? '' : `, ${countObjects(report.removed)} removed`;
      io.log(
        `imported ${countObjects(report.objects)} of revision ${dump.revision} into ${description}, now at revision ${report.revision}${removed}`,
      );
      if (report.revision < dump.revision) io.log(warnOfFuture(dump.revision));
    } finally {
      await store.close();
    }
  });
}

function warnOfFuture(revision: number): string {
  return (
    `warning: this store counts behind the one of the dump (${revision}): clients that go on from a ` +
    'resourceVersion of that one would wait in silence; start them anew, so that they list again'
  );
}

/**
 * Opens the store behind the revision of the dump, where it can be. Whether it may be written at all is asked before that,
 * so that a store that is not meant stays as it is.
 */
async function openTarget(
  dump: CheckedDump,
  { command, io }: { readonly command: ImportCommand; readonly io: DumpIo },
): Promise<OpenStore> {
  const { place, replace } = command;
  const { choice, port } = place;
  const onError = storeTrouble(io);
  const opened = await openStore(choice, port, { onError });
  try {
    if (!replace) await refuseUsedStore(opened.store);
    const missing = dump.revision - (await opened.store.currentRevision());
    if (missing <= 0) return opened;
    if (choice.type === 'etcd') {
      if (missing > maxCountedRevisions) return opened;
      io.log(`counting etcd on by ${missing} revisions, so that old resourceVersions stay old`);
    }
  } catch (error) {
    await opened.store.close();
    throw error;
  }
  await opened.store.close();
  return openStore(choice, port, { minRevision: dump.revision, signal: io.signal, onError });
}
