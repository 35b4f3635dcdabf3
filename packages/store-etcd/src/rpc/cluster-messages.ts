/**
 * Messages of etcd's Lease, Maintenance and Auth services.
 *
 * Source: etcd API reference v3, etcdserverpb Lease, Maintenance and Auth.
 */
import type { LeaseResponse, ResponseHeader, StatusResponse } from './etcd-api.js';
import { readHeader } from './kv-messages.js';
import {
  lengthed,
  makeReader,
  makeWriter,
  readEnd,
  readInteger,
  readSignedText,
  readUnsignedText,
  skipField,
  varint,
  writeInteger,
  writeString,
} from './wire.js';

const NO_HEADER: ResponseHeader = { revision: 0, memberId: '0' };

/** A LeaseGrantRequest; etcd chooses the id. */
export function encodeLeaseGrantRequest(ttlSeconds: number): Uint8Array {
  const writer = makeWriter();
  writeInteger(writer, 1, ttlSeconds);
  return writer.finish();
}

/** A LeaseRevokeRequest or a LeaseKeepAliveRequest, which look alike. */
export function encodeLeaseId(id: string): Uint8Array {
  const writer = makeWriter();
  writeInteger(writer, 1, id);
  return writer.finish();
}

/** Reads a LeaseGrantResponse or a LeaseKeepAliveResponse. Throws a RangeError on bytes that are none. */
export function decodeLeaseResponse(bytes: Uint8Array): LeaseResponse {
  const reader = makeReader(bytes);
  let header = NO_HEADER;
  let id = '0';
  let ttlSeconds = 0;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === lengthed(1)) header = readHeader(reader, readEnd(reader));
    else if (tag === varint(2)) id = readSignedText(reader);
    else if (tag === varint(3)) ttlSeconds = readInteger(reader);
    else skipField(reader, tag);
  }
  return { header, id, ttlSeconds };
}

/** A StatusRequest, which asks nothing more. */
export const STATUS_REQUEST: Uint8Array = new Uint8Array(0);

/** Reads a StatusResponse. Throws a RangeError on bytes that are none. */
export function decodeStatusResponse(bytes: Uint8Array): StatusResponse {
  const reader = makeReader(bytes);
  let header = NO_HEADER;
  let [version, leaderId] = ['', '0'];
  let dbSizeBytes = 0;
  const errors: string[] = [];
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === lengthed(1)) header = readHeader(reader, readEnd(reader));
    else if (tag === lengthed(2)) version = reader.string();
    else if (tag === varint(3)) dbSizeBytes = readInteger(reader);
    else if (tag === varint(4)) leaderId = readUnsignedText(reader);
    else if (tag === lengthed(8)) errors.push(reader.string());
    else skipField(reader, tag);
  }
  return { header, version, dbSizeBytes, leaderId, errors };
}

/** An AuthenticateRequest. */
export function encodeAuthenticateRequest(user: {
  readonly name: string;
  readonly password: string;
}): Uint8Array {
  const writer = makeWriter();
  writeString(writer, 1, user.name);
  writeString(writer, 2, user.password);
  return writer.finish();
}

/** Reads the token of an AuthenticateResponse. Throws a RangeError on bytes that are none. */
export function decodeToken(bytes: Uint8Array): string {
  const reader = makeReader(bytes);
  let token = '';
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === lengthed(2)) token = reader.string();
    else skipField(reader, tag);
  }
  return token;
}
