/**
 * Compares two texts as the server sorts them, by UTF-8 bytes, and returns a number below, at or above zero.
 *
 * JavaScript compares UTF-16 code units, which differs once characters beyond the basic plane meet those just below
 * its end.
 *
 * Source: tag-order.
 */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return liftSurrogate(left) - liftSurrogate(right);
  }
  return a.length - b.length;
}

/** Half of a pair stands for a character beyond every single unit, so it sorts last. */
function liftSurrogate(code: number): number {
  return code >= 0xd800 && code <= 0xdfff ? code + 0x10000 : code;
}
