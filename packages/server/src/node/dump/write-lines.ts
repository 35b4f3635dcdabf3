import { accessSync, constants, createWriteStream, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
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
 * Rejects with an InputFileError as `checkOutputFile` throws it, with the reason of the signal, or with the error of the
 * lines or of the file system.
 */
export async function writeFileWhole(
  lines: AsyncIterable<string>,
  { path, signal }: { readonly path: string; readonly signal: AbortSignal },
): Promise<void> {
  checkOutputFile(path);
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

/** Throws an InputFileError when a path cannot become a file: its folder takes none, or it is something else already. */
export function checkOutputFile(path: string): void {
  try {
    accessSync(dirname(path), constants.W_OK);
  } catch (cause) {
    throw new InputFileError(path, cause instanceof Error ? cause.message : String(cause), {
      cause,
    });
  }
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === false) {
    throw new InputFileError(path, 'not a regular file; write to it from stdout');
  }
}
