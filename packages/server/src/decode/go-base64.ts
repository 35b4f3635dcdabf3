/** A text that is no standard base64; the message is Go's and names the byte. */
export class Base64Error extends Error {
  override readonly name = 'Base64Error';
}

const WELL_FORMED = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const PADDING = 0x3d;

/**
 * Checks a text as Go's standard decoder reads it (padding required, line breaks skipped) and gives it as Go's encoder
 * writes it.
 *
 * Throws a Base64Error.
 */
export function canonicalBase64(text: string): string {
  const joined = text.replace(/[\r\n]/g, '');
  if (!WELL_FORMED.test(joined)) {
    throw new Base64Error(`illegal base64 data at input byte ${findBadByte(text)}`);
  }
  if (!joined.endsWith('=')) return joined;
  // Bits beyond the last whole byte are dropped, as decoding and encoding again does.
  return joined.slice(0, -4) + btoa(atob(joined.slice(-4)));
}

/** The index of the byte Go's decoder stops at. */
function findBadByte(text: string): number {
  const bytes = new TextEncoder().encode(text);
  let place = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    if (isBreak(byte)) continue;
    if (isDigit(byte)) place = (place + 1) % 4;
    else return byte === PADDING && place >= 2 ? findBadPadding(bytes, i, place) : i;
  }
  return bytes.length - place;
}

/** Where the padding that starts at `first` goes wrong, after two or three digits. */
function findBadPadding(bytes: Uint8Array, first: number, place: number): number {
  let next = skipBreaks(bytes, first + 1);
  if (place === 2) {
    if (next === bytes.length) return bytes.length;
    if (bytes[next] !== PADDING) return next - 1;
    next = skipBreaks(bytes, next + 1);
  }
  return next;
}

function skipBreaks(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isBreak(bytes[at] ?? 0)) at++;
  return at;
}

function isBreak(byte: number): boolean {
  return byte === 0x0a || byte === 0x0d;
}

function isDigit(byte: number): boolean {
  return /[A-Za-z0-9+/]/.test(String.fromCharCode(byte));
}
