import { describe, expect, test } from 'vitest';
import {
  decodeLeaseResponse,
  decodeStatusResponse,
  decodeToken,
  encodeAuthenticateRequest,
  encodeLeaseGrantRequest,
  encodeLeaseId,
} from './cluster-messages.js';
import {
  decodeHeader,
  decodeRangeResponse,
  decodeTxnResponse,
  encodeCompactionRequest,
  encodeRangeRequest,
  encodeTxnRequest,
} from './kv-messages.js';
import { decodeWatchResponse, encodeWatchRequest } from './watch-messages.js';

// Golden bytes follow from the encoding's rules: a field is (number << 3 | wire type), then a varint
// (0) or a length with so many bytes (2). In hex, blanks and line ends are for the eye.
function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));
}

const a = new Uint8Array([0x61]);
const b = new Uint8Array([0x62]);

/** cluster_id, which nobody here reads, member_id 7, revision 300, raft_term 2. */
const HEADER = '0a 09 08 05 10 07 18 ac 02 20 02';
const header = { memberId: '7', revision: 300 };

/** Fields no release has: 15 as each wire type, and a known number as a wire type it never has. */
const UNKNOWN = '78 96 01  79 0102030405060708  7a 02 ffff  7d 01020304  0d 01020304';

describe('requests', () => {
  test('a range request names what is not as usual', () => {
    const whole = {
      ...{ key: a, rangeEnd: b, limit: 500, revision: 300 },
      ...{ serializable: true, keysOnly: true, countOnly: true },
    };
    expect(new Uint8Array(encodeRangeRequest(whole))).toEqual(
      hex('0a 01 61  12 01 62  18 f4 03  20 ac 02  38 01  40 01  48 01'),
    );
    expect(new Uint8Array(encodeRangeRequest({ key: a }))).toEqual(hex('0a 01 61'));
  });

  test('a transaction has its comparisons and both branches', () => {
    const txn = encodeTxnRequest({
      compare: [{ key: a, modRevision: 300 }],
      success: [
        { type: 'put', key: a, value: b, leaseId: '150' },
        { type: 'delete', key: a, rangeEnd: b },
      ],
      failure: [{ type: 'range', range: { key: a } }],
    });
    // Compare: target MOD (2), key, mod_revision; its relation EQUAL is 0 and left out.
    expect(new Uint8Array(txn)).toEqual(
      hex(`
      0a 08  10 02  1a 01 61  30 ac 02
      12 0b  12 09  0a 01 61  12 01 62  18 96 01
      12 08  1a 06  0a 01 61  12 01 62
      1a 05  0a 03  0a 01 61`),
    );
  });

  test('a comparison with revision 0 says so, since a left out one would compare nothing', () => {
    const txn = encodeTxnRequest({
      compare: [{ key: a, modRevision: 0 }],
      success: [],
      failure: [],
    });
    expect(new Uint8Array(txn)).toEqual(hex('0a 07  10 02  1a 01 61  30 00'));
  });

  test('a step of a transaction without any field is still a step', () => {
    const empty = new Uint8Array(0);
    const txn = encodeTxnRequest({
      compare: [],
      success: [{ type: 'put', key: empty, value: empty }],
      failure: [],
    });
    expect(new Uint8Array(txn)).toEqual(hex('12 02  12 00'));
  });

  test('a watch is created with what came before, progress, and no fragments', () => {
    const watch = { key: a, rangeEnd: b, startRevision: 300, prevKv: true, progressNotify: true };
    expect(new Uint8Array(encodeWatchRequest(watch))).toEqual(
      hex('0a 0d  0a 01 61  12 01 62  18 ac 02  20 01  30 01'),
    );
  });

  test('the small ones', () => {
    expect(new Uint8Array(encodeCompactionRequest(300))).toEqual(hex('08 ac 02'));
    expect(new Uint8Array(encodeLeaseGrantRequest(10))).toEqual(hex('08 0a'));
    expect(new Uint8Array(encodeLeaseId('9223372036854775807'))).toEqual(
      hex('08 ff ff ff ff ff ff ff ff 7f'),
    );
    expect(new Uint8Array(encodeAuthenticateRequest({ name: 'a', password: 'ü' }))).toEqual(
      hex('0a 01 61  12 02 c3 bc'),
    );
  });
});

