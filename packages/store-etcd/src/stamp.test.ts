import { describe, expect, test } from 'vitest';
import { decodeStamped, encodeStamped } from './stamp.js';

const value = Buffer.from('{"a":"ä"}');

// Evidence: store-etcd-keys
describe('a stamped value', () => {
  test.each(['', 'a.1', 'x'.repeat(255)])('comes back with its id %j', (id) => {
    const decoded = decodeStamped(encodeStamped({ id, value }));
    expect(decoded?.id).toBe(id);
    expect(Buffer.from(decoded?.value ?? [])).toEqual(value);
  });

  test('may be empty', () => {
    const decoded = decodeStamped(encodeStamped({ id: 'a.1', value: new Uint8Array(0) }));
    expect([decoded?.id, decoded?.value.length]).toEqual(['a.1', 0]);
  });

  test('refuses an id whose length does not fit a byte', () => {
    expect(() => encodeStamped({ id: 'x'.repeat(256), value })).toThrow(RangeError);
  });

  test.each([[[]], [[1]], [[1, 3, 97]], [[2, 0]], [[...Buffer.from('{}')]]])(
    'is not what others wrote: %j',
    (bytes) => {
      expect(decodeStamped(Uint8Array.from(bytes))).toBeUndefined();
    },
  );
});
