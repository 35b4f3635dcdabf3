import { closeSync, fdatasyncSync, fstatSync, openSync, statfsSync, writeSync } from 'node:fs';

const chunkBytes = 2 * 1024 * 1024;
/** Less than this ahead of what is used, and the next chunk is added. */
const lowWaterBytes = 512 * 1024;
/** On a disk with less room, room is worth more than speed. */
const spareBytes = 256 * 1024 * 1024;

/** Keeps the end of a file ahead of what is written to it. */
export interface Headroom {
  /** Called after a commit with the bytes LMDB uses of the file. */
  ensure(usedBytes: number): void;
  close(): void;
}

/**
 * Appends zeros to a file before they are needed. A flush is then one of data alone; in a file that
 * grows with each write, the file system has to flush its own bookkeeping as well, which makes
 * writes a third slower. LMDB does not mind a file that is longer than it needs.
 *
 * Only an optimisation: it stops for good when the disk is small, nearly full, or refuses. On
 * Windows it does nothing, since LMDB's binding sizes the file there itself.
 */
export function createHeadroom(file: string): Headroom {
  let descriptor: number | undefined;
  let endBytes = 0;
  let isOn = process.platform !== 'win32';
  const raise = (usedBytes: number): void => {
    if (endBytes - usedBytes >= lowWaterBytes) return;
    // For appending only: whatever happens to the file, zeros can never land on pages in use.
    descriptor ??= openSync(file, 'a');
    // LMDB may have written beyond what was added, all in one transaction.
    endBytes = fstatSync(descriptor).size;
    if (endBytes - usedBytes >= lowWaterBytes) return;
    const { bavail, bsize } = statfsSync(file);
    isOn = bavail * bsize >= spareBytes;
    if (!isOn) return;
    endBytes += writeSync(descriptor, Buffer.alloc(chunkBytes));
    fdatasyncSync(descriptor);
  };
  return {
    ensure: (usedBytes) => {
      if (!isOn) return;
      try {
        raise(usedBytes);
      } catch {
        // Whatever it was, the next commit will meet it too and report it.
        isOn = false;
      }
    },
    close: () => {
      if (descriptor !== undefined) closeSync(descriptor);
    },
  };
}
