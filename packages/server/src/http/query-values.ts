import { badRequestError } from '@imagestream/core';

/** Whether a parameter is switched on: present and not `0` or `false`, whatever the case. Only the first value counts. */
export function readFlag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  return value !== null && value !== '0' && value.toLowerCase() !== 'false';
}

/** As {@link readFlag}, undefined when the parameter is absent. */
export function readOptionalFlag(query: URLSearchParams, name: string): boolean | undefined {
  return query.has(name) ? readFlag(query, name) : undefined;
}

const minInt64 = -(2n ** 63n);
const maxInt64 = 2n ** 63n - 1n;

/**
 * A whole number of a parameter, undefined when it is absent. Numbers beyond the safe ones are cut to them.
 * Throws 400 in the server's words for anything else. Source: api-query-values.
 */
export function readInteger(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const quoted = `strconv.ParseInt: parsing ${JSON.stringify(text)}`;
  if (!/^[+-]?\d+$/.test(text)) throw badRequestError(`${quoted}: invalid syntax`);
  const value = BigInt(text.replace(/^\+/, ''));
  if (value < minInt64 || value > maxInt64) {
    throw badRequestError(`${quoted}: value out of range`);
  }
  const clipped = Math.min(Number(value), Number.MAX_SAFE_INTEGER);
  return Math.max(clipped, Number.MIN_SAFE_INTEGER);
}

/** A text of a parameter, empty when it is absent. */
export function readText(query: URLSearchParams, name: string): string {
  return query.get(name) ?? '';
}
