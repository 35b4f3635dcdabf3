import { isJsonObject } from '@imagestream/core';
import { isTimeText, type WireMember, type WireShape } from './wire-shape.js';

/** A member that the server could not decode. */
export interface WireMismatch {
  /** The names of the members that lead there, list positions included. */
  readonly path: readonly (string | number)[];
  readonly value: unknown;
  /** What the server would take, in words. */
  readonly expected: string;
}

/**
 * Returns the members of a value whose JSON type is not the one of their shape. Null fits everywhere, unknown members
 * fit.
 *
 * Source: docker-metadata.
 */
export function findMismatches(shape: WireShape, value: unknown): WireMismatch[] {
  if (!isJsonObject(value)) return [];
  return Object.entries(shape).flatMap(([name, member]) => {
    const given = Object.hasOwn(value, name) ? value[name] : undefined;
    return checkMember(member, given).map((found) => ({ ...found, path: [name, ...found.path] }));
  });
}

function checkMember(member: WireMember, value: unknown): WireMismatch[] {
  if (value === undefined || value === null) return [];
  switch (member.type) {
    case 'text':
      return typeof value === 'string' ? [] : mismatch(value, 'a text');
    case 'boolean':
      return typeof value === 'boolean' ? [] : mismatch(value, 'true or false');
    case 'integer':
      return Number.isSafeInteger(value) ? [] : mismatch(value, 'a whole number');
    case 'time':
      return typeof value === 'string' && isTimeText(value)
        ? []
        : mismatch(value, 'an RFC 3339 time');
    case 'texts':
      return Array.isArray(value)
        ? value.flatMap((item, index) => at(index, checkMember(TEXT, item)))
        : mismatch(value, 'a list');
    case 'textMap':
      return isJsonObject(value)
        ? Object.entries(value).flatMap(([key, item]) => at(key, checkMember(TEXT, item)))
        : mismatch(value, 'an object');
    case 'keys':
      return isJsonObject(value) ? [] : mismatch(value, 'an object');
    case 'object':
      return isJsonObject(value)
        ? findMismatches(member.shape, value)
        : mismatch(value, 'an object');
    case 'objects':
      return Array.isArray(value)
        ? value.flatMap((item, index) => at(index, findMismatches(member.shape, item)))
        : mismatch(value, 'a list');
    case 'raw':
      return [];
  }
}

const TEXT: WireMember = { type: 'text', unset: 'zero' };

function mismatch(value: unknown, expected: string): WireMismatch[] {
  return [{ path: [], value, expected }];
}

function at(step: string | number, found: readonly WireMismatch[]): WireMismatch[] {
  return found.map((one) => ({ ...one, path: [step, ...one.path] }));
}