describe('responses', () => {
  test('a range response has its keys and values', () => {
    const kv = '0a 01 61  10 02  18 ac 02  20 05  2a 01 62  30 96 01';
    expect(decodeRangeResponse(hex(`${HEADER} 12 10 ${kv} 18 01 20 f4 03`))).toEqual({
      header,
      kvs: [{ key: a, value: b, createRevision: 2, modRevision: 300 }],
      more: true,
      count: 500,
    });
  });

  test('what a range response leaves out is empty', () => {
    expect(decodeRangeResponse(hex(HEADER))).toEqual({ header, kvs: [], more: false, count: 0 });
    expect(decodeRangeResponse(new Uint8Array(0)).header).toEqual({ revision: 0, memberId: '0' });
  });

  test('a transaction response has the answers of the branch that happened', () => {
    const range = '1a 09  0a 07  12 03 0a 01 61  20 01';
    expect(
      decodeTxnResponse(hex(`${HEADER} 10 01 ${range} 1a 02 12 00  1a 04 1a 02 10 03`)),
    ).toEqual({
      header,
      succeeded: true,
      responses: [
        {
          type: 'range',
          range: {
            header: { revision: 0, memberId: '0' },
            kvs: [{ key: a, value: new Uint8Array(0), createRevision: 0, modRevision: 0 }],
            more: false,
            count: 1,
          },
        },
        { type: 'put' },
        { type: 'delete', deleted: 3 },
      ],
    });
  });

  test('a step of a transaction that was answered with nothing known is refused', () => {
    expect(() => decodeTxnResponse(hex('1a 02 22 00'))).toThrow(RangeError);
  });

  test('a watch response has its events', () => {
    const put = '5a 0a  12 08  0a 01 61  18 ac 02  20 01';
    const gone = '5a 12  08 01  12 06 0a 01 61 18 ad 02  1a 06 0a 01 61 18 ac 02';
    expect(decodeWatchResponse(hex(`${HEADER} ${put} ${gone}`))).toEqual({
      ...{ header, created: false, canceled: false, cancelReason: '', compactRevision: 0 },
      events: [
        { type: 'put', kv: bare(300) },
        { type: 'delete', kv: bare(301), prevKv: bare(300) },
      ],
    });
  });

  test('a watch response says that the watch began or ended, and why', () => {
    expect(decodeWatchResponse(hex(`${HEADER} 18 01 20 01 28 ac 02 32 02 6e 6f`))).toEqual({
      ...{ header, created: true, canceled: true, cancelReason: 'no', compactRevision: 300 },
      events: [],
    });
  });

  test('an event without a key is refused', () => {
    expect(() => decodeWatchResponse(hex('5a 02 08 01'))).toThrow(RangeError);
  });

  test('the small ones', () => {
    expect(decodeHeader(hex(`${HEADER} 10 01`))).toEqual(header);
    expect(decodeLeaseResponse(hex(`${HEADER} 10 96 01 18 0a`))).toEqual({
      ...{ header, id: '150', ttlSeconds: 10 },
    });
    expect(
      decodeStatusResponse(hex(`${HEADER} 12 01 33 18 ac 02 20 07 28 01 42 01 61 42 01 62`)),
    ).toEqual({ header, version: '3', dbSizeBytes: 300, leaderId: '7', errors: ['a', 'b'] });
    expect(decodeToken(hex(`${HEADER} 12 01 61`))).toBe('a');
  });

  test.each([
    ['range', decodeRangeResponse],
    ['transaction', decodeTxnResponse],
    ['watch', decodeWatchResponse],
    ['lease', decodeLeaseResponse],
    ['status', decodeStatusResponse],
    ['header', decodeHeader],
  ])('a %s response is read past fields that newer releases may add', (_, decode) => {
    expect(decode(hex(`${UNKNOWN} ${HEADER} ${UNKNOWN}`))).toEqual(decode(hex(HEADER)));
  });

  test('unknown fields are skipped inside of messages as well', () => {
    const kv = `0a 01 61 ${UNKNOWN} 18 ac 02`;
    const size = hex(kv).length.toString(16);
    const event = `5a ${(hex(kv).length + 4).toString(16)} 78 00 12 ${size} ${kv}`;
    expect(decodeRangeResponse(hex(`12 ${size} ${kv}`)).kvs).toEqual([bare(300)]);
    expect(decodeWatchResponse(hex(event)).events).toEqual([{ type: 'put', kv: bare(300) }]);
  });

  test.each([
    ['range', decodeRangeResponse],
    ['transaction', decodeTxnResponse],
    ['watch', decodeWatchResponse],
  ])('a %s response that was cut off is refused wherever the cut is', (_, decode) => {
    const whole = hex(`${HEADER} 7a 03 010203`);
    const cuts = [...whole.keys()].slice(1).filter((end) => end !== hex(HEADER).length);
    for (const end of cuts) expect(() => decode(whole.subarray(0, end))).toThrow(RangeError);
  });
});

/** Key "a" without a value. */
function bare(modRevision: number): object {
  return { key: a, value: new Uint8Array(0), createRevision: 0, modRevision };
}
