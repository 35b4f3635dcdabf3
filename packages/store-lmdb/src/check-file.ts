import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { StoreError } from '@imagestream/store';

/** Where the first meta page has its fields, in the format of LMDB 0.9 as its binding builds it. */
const magicOffset = 24;
const magic = 0xbeefc0de;
const pageSizeOffset = magicOffset + 24;
const lastPageOffset = magicOffset + 120;
const transactionOffset = magicOffset + 128;
const metaBytes = transactionOffset + 8;

/**
 * Looks at a file before LMDB does, which crashes the process over a file it did not write or one
 * that was cut short. An absent or empty file is fine: it will be a new store.
 *
 * Throws a `StoreError` of code `Damaged`.
 */
export function checkFile(file: string): void {
  const found = readMetas(file);
  if (found === undefined) return;
  const { metas, sizeBytes } = found;
  const [first, second] = metas;
  if (first === undefined || second === undefined) throw damaged(file, 'it is no LMDB file');
  const newest = second.transaction > first.transaction ? second : first;
  const usedBytes = (newest.lastPage + 1n) * BigInt(first.pageBytes);
  // A new file has two pages and no more, whatever its meta pages say.
  if (newest.transaction > 0n && BigInt(sizeBytes) < usedBytes) {
    throw damaged(file, `${usedBytes} bytes are in use, ${sizeBytes} are there`);
  }
}

interface Meta {
  readonly pageBytes: number;
  readonly lastPage: bigint;
  readonly transaction: bigint;
}

/** The two meta pages, of which LMDB writes one at a time; a place is empty if it holds none. */
function readMetas(file: string): { metas: (Meta | undefined)[]; sizeBytes: number } | undefined {
  const descriptor = openIfThere(file);
  if (descriptor === undefined) return undefined;
  try {
    const sizeBytes = fstatSync(descriptor).size;
    if (sizeBytes === 0) return undefined;
    const first = readMeta(descriptor, 0);
    const second = first && readMeta(descriptor, first.pageBytes);
    return { metas: [first, second], sizeBytes };
  } finally {
    closeSync(descriptor);
  }
}

function openIfThere(file: string): number | undefined {
  try {
    return openSync(file, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Numbers are in the machine's byte order, which is little-endian wherever Node runs. */
function readMeta(descriptor: number, position: number): Meta | undefined {
  const bytes = Buffer.alloc(metaBytes);
  const read = readSync(descriptor, bytes, 0, metaBytes, position);
  if (read < metaBytes || bytes.readUInt32LE(magicOffset) !== magic) return undefined;
  return {
    pageBytes: bytes.readUInt32LE(pageSizeOffset),
    lastPage: bytes.readBigUInt64LE(lastPageOffset),
    transaction: bytes.readBigUInt64LE(transactionOffset),
  };
}

function damaged(file: string, reason: string): StoreError {
  return new StoreError('Damaged', `${file} cannot be opened: ${reason}`);
}
