import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { checkDump, type CheckedDump } from '../../dump/check-dump.js';
import { DumpError } from '../../dump/dump-error.js';
import { importDump, refuseUsedStore } from '../../dump/import-dump.js';
import { UsageError } from '../command-line.js';
import { openStore, type OpenStore } from '../open-store.js';
import { InputFileError } from '../read-files.js';
import type { DumpCommand } from './dump-command-line.js';
import { countObjects, type DumpIo } from './dump-io.js';
import { openDumpFile } from './dump-file.js';

type ImportCommand = Extract<DumpCommand, { type: 'import' }>;

/**
 * Does what the command line of an import says. Rejects with a UsageError, an InputFileError (what is wrong with the dump
 * included), or the error that kept it from it.
 */
export async function runImport(command: ImportCommand, io: DumpIo): Promise<void> {
  await withDump(command.in, io, async (dump) => {
    const opened = await openTarget(dump, command);
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
  { place: { choice, port }, replace }: ImportCommand,
): Promise<OpenStore> {
  const opened = await openStore(choice, port);
  try {
    if (!replace) await refuseUsedStore(opened.store);
    const revision = await opened.store.currentRevision();
    if (choice.type === 'etcd' || revision >= dump.revision) return opened;
  } catch (error) {
    await opened.store.close();
    throw error;
  }
  await opened.store.close();
  return openStore(choice, port, { minRevision: dump.revision });
}

/** Reads and checks a dump; a stream is kept in a file for as long as `use` takes, since it is read twice. */
async function withDump(
  path: string | undefined,
  { stdin, signal }: DumpIo,
  use: (dump: CheckedDump) => Promise<void>,
): Promise<void> {
  if (path !== undefined && isFile(path)) {
    await withFile(path, { name: path, use });
    return;
  }
  if (path === undefined && stdin.isTTY === true) {
    throw new UsageError('where is the dump? --in F, or into stdin');
  }
  const folder = await mkdtemp(join(tmpdir(), 'imagestream-import-'));
  try {
    const copy = join(folder, 'dump.jsonl');
    await spool(path === undefined ? stdin : createReadStream(path), { to: copy, signal });
    await withFile(copy, { name: path ?? 'stdin', use });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

async function spool(
  from: Readable,
  { to, signal }: { readonly to: string; readonly signal: AbortSignal },
): Promise<void> {
  try {
    await pipeline(from, createWriteStream(to), { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

async function withFile(
  path: string,
  { name, use }: { readonly name: string; readonly use: (dump: CheckedDump) => Promise<void> },
): Promise<void> {
  const file = await openDumpFile(path).catch((cause: unknown) => {
    throw unreadable(name, cause);
  });
  try {
    await use(await checkDump(file));
  } catch (error) {
    // What is wrong with a dump is told like what is wrong with any other file of the command line.
    if (error instanceof DumpError) throw unreadable(name, error);
    throw error;
  } finally {
    await file.close();
  }
}

function unreadable(name: string, cause: unknown): InputFileError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new InputFileError(name, reason, { cause });
}
