import { badRequestError, isJsonObject } from '@imagestream/core';
import { applyMergePatch } from '@imagestream/core/patch';
import { parse } from 'yaml';
import { decodeBody } from './decode/decode-body.js';
import type { BodyFormat, JsonObject } from './decode/decoded.js';
import type { Bodies } from './http/bodies.js';

const decoder = new TextDecoder();

function read(bytes: Uint8Array, format: BodyFormat): JsonObject {
  const text = decoder.decode(bytes);
  let value: unknown;
  try {
    value = format === 'json' ? JSON.parse(text) : parse(text);
  } catch (error) {
    throw badRequestError(error instanceof Error ? error.message : 'unreadable');
  }
  if (!isJsonObject(value)) throw badRequestError('the object provided is unrecognized');
  return value;
}

/** Bodies as JSON says them. */
export const plainBodies: Bodies = {
  decode: decodeBody,
  patch({ bytes, live }) {
    const patch = read(bytes, 'json');
    const object = applyMergePatch(structuredClone(live), patch);
    if (!isJsonObject(object)) throw badRequestError('the patch makes no object');
    return { object, warnings: [] };
  },
  apply({ bytes, live }) {
    const object = applyMergePatch(structuredClone(live ?? {}), read(bytes, 'yaml'));
    if (!isJsonObject(object)) throw badRequestError('the patch makes no object');
    return { object, warnings: [] };
  },
  own: ({ object }) => object,
};
