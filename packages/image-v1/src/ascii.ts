/** Tests on UTF-16 code units. Every character class of the reference grammar is ASCII. */

/** Tells whether a code unit is one of `0-9`. */
export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Tells whether a code unit is one of `A-Z a-z`. */
export function isLetter(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

/** Tells whether a code unit is one of `A-Z a-z 0-9`. */
export function isAlphanumeric(code: number): boolean {
  return isDigit(code) || isLetter(code);
}

/** Tells whether a code unit is one of `a-z 0-9`. */
export function isLowerAlphanumeric(code: number): boolean {
  return isDigit(code) || (code >= 0x61 && code <= 0x7a);
}

/** Tells whether a code unit is one of `0-9 a-f A-F`. */
export function isHexDigit(code: number): boolean {
  const lower = code | 0x20;
  return isDigit(code) || (lower >= 0x61 && lower <= 0x66);
}

/**
 * Returns the first index at or after `start` whose code unit fails the test, or the length of the text.
 *
 * Every scanner of this package moves with it, which is what keeps them linear.
 */
export function skipWhile(text: string, start: number, test: (code: number) => boolean): number {
  let index = start;
  while (index < text.length && test(text.charCodeAt(index))) index += 1;
  return index;
}

/** {@link skipWhile} over hex digits. A loop of its own, because most of what references hold is digests. */
export function skipHexDigits(text: string, start: number): number {
  let index = start;
  while (index < text.length && isHexDigit(text.charCodeAt(index))) index += 1;
  return index;
}

/** {@link skipWhile} over `a-z 0-9`. A loop of its own, because it is most of what is left of references. */
export function skipLowerAlphanumerics(text: string, start: number): number {
  let index = start;
  while (index < text.length && isLowerAlphanumeric(text.charCodeAt(index))) index += 1;
  return index;
}
