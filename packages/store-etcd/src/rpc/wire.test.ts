import { expect, test } from 'vitest';
import {
  makeReader,
  makeWriter,
  readBytes,
  readEnd,
  readInteger,
  readSignedText,
  readUnsignedText,
  writeBool,
  writeBytes,
  writeInteger,
  writeString,
} from './wire.js';

/** What a writer wrote, in hex. */
function written(write: (writer: ReturnType<typeof makeWriter>) => void): string {
  const writer = makeWriter();
  write(writer);
  return Buffer.from(writer.finish()).toString('hex');
}

/** Bytes given in hex. */
function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));
}

// Source: Protocol Buffers encoding. 150 is its own example of a varint.
test.each([
  [0, ''],
  [150, '08 96 01'],
  [2 ** 40, '08 80 80 80 80 80 20'],
  [Number.MAX_SAFE_INTEGER, '08 ff ff ff ff ff ff ff 0f'],
  ['9223372036854775807', '08 ff ff ff ff ff ff ff ff 7f'],
  ['-2', '08 fe ff ff ff ff ff ff ff ff 01'],
])('the int64 %s is written as "%s"', (value, expected) => {
  expect(written((writer) => writeInteger(writer, 1, value))).toBe(expected.replaceAll(' ', ''));
});

test('fields with the values they have anyway are not written', () => {
  const text = written((writer) => {
    writeBytes(writer, 1, new Uint8Array(0));
    writeBytes(writer, 1, undefined);
    writeString(writer, 2, '');
    writeInteger(writer, 3, '0');
    writeInteger(writer, 3, undefined);
    writeBool(writer, 4, false);
    writeBool(writer, 4, undefined);
  });
  expect(text).toBe('');
});

test.each([
  ['00', 0],
  ['7f', 127],
  ['96 01', 150],
  ['ff ff ff ff 0f', 0xffff_ffff],
  ['80 80 80 80 80 20', 2 ** 40],
  ['ff ff ff ff ff ff ff 0f', Number.MAX_SAFE_INTEGER],
])('the varint %s is the integer %d, and reading goes on after it', (bytes, expected) => {
  const reader = makeReader(hex(`${bytes} 05`));
  expect([readInteger(reader), readInteger(reader)]).toEqual([expected, 5]);
});

test.each([
  ['00', '0', '0'],
  ['96 01', '150', '150'],
  ['ff ff ff ff ff ff ff ff 7f', '9223372036854775807', '9223372036854775807'],
  ['80 80 80 80 80 80 80 80 80 01', '9223372036854775808', '-9223372036854775808'],
  ['ff ff ff ff ff ff ff ff ff 01', '18446744073709551615', '-1'],
])('the varint %s is the id %s, or %s with a sign', (bytes, unsigned, signed) => {
  const reader = makeReader(hex(bytes + bytes));
  expect([readUnsignedText(reader), readSignedText(reader)]).toEqual([unsigned, signed]);
});

test.each([
  ['an integer', readInteger],
  ['an id', readUnsignedText],
])('%s that does not end is refused', (_, read) => {
  expect(() => read(makeReader(hex('80 80')))).toThrow(RangeError);
  expect(() => read(makeReader(hex('80'.repeat(10) + '01')))).toThrow(RangeError);
  expect(() => read(makeReader(new Uint8Array(0)))).toThrow(RangeError);
});

test('bytes are read into memory of their own', () => {
  const answer = hex('03 01 02 03');
  const value = readBytes(makeReader(answer));
  answer.fill(0);
  expect(value).toEqual(new Uint8Array([1, 2, 3]));
  expect(value.buffer.byteLength).toBe(3);
});

test('bytes that end after the message are refused', () => {
  expect(() => readBytes(makeReader(hex('04 01 02 03')))).toThrow(RangeError);
});

test('an embedded message that ends after its surroundings is refused', () => {
  expect(() => readEnd(makeReader(hex('04 01 02 03')))).toThrow(RangeError);
});
