import { open, type FileHandle } from 'node:fs/promises';
import { DumpError } from '../../dump/dump-error.js';
import type { DumpLine, DumpSource } from '../../dump/dump-source.js';

const newline = 0x0a;
const chunkBytes = 256 * 1024;
/** Far more than any object has: what has no line breaks is no dump and not for memory. */
const maxLineBytes = 64 * 1024 * 1024;

/** A dump in a file. */
export interface DumpFile extends DumpSource {
  close(): Promise<void>;
}

/** Opens a dump in a regular file. Rejects with the error of the file system. */
export async function openDumpFile(path: string): Promise<DumpFile> {
  const file = await open(path, 'r');
  return {
    lines: () => readLines(file),
    read: ({ position, length }) => readLine(file, { position, length }),
    close: () => file.close(),
  };
}

async function* readLines(file: FileHandle): AsyncGenerator<DumpLine> {
  let number = 1;
  let position = 0;
  let length = 0;
  /** The pieces of the line that has begun. */
  let pieces: Buffer[] = [];
  for await (const chunk of readChunks(file)) {
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      pieces.push(chunk.subarray(from, end));
      const text = decode(Buffer.concat(pieces), number);
      length += end - from;
      yield { text, position, length, isEnded: true };
      position += length + 1;
      number += 1;
      pieces = [];
      length = 0;
      from = end + 1;
    }
    pieces.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > maxLineBytes) throw new DumpError('too long for an object', { line: number });
  }
  if (length > 0) {
    yield { text: decode(Buffer.concat(pieces), number), position, length, isEnded: false };
  }
}

async function* readChunks(file: FileHandle): AsyncGenerator<Buffer> {
  for (let position = 0; ;) {
    // A new one each time: lines keep pieces of it.
    const buffer = Buffer.allocUnsafe(chunkBytes);
    const { bytesRead } = await file.read(buffer, 0, chunkBytes, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function readLine(
  file: FileHandle,
  { position, length }: { readonly position: number; readonly length: number },
): Promise<string> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, position);
  return bytes.toString('utf8', 0, bytesRead);
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array, line: number): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new DumpError('not UTF-8', { line, cause });
  }
}
