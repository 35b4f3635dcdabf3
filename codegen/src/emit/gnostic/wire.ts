/**
 * The protobuf wire format, as far as the OpenAPI document message needs it: varints, 64-bit floats and
 * length-delimited values. A message is the bytes of its fields, one after the other.
 */

/** A varint field: booleans and whole numbers. */
export function varintField(field: number, value: number): Uint8Array {
  return concat([varint(field * 8), varint(value)]);
}

/** A 64-bit float field, little-endian. */
export function doubleField(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return concat([varint(field * 8 + 1), bytes]);
}

/** A length-delimited field: a text or a message. */
export function bytesField(field: number, value: Uint8Array): Uint8Array {
  return concat([varint(field * 8 + 2), varint(value.length), value]);
}

/** A text field. */
export function textField(field: number, value: string): Uint8Array {
  return bytesField(field, new TextEncoder().encode(value));
}

/** All parts in one array. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return Uint8Array.from([...bytes, rest]);
}
