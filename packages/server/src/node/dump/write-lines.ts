import { createWriteStream, renameSync, rmSync, statSync } from 'node:fs';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { InputFileError } from '../read-files.js';

/** Writes lines to a stream that stays open, as fast as it takes them. Rejects with the reason of the signal. */
export async function writeLines(
  lines: AsyncIterable<string>,
  { to, signal }: { readonly to: Writable; readonly signal: AbortSignal },
): Promise<void> {
  try {
    await pipeline(Readable.from(lines), to, { end: false, signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

/**
 * Writes lines into a file that gets its name when all of them are on disk: whatever happens before, what had the name
 * stays as it was.
 *
 * Rejects with an InputFileError when the name is taken by something that is no file, with the reason of the signal, or
 * with the error of the lines or of the file system.
 */
export async function writeFileWhole(
  lines: AsyncIterable<string>,
  { path, signal }: { readonly path: string; readonly signal: AbortSignal },
): Promise<void> {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === false) {
    throw new InputFileError(path, 'no regular file; write to it from stdout');
  }
  const partial = `${path}.${process.pid}.partial`;
  try {
    await pipeline(Readable.from(lines), createWriteStream(partial, { flush: true }), { signal });
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    signal.throwIfAborted();
    throw error;
  }
}
