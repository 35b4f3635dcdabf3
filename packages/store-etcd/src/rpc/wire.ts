/**
 * Protobuf's wire format, as far as etcd's messages need it: on top of protobufjs' reader and
 * writer, without its reflection, whose 64-bit integers would be an object each.
 *
 * Source: Protocol Buffers encoding.
 */
import protobuf, { type Reader, type Writer } from 'protobufjs/minimal.js';

export type { Reader, Writer };

/** A writer for one message; its `finish()` gives the bytes. */
export function makeWriter(): Writer {
  return protobuf.Writer.create();
}

/** A reader over one message. */
export function makeReader(bytes: Uint8Array): Reader {
  return protobuf.Reader.create(bytes);
}

/** The tag of a field that is a varint: bool, enum, int64, uint64. */
export function varint(field: number): number {
  return field << 3;
}

/** The tag of a field with a length: bytes, string, message. */
export function lengthed(field: number): number {
  return (field << 3) | 2;
}

/**
 * Reads the length of an embedded message and gives the position after it. Throws a RangeError when
 * that lies beyond the end.
 */
export function readEnd(reader: Reader): number {
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > reader.len) {
    throw new RangeError(`a message of ${length} bytes at ${reader.pos} ends after ${reader.len}`);
  }
  return end;
}

/** Skips a field nobody here knows: newer members may send more than older ones. */
export function skipField(reader: Reader, tag: number): void {
  reader.skipType(tag & 7);
}

/** Reads bytes into memory of their own, so that a kept value does not keep the whole answer. */
export function readBytes(reader: Reader): Uint8Array {
  const length = reader.uint32();
  const start = reader.pos;
  reader.skip(length);
  const copy = new Uint8Array(length);
  copy.set(reader.buf.subarray(start, start + length));
  return copy;
}

/**
 * Reads an int64 or uint64 that is a count, a size or a revision: exact up to 2^53, which no
 * revision reaches. Negative ones, which such fields never hold, come out wrong.
 */
export function readInteger(reader: Reader): number {
  const { buf, len } = reader;
  let pos = reader.pos;
  let value = 0;
  let scale = 1;
  for (let i = 0; i < 10; i++, scale *= 128) {
    const byte = buf[pos++];
    if (byte === undefined || pos > len) throw new RangeError(`a varint ends after ${len}`);
    value += (byte & 127) * scale;
    if (byte < 128) {
      reader.pos = pos;
      return value;
    }
  }
  throw new RangeError(`a varint at ${reader.pos} is longer than 10 bytes`);
}

/** Reads a uint64 that is an id, as decimal text. */
export function readUnsignedText(reader: Reader): string {
  return BigInt.asUintN(64, readBigInteger(reader)).toString();
}

/** Reads an int64 that is an id, as decimal text. */
export function readSignedText(reader: Reader): string {
  return BigInt.asIntN(64, readBigInteger(reader)).toString();
}

function readBigInteger(reader: Reader): bigint {
  const { buf, len, pos: start } = reader;
  let end = start;
  for (;;) {
    const byte = buf[end++];
    if (byte === undefined || end > len) throw new RangeError(`a varint ends after ${len}`);
    if (byte < 128) break;
  }
  if (end - start > 10) throw new RangeError(`a varint at ${start} is longer than 10 bytes`);
  // Two halves of 35 bits each are exact as numbers; only their sum is too big for one.
  let [low, high] = [0, 0];
  for (let i = end - 1; i >= start; i--) {
    const bits = (buf[i] ?? 0) & 127;
    if (i - start < 5) low = low * 128 + bits;
    else high = high * 128 + bits;
  }
  reader.pos = end;
  return (BigInt(high) << 35n) + BigInt(low);
}

/** Writes a bytes field; nothing when there are none, which is the same on the wire. */
export function writeBytes(writer: Writer, field: number, value: Uint8Array | undefined): void {
  if (value !== undefined && value.length > 0) writer.uint32(lengthed(field)).bytes(value);
}

/** Writes a string field; nothing when it is empty. */
export function writeString(writer: Writer, field: number, value: string): void {
  if (value !== '') writer.uint32(lengthed(field)).string(value);
}

/** Writes an int64 field; nothing when it is 0 or absent. Text is decimal. */
export function writeInteger(
  writer: Writer,
  field: number,
  value: number | string | undefined,
): void {
  if (value !== undefined && value !== 0 && value !== '0') {
    writer.uint32(varint(field)).int64(value);
  }
}

/** Writes a bool field; nothing when it is false or absent. */
export function writeBool(writer: Writer, field: number, value: boolean | undefined): void {
  if (value === true) writer.uint32(varint(field)).bool(true);
}
