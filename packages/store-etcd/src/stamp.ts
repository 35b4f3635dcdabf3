/** The first byte of a stamped value: how the rest is to be read. */
const format = 1;
const idAt = 2;
const maxIdBytes = 255;

/** A value, and the id of the transaction that wrote it. */
export interface Stamped {
  readonly id: string;
  readonly value: Uint8Array;
}

/**
 * What etcd holds for a value: a byte for the format, the length of the id, the id in ASCII, the
 * value. So the history of a key tells which transaction wrote what.
 *
 * Throws a `RangeError` for an id that is longer than 255 characters.
 *
 * Source: store-etcd-keys.
 */
export function encodeStamped({ id, value }: Stamped): Uint8Array {
  if (id.length > maxIdBytes) throw new RangeError(`the id ${id} is longer than ${maxIdBytes}`);
  const bytes = Buffer.allocUnsafe(idAt + id.length + value.length);
  bytes[0] = format;
  bytes[1] = id.length;
  bytes.write(id, idAt, 'latin1');
  bytes.set(value, idAt + id.length);
  return bytes;
}

/** The parts of what etcd holds, not copied; undefined for what `encodeStamped` has not written. */
export function decodeStamped(bytes: Uint8Array): Stamped | undefined {
  const idLength = bytes[1];
  if (bytes[0] !== format || idLength === undefined) return undefined;
  const valueAt = idAt + idLength;
  if (bytes.length < valueAt) return undefined;
  const id = Buffer.from(bytes.buffer, bytes.byteOffset + idAt, idLength).toString('latin1');
  return { id, value: bytes.subarray(valueAt) };
}
