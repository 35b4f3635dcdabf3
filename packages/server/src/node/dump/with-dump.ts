import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { checkDump, type CheckedDump } from '../../dump/check-dump.js';
import { DumpError } from '../../dump/dump-error.js';
import { InputFileError } from '../read-files.js';
import { UsageError } from '../usage-error.js';
import { openDumpFile } from './dump-file.js';
import type { DumpIo } from './dump-io.js';

/** What is done with a dump while its file is open. */
type Use<R> = (dump: CheckedDump) => Promise<R>;

/**
 * Reads and checks a dump, stdin without a path. A stream is kept in a file for as long as `use` takes: a dump is read
 * twice.
 *
 * Rejects with a UsageError when stdin is a person, with an InputFileError that says what is wrong with the dump, with the
 * reason of the signal, or as `use` does.
 */
export async function withDump<R>(
  { path, stdin, signal }: Pick<DumpIo, 'stdin' | 'signal'> & { readonly path: string | undefined },
  use: Use<R>,
): Promise<R> {
  if (path !== undefined && isFile(path)) return withFile(path, { name: path, use });
  if (path === undefined && stdin.isTTY === true) {
    throw new UsageError('where is the dump? --in F, or into stdin');
  }
  const folder = await mkdtemp(join(tmpdir(), 'imagestream-import-'));
  try {
    const copy = join(folder, 'dump.jsonl');
    await spool(path === undefined ? stdin : createReadStream(path), { to: copy, signal });
    return await withFile(copy, { name: path ?? 'stdin', use });
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

async function withFile<R>(
  path: string,
  { name, use }: { readonly name: string; readonly use: Use<R> },
): Promise<R> {
  const file = await openDumpFile(path).catch((cause: unknown) => {
    throw unreadable(name, cause);
  });
  try {
    return await use(await checkDump(file));
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
