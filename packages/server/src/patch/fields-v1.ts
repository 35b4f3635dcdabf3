import { isJsonObject } from '@imagestream/core';
import { setOwn } from '@imagestream/core/patch';
import type { JsonObject } from '../decode/decoded.js';
import { PathSet, type PathElement } from './path-set.js';

/**
 * A set of paths as `fieldsV1` holds it: nested objects by step, `"."` where a path with longer ones is a member itself.
 *
 * Source: own-fields-v1.
 */
export function encodeFieldsV1(set: PathSet): JsonObject {
  const result: JsonObject = {};
  for (const [element, isMember, below] of set.branches) {
    const nested = encodeFieldsV1(below);
    setOwn(result, element, isMember && !below.isEmpty ? { '.': {}, ...nested } : nested);
  }
  return result;
}

/** The set `fieldsV1` holds; undefined when it is none. */
export function decodeFieldsV1(value: unknown): PathSet | undefined {
  if (!isJsonObject(value)) return undefined;
  const branches: [PathElement, boolean, PathSet][] = [];
  for (const element of Object.keys(value)) {
    if (element === '.') continue;
    const nested = value[element];
    const below = isElement(element) ? decodeFieldsV1(nested) : undefined;
    if (below === undefined || !isJsonObject(nested)) return undefined;
    const isMember = Object.hasOwn(nested, '.') || Object.keys(nested).length === 0;
    branches.push([element, isMember, below]);
  }
  return PathSet.of(branches);
}

function isElement(text: string): boolean {
  if (text.startsWith('f:')) return true;
  if (/^i:-?\d+$/.test(text)) return true;
  if (!/^[kv]:/.test(text)) return false;
  const value = parseJson(text.slice(2));
  return text.startsWith('k:') ? isJsonObject(value) : value !== undefined;
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (error) {
    // A client may have sent anything; what is no JSON is no step.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
