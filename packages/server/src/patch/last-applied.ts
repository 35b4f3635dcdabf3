import { isJsonObject } from '@imagestream/core';
import type { JsonObject } from '../decode/decoded.js';
import { compareBytes } from '../decode/wire-form.js';
import { quoteJson } from './patch-tree.js';
import { PathSet } from './path-set.js';
import type { MapShape } from './shape.js';
import { checkTyped } from './typed-check.js';
import { compareTyped, fieldSetOf } from './typed-value.js';

/** Where kubectl's client-side apply keeps what it applied. */
const ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';
/** The one manager these rules are for. */
const KUBECTL = 'kubectl';
/** What the annotations of an object may add up to. */
const MAX_ANNOTATIONS_BYTES = 256 * 1024;

/**
 * The paths kubectl may take over without force: what its client-side apply wrote last and is still as it was written.
 *
 * Source: apply-kubectl.
 */
export function allowedByLastApplied(
  live: JsonObject,
  by: { readonly manager: string; readonly shape: MapShape },
): PathSet {
  const written = by.manager === KUBECTL ? parseObject(annotationsOf(live)[ANNOTATION]) : undefined;
  if (written === undefined) return PathSet.empty;
  const { shape } = by;
  if (checkTyped(written, shape, { refuseRepeated: true }).length > 0) return PathSet.empty;
  const { added, modified, removed } = compareTyped(written, live, shape);
  return fieldSetOf(written, shape).difference(modified).difference(added).difference(removed);
}

/** The object with the annotation brought up to what kubectl applied, where it has one. */
export function syncLastApplied(
  object: JsonObject,
  applied: JsonObject,
  manager: string,
): JsonObject {
  const annotations = annotationsOf(object);
  if (manager !== KUBECTL || typeof annotations[ANNOTATION] !== 'string') return object;
  const { [ANNOTATION]: _old, ...others } = annotations;
  const text = `${printSorted(withoutAnnotation(applied))}\n`;
  const next = fits({ ...others, [ANNOTATION]: text })
    ? { ...annotations, [ANNOTATION]: text }
    : others;
  const metadata = isJsonObject(object['metadata']) ? object['metadata'] : {};
  return { ...object, metadata: { ...metadata, annotations: next } };
}

function annotationsOf(object: JsonObject): JsonObject {
  const { metadata } = object;
  const annotations = isJsonObject(metadata) ? metadata['annotations'] : undefined;
  return isJsonObject(annotations) ? annotations : {};
}

function withoutAnnotation(applied: JsonObject): JsonObject {
  const { metadata } = applied;
  if (!isJsonObject(metadata)) return applied;
  const { managedFields: _managedFields, ...rest } = metadata;
  if (!isJsonObject(rest['annotations'])) return { ...applied, metadata: rest };
  const { [ANNOTATION]: _annotation, ...annotations } = rest['annotations'];
  return { ...applied, metadata: { ...rest, annotations } };
}

function fits(annotations: JsonObject): boolean {
  const encoder = new TextEncoder();
  const size = Object.entries(annotations).reduce(
    (sum, [key, value]) =>
      sum +
      encoder.encode(key).length +
      (typeof value === 'string' ? encoder.encode(value).length : 0),
    0,
  );
  return size <= MAX_ANNOTATIONS_BYTES;
}

function parseObject(text: unknown): JsonObject | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch (error) {
    // The annotation is the client's; one that is no JSON allows nothing.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** JSON as Go prints a map: keys in order. */
function printSorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printSorted).join(',')}]`;
  if (typeof value === 'string') return quoteJson(value);
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort(compareBytes)
    .map((key) => `${quoteJson(key)}:${printSorted(value[key])}`);
  return `{${members.join(',')}}`;
}
