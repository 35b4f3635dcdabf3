import { isJsonArray, isJsonObject } from '../json.js';
import type { JsonValue } from '../json.js';

type Fits = (value: JsonValue) => boolean;

const isText: Fits = (value) => typeof value === 'string';
const isFlag: Fits = (value) => typeof value === 'boolean';
const isObject: Fits = isJsonObject;
const isTexts: Fits = (value) => isJsonArray(value) && value.every(isText);

function isOneOf(...allowed: readonly JsonValue[]): Fits {
  return (value) => allowed.includes(value);
}

function isGroupVersionKind(value: JsonValue): boolean {
  return (
    isJsonObject(value) && ['group', 'version', 'kind'].every((key) => isText(value[key] ?? null))
  );
}

/** The keywords of a definition source, each with what its value must be. */
export const keywords: ReadonlyMap<string, Fits> = new Map([
  ['$ref', isText],
  ['type', isOneOf('object', 'array', 'string', 'integer', 'number', 'boolean')],
  ['format', isText],
  ['description', isText],
  ['properties', isObject],
  ['required', isTexts],
  ['items', isObject],
  ['additionalProperties', isObject],
  ['default', () => true],
  ['deprecated', isFlag],
]);

/**
 * The extensions of a definition source, each with what its value must be. Those that begin with
 * `x-kubernetes-` are published; the others are for generators and readers of the sources.
 */
export const extensions: ReadonlyMap<string, Fits> = new Map([
  [
    'x-kubernetes-group-version-kind',
    (value) => isJsonArray(value) && value.length > 0 && value.every(isGroupVersionKind),
  ],
  ['x-kubernetes-list-map-keys', isTexts],
  ['x-kubernetes-list-type', isOneOf('atomic', 'set', 'map')],
  ['x-kubernetes-map-type', isOneOf('atomic', 'granular')],
  ['x-kubernetes-patch-merge-key', isText],
  ['x-kubernetes-patch-strategy', isOneOf('merge', 'replace', 'retainKeys', 'merge,retainKeys')],
  ['x-known-values', isTexts],
  ['x-null-on-wire', isFlag],
  ['x-served', isFlag],
  ['x-wire', isOneOf('always', 'omitted-when-unset', 'null-when-unset')],
]);

/** Formats, each with the type it refines. */
export const formats: ReadonlyMap<string, string> = new Map([
  ['int32', 'integer'],
  ['int64', 'integer'],
  ['byte', 'string'],
  ['date-time', 'string'],
]);
