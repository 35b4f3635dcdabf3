import type { CheckedDump } from '../../dump/check-dump.js';
import { importDump, refuseUsedStore } from '../../dump/import-dump.js';
import { openStore, type OpenStore } from '../open-store.js';
import type { DumpCommand } from './dump-command-line.js';
import { countObjects, storeTrouble, type DumpIo } from './dump-io.js';
import { withDump } from './with-dump.js';

type ImportCommand = Extract<DumpCommand, { type: 'import' }>;

/**
 * Does what the command line of an import says. Rejects with a UsageError, an InputFileError (what is wrong with the dump
 * included), or the error that kept it from it.
 */
export async function runImport(command: ImportCommand, io: DumpIo): Promise<void> {
  await withDump({ ...io, path: command.in }, async (dump) => {
    const opened = await openTarget(dump, { command, onError: storeTrouble(io) });
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
  {
    command,
    onError,
  }: { readonly command: ImportCommand; readonly onError: (error: unknown) => void },
): Promise<OpenStore> {
  const { place, replace } = command;
  const { choice, port } = place;
  const opened = await openStore(choice, port, { onError });
  try {
    if (!replace) await refuseUsedStore(opened.store);
    const revision = await opened.store.currentRevision();
    if (choice.type === 'etcd' || revision >= dump.revision) return opened;
  } catch (error) {
    await opened.store.close();
    throw error;
  }
  await opened.store.close();
  return openStore(choice, port, { minRevision: dump.revision, onError });
}
