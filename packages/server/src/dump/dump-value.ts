/** Values of a store as members of a line: JSON that people can read and edit, or base64 where JSON would change bytes. */
import { isJsonObject } from '@imagestream/core';
import { DumpError } from './dump-error.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The member that holds a value, as text: `"object":{…}` if reading and writing that JSON again gives the same bytes,
 * `"base64":"…"` otherwise.
 */
export function encodeValue(value: Uint8Array): string {
  const text = canonicalObject(value);
  return text === undefined ? `"base64":"${toBase64(value)}"` : `"object":${text}`;
}

/** The text of a value that is a JSON object in the one form that `JSON.stringify` gives it. */
function canonicalObject(value: Uint8Array): string | undefined {
  try {
    const text = decoder.decode(value);
    const object: unknown = JSON.parse(text);
    return isJsonObject(object) && JSON.stringify(object) === text ? text : undefined;
  } catch {
    // Neither UTF-8 nor JSON has to be in a store; base64 holds anything.
    return undefined;
  }
}

/** The value a line holds as `object` or as `base64`. Throws a DumpError. */
export function decodeValue(line: Readonly<Record<string, unknown>>): Uint8Array {
  const { object, base64 } = line;
  if (object !== undefined && base64 !== undefined) {
    throw new DumpError('object and base64 exclude each other');
  }
  if (base64 !== undefined) return fromBase64(base64);
  if (!isJsonObject(object)) throw new DumpError('object is missing, or no JSON object');
  return encoder.encode(JSON.stringify(object));
}

/** As many bytes as can be the arguments of one call. */
const bytesPerCall = 8192;

function toBase64(value: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < value.length; at += bytesPerCall) {
    binary += String.fromCharCode(...value.subarray(at, at + bytesPerCall));
  }
  return btoa(binary);
}

function fromBase64(text: unknown): Uint8Array {
  try {
    const binary = atob(String(text));
    // Reading is lenient about spaces and padding; an edit that went wrong is told.
    if (btoa(binary) === text) return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
  } catch {
    // Told below, like the other ways of not being base64.
  }
  throw new DumpError('base64 holds no base64 text');
}
