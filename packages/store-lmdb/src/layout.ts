/**
 * How the store looks on disk. Three tables in one LMDB environment:
 *
 * `log`: every write of history. Key: its position, 12 bytes: 2 zero bytes, the revision (48 bits),
 * the place within the transaction (32 bits). Value: a log record.
 *
 * `keys`: every key that history knows. Key: its UTF-8 bytes. Value: the position of its newest
 * record and the revision of its creation (48 bits), which is 0 when the newest record is a
 * deletion. The records of a key form a chain: each names the position of the one before it.
 *
 * `meta`: a few facts as JSON, see `meta-table.ts`.
 *
 * Numbers are big-endian, so that bytes sort as numbers do.
 */
import { StoreError } from '@imagestream/store';

/** Where a record is in the log. */
export interface Position {
  readonly revision: number;
  /** Place within the transaction, from 0. */
  readonly index: number;
}

/** One write as the log keeps it. */
export interface LogRecord {
  readonly type: 'put' | 'delete';
  readonly key: string;
  /** Empty for a deletion. */
  readonly value: Uint8Array;
  /** Revision of the key's creation; of a deletion, that of the key it removed. */
  readonly createRevision: number;
  /** The record of the same key before this one, which compaction may have removed. */
  readonly previous: Position | undefined;
}

/** What the `keys` table says of a key. */
export interface KeyEntry {
  readonly position: Position;
  /** Absent when the key is deleted. */
  readonly createRevision: number | undefined;
}

const revisionBytes = 6;
/** Revisions are smaller than this. */
export const maxRevision: number = 2 ** (8 * revisionBytes);
const positionBytes = 12;
const recordHeaderBytes = 1 + revisionBytes + positionBytes + 2;
const putTag = 1;
const deleteTag = 2;

/** The key of a record in the `log` table. */
export function encodePosition({ revision, index }: Position): Buffer {
  const bytes = Buffer.alloc(positionBytes);
  writePosition(bytes, 0, { revision, index });
  return bytes;
}

/** The position a key of the `log` table stands for; more bytes may follow. */
export function decodePosition(bytes: Uint8Array): Position {
  const buffer = bufferOf(bytes);
  return { revision: buffer.readUIntBE(2, revisionBytes), index: buffer.readUInt32BE(8) };
}

/** The value of a key in the `keys` table. */
export function encodeKeyEntry({ position, createRevision = 0 }: KeyEntry): Buffer {
  const bytes = Buffer.alloc(positionBytes + revisionBytes);
  writePosition(bytes, 0, position);
  bytes.writeUIntBE(createRevision, positionBytes, revisionBytes);
  return bytes;
}

/** What the `keys` table says of a key. */
export function decodeKeyEntry(bytes: Uint8Array): KeyEntry {
  const createRevision = bufferOf(bytes).readUIntBE(positionBytes, revisionBytes);
  return {
    position: decodePosition(bytes),
    createRevision: createRevision === 0 ? undefined : createRevision,
  };
}

/** The value of a record in the `log` table. Copies key and value. */
export function encodeRecord(record: LogRecord): Buffer {
  const keyLength = Buffer.byteLength(record.key);
  const bytes = Buffer.allocUnsafeSlow(recordHeaderBytes + keyLength + record.value.length);
  bytes.writeUInt8(record.type === 'put' ? putTag : deleteTag, 0);
  bytes.writeUIntBE(record.createRevision, 1, revisionBytes);
  writePosition(bytes, 1 + revisionBytes, record.previous ?? { revision: 0, index: 0 });
  bytes.writeUInt16BE(keyLength, recordHeaderBytes - 2);
  bytes.write(record.key, recordHeaderBytes);
  bytes.set(record.value, recordHeaderBytes + keyLength);
  return bytes;
}

/**
 * Reads a record. The value is a view of the bytes given.
 *
 * Throws a `StoreError` of code `Damaged` when they are no record.
 */
export function decodeRecord(bytes: Uint8Array): LogRecord {
  const buffer = bufferOf(bytes);
  const tag = buffer.length < recordHeaderBytes ? 0 : buffer.readUInt8(0);
  const valueStart = tag === 0 ? 0 : recordHeaderBytes + buffer.readUInt16BE(recordHeaderBytes - 2);
  if ((tag !== putTag && tag !== deleteTag) || valueStart > buffer.length) {
    throw new StoreError('Damaged', 'the log of the store holds bytes that are no record');
  }
  const previous = decodePosition(buffer.subarray(1 + revisionBytes));
  return {
    type: tag === putTag ? 'put' : 'delete',
    key: buffer.toString('utf8', recordHeaderBytes, valueStart),
    value: bytes.subarray(valueStart),
    createRevision: buffer.readUIntBE(1, revisionBytes),
    previous: previous.revision === 0 ? undefined : previous,
  };
}

function writePosition(bytes: Buffer, at: number, { revision, index }: Position): void {
  bytes.writeUIntBE(revision, at + 2, revisionBytes);
  // The two bytes in front stay free; a buffer that was not cleared needs them set.
  bytes.writeUInt16BE(0, at);
  bytes.writeUInt32BE(index, at + 2 + revisionBytes);
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
