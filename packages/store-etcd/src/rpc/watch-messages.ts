/**
 * Messages of etcd's Watch service.
 *
 * Source: etcd API reference v3, etcdserverpb Watch and mvccpb Event.
 */
import type {
  KeyValue,
  ResponseHeader,
  WatchEvent,
  WatchRequest,
  WatchResponse,
} from './etcd-api.js';
import { readHeader, readKeyValue } from './kv-messages.js';
import {
  lengthed,
  makeReader,
  makeWriter,
  readEnd,
  readInteger,
  skipField,
  varint,
  writeBool,
  writeBytes,
  writeInteger,
  type Reader,
} from './wire.js';

const EVENT_DELETE = 1;

/** A WatchRequest that creates the watch. Its answers are not cut into fragments. */
export function encodeWatchRequest(request: WatchRequest): Uint8Array {
  const writer = makeWriter();
  writer.uint32(lengthed(1)).fork();
  writeBytes(writer, 1, request.key);
  writeBytes(writer, 2, request.rangeEnd);
  writeInteger(writer, 3, request.startRevision);
  writeBool(writer, 4, request.progressNotify);
  writeBool(writer, 6, request.prevKv);
  return writer.ldelim().finish();
}

/** Reads a WatchResponse. Throws a RangeError on bytes that are none. */
export function decodeWatchResponse(bytes: Uint8Array): WatchResponse {
  const reader = makeReader(bytes);
  let header: ResponseHeader = { revision: 0, memberId: '0' };
  let [created, canceled] = [false, false];
  let compactRevision = 0;
  let cancelReason = '';
  const events: WatchEvent[] = [];
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    switch (tag) {
      case lengthed(1):
        header = readHeader(reader, readEnd(reader));
        break;
      case varint(3):
        created = reader.bool();
        break;
      case varint(4):
        canceled = reader.bool();
        break;
      case varint(5):
        compactRevision = readInteger(reader);
        break;
      case lengthed(6):
        cancelReason = reader.string();
        break;
      case lengthed(11):
        events.push(readEvent(reader, readEnd(reader)));
        break;
      default:
        skipField(reader, tag);
    }
  }
  return { header, created, canceled, cancelReason, compactRevision, events };
}

function readEvent(reader: Reader, end: number): WatchEvent {
  let type: WatchEvent['type'] = 'put';
  let kv: KeyValue | undefined;
  let prevKv: KeyValue | undefined;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === varint(1)) type = reader.int32() === EVENT_DELETE ? 'delete' : 'put';
    else if (tag === lengthed(2)) kv = readKeyValue(reader, readEnd(reader));
    else if (tag === lengthed(3)) prevKv = readKeyValue(reader, readEnd(reader));
    else skipField(reader, tag);
  }
  if (kv === undefined) throw new RangeError('a watch event names no key');
  return prevKv === undefined ? { type, kv } : { type, kv, prevKv };
}
