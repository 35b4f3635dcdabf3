/**
 * Messages of etcd's KV service. Field numbers are those of its v3 API.
 *
 * Source: etcd API reference v3, etcdserverpb KV and mvccpb KeyValue.
 */
import type {
  Compare,
  KeyValue,
  RangeRequest,
  RangeResponse,
  RequestOp,
  ResponseHeader,
  ResponseOp,
  TxnRequest,
  TxnResponse,
} from './etcd-api.js';
import {
  lengthed,
  makeReader,
  makeWriter,
  readBytes,
  readEnd,
  readInteger,
  readUnsignedText,
  skipField,
  varint,
  writeBool,
  writeBytes,
  writeInteger,
  type Reader,
  type Writer,
} from './wire.js';

const NO_HEADER: ResponseHeader = { revision: 0, memberId: '0' };
const NO_BYTES: Uint8Array = new Uint8Array(0);

/** What `Compare.target` calls the revision of a key's last change. */
const TARGET_MOD = 2;

/** A RangeRequest. */
export function encodeRangeRequest(request: RangeRequest): Uint8Array {
  const writer = makeWriter();
  writeRangeRequest(writer, request);
  return writer.finish();
}

/** A TxnRequest. */
export function encodeTxnRequest({ compare, success, failure }: TxnRequest): Uint8Array {
  const writer = makeWriter();
  for (const one of compare) writeCompare(writer.uint32(lengthed(1)).fork(), one);
  for (const op of success) writeRequestOp(writer.uint32(lengthed(2)).fork(), op);
  for (const op of failure) writeRequestOp(writer.uint32(lengthed(3)).fork(), op);
  return writer.finish();
}

/** A CompactionRequest that does not wait until the old revisions are gone from the disk. */
export function encodeCompactionRequest(revision: number): Uint8Array {
  const writer = makeWriter();
  writeInteger(writer, 1, revision);
  return writer.finish();
}

/** Reads a RangeResponse. Throws a RangeError on bytes that are none. */
export function decodeRangeResponse(bytes: Uint8Array): RangeResponse {
  return readRangeResponse(makeReader(bytes), bytes.length);
}

/** Reads a TxnResponse. Throws a RangeError on bytes that are none. */
export function decodeTxnResponse(bytes: Uint8Array): TxnResponse {
  const reader = makeReader(bytes);
  let header = NO_HEADER;
  let succeeded = false;
  const responses: ResponseOp[] = [];
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === lengthed(1)) header = readHeader(reader, readEnd(reader));
    else if (tag === varint(2)) succeeded = reader.bool();
    else if (tag === lengthed(3)) responses.push(readResponseOp(reader, readEnd(reader)));
    else skipField(reader, tag);
  }
  return { header, succeeded, responses };
}

/** Reads the header of any response, which all of them have as field 1, and nothing else of it. */
export function decodeHeader(bytes: Uint8Array): ResponseHeader {
  const reader = makeReader(bytes);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === lengthed(1)) return readHeader(reader, readEnd(reader));
    skipField(reader, tag);
  }
  return NO_HEADER;
}

/** Reads a ResponseHeader that ends at `end`. */
export function readHeader(reader: Reader, end: number): ResponseHeader {
  let [revision, memberId] = [0, '0'];
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === varint(2)) memberId = readUnsignedText(reader);
    else if (tag === varint(3)) revision = readInteger(reader);
    else skipField(reader, tag);
  }
  return { revision, memberId };
}

/** Reads a KeyValue that ends at `end`. */
export function readKeyValue(reader: Reader, end: number): KeyValue {
  let [key, value] = [NO_BYTES, NO_BYTES];
  let [createRevision, modRevision] = [0, 0];
  while (reader.pos < end) {
    const tag = reader.uint32();
    switch (tag) {
      case lengthed(1):
        key = readBytes(reader);
        break;
      case varint(2):
        createRevision = readInteger(reader);
        break;
      case varint(3):
        modRevision = readInteger(reader);
        break;
      case lengthed(5):
        value = readBytes(reader);
        break;
      default:
        skipField(reader, tag);
    }
  }
  return { key, value, createRevision, modRevision };
}

function readRangeResponse(reader: Reader, end: number): RangeResponse {
  let header = NO_HEADER;
  const kvs: KeyValue[] = [];
  let more = false;
  let count = 0;
  while (reader.pos < end) {
    const tag = reader.uint32();
    switch (tag) {
      case lengthed(1):
        header = readHeader(reader, readEnd(reader));
        break;
      case lengthed(2):
        kvs.push(readKeyValue(reader, readEnd(reader)));
        break;
      case varint(3):
        more = reader.bool();
        break;
      case varint(4):
        count = readInteger(reader);
        break;
      default:
        skipField(reader, tag);
    }
  }
  return { header, kvs, more, count };
}

function readResponseOp(reader: Reader, end: number): ResponseOp {
  let response: ResponseOp | undefined;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === lengthed(1)) {
      response = { type: 'range', range: readRangeResponse(reader, readEnd(reader)) };
    } else if (tag === lengthed(2)) {
      reader.skip(reader.uint32());
      response = { type: 'put' };
    } else if (tag === lengthed(3)) {
      response = { type: 'delete', deleted: readDeleted(reader, readEnd(reader)) };
    } else {
      skipField(reader, tag);
    }
  }
  if (response === undefined) throw new RangeError('a step of a transaction has no known answer');
  return response;
}

function readDeleted(reader: Reader, end: number): number {
  let deleted = 0;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === varint(2)) deleted = readInteger(reader);
    else skipField(reader, tag);
  }
  return deleted;
}

function writeRangeRequest(writer: Writer, request: RangeRequest): void {
  writeBytes(writer, 1, request.key);
  writeBytes(writer, 2, request.rangeEnd);
  writeInteger(writer, 3, request.limit);
  writeInteger(writer, 4, request.revision);
  writeBool(writer, 7, request.serializable);
  writeBool(writer, 8, request.keysOnly);
  writeBool(writer, 9, request.countOnly);
}

/** Writes into a forked writer, and ends the fork. The relation is "equal", which is 0. */
function writeCompare(writer: Writer, { key, modRevision }: Compare): void {
  writer.uint32(varint(2)).int32(TARGET_MOD);
  writeBytes(writer, 3, key);
  // Of a oneof the member that is there counts, 0 included: it asks for an absent key.
  writer.uint32(varint(6)).int64(modRevision).ldelim();
}

/** Writes into a forked writer, and ends the fork. */
function writeRequestOp(writer: Writer, op: RequestOp): void {
  switch (op.type) {
    case 'range':
      writeRangeRequest(writer.uint32(lengthed(1)).fork(), op.range);
      break;
    case 'put':
      writer.uint32(lengthed(2)).fork();
      writeBytes(writer, 1, op.key);
      writeBytes(writer, 2, op.value);
      writeInteger(writer, 3, op.leaseId);
      break;
    case 'delete':
      writer.uint32(lengthed(3)).fork();
      writeBytes(writer, 1, op.key);
      writeBytes(writer, 2, op.rangeEnd);
  }
  writer.ldelim().ldelim();
}
