/**
 * The checks that compiled validators call, one per format of the API. They look at characters instead
 * of running regular expressions, because times are most of what validating an image stream costs.
 */

const zero = 48;
const nine = 57;

/**
 * True for an RFC 3339 time as the API server's decoder takes it: `2024-02-29T12:00:00Z`, with an
 * optional fraction of a second and `Z` or an offset such as `+02:00`. Letters are upper case, the day
 * exists in its month, and there is no leap second.
 */
export function isDateTime(text: string): boolean {
  const zone = zoneStart(text);
  return zone !== -1 && isZone(text, zone);
}

/** True for a time with exactly six digits behind the second, which the API's MicroTime asks for. */
export function isMicroTime(text: string): boolean {
  const zone = zoneStart(text);
  return zone === 26 && isZone(text, zone);
}

/** The index at which the zone starts, behind date, time and fraction; -1 when one of them is wrong. */
function zoneStart(text: string): number {
  if (text.length < 20) return -1;
  if (
    text.charCodeAt(4) !== 45 ||
    text.charCodeAt(7) !== 45 ||
    text.charCodeAt(10) !== 84 ||
    text.charCodeAt(13) !== 58 ||
    text.charCodeAt(16) !== 58
  ) {
    return -1;
  }
  const century = twoDigits(text, 0);
  const year = twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  if (century < 0 || year < 0 || month < 1 || month > 12 || day < 1) return -1;
  if (day > 28 && day > daysIn(century * 100 + year, month)) return -1;
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return -1;
  return fractionEnd(text);
}

function fractionEnd(text: string): number {
  if (text.charCodeAt(19) !== 46) return 19;
  let index = 20;
  while (isDigit(text.charCodeAt(index))) index += 1;
  return index > 20 ? index : -1;
}

function isZone(text: string, start: number): boolean {
  const sign = text.charCodeAt(start);
  if (sign === 90) return text.length === start + 1;
  if (sign !== 43 && sign !== 45) return false;
  if (text.length !== start + 6 || text.charCodeAt(start + 3) !== 58) return false;
  const hour = twoDigits(text, start + 1);
  const minute = twoDigits(text, start + 4);
  return hour >= 0 && hour < 24 && minute >= 0 && minute < 60;
}

/** The number two digits stand for, or a negative one when they are none. */
function twoDigits(text: string, index: number): number {
  const tens = text.charCodeAt(index) - zero;
  const ones = text.charCodeAt(index + 1) - zero;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

function isDigit(code: number): boolean {
  return code >= zero && code <= nine;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** True for a number within 32 bits with a sign. That it is a whole number is its type's business. */
export function fitsInt32(value: number): boolean {
  return value >= -2147483648 && value <= 2147483647;
}

/**
 * True for a number within 64 bits with a sign. A JavaScript number is exact up to 2^53 only; what was
 * rounded while it was parsed cannot be told from what was written so.
 */
export function fitsInt64(value: number): boolean {
  return value >= -(2 ** 63) && value < 2 ** 63;
}

/**
 * True for standard base64 with padding, which is how the API writes bytes. Line breaks inside are
 * taken, as the server's decoder takes them.
 */
export function isBase64(text: string): boolean {
  let count = 0;
  let padding = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 10 || code === 13) continue;
    count += 1;
    if (code === 61) padding += 1;
    else if (padding > 0 || !isBase64Letter(code)) return false;
  }
  return count % 4 === 0 && padding <= 2;
}

function isBase64Letter(code: number): boolean {
  return (
    (code >= 65 && code <= 90) ||
    (code >= 97 && code <= 122) ||
    isDigit(code) ||
    code === 43 ||
    code === 47
  );
}

/** True for a Go duration such as `1h30m` or `-1.5s`. Plain `0` is one too. */
export function isGoDuration(text: string): boolean {
  return /^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/.test(text);
}

/** True for a quantity such as `500Mi`, `0.5`, `100m` or `1e3`. */
export function isQuantity(text: string): boolean {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/.test(text);
}
