import {
  duplicate,
  type FieldError,
  FieldPath,
  forbidden,
  isJsonObject,
  typeInvalid,
} from '@imagestream/core';
import type { SchemaError } from './gen/image-v1/shared.js';
import { report } from './report.js';

/**
 * Turns an error of a compiled schema into a field error, with the value it is about.
 *
 * List elements are named by their position, `spec.tags[0].from`: an object of the wrong structure has no tag names to
 * go by.
 *
 * Source: structure-type, structure-format, structure-unknown-field, structure-duplicate.
 */
export function toFieldError(error: SchemaError, data: unknown): FieldError {
  const { path, value } = locate(error.instancePath, data);
  switch (error.keyword) {
    case 'type':
      return report(
        'structure-type',
        typeInvalid(path, value, `must be ${expectedTypes(error.params.type)}`),
      );
    case 'format': {
      const format =
        FORMATS.get(error.params.format ?? '') ?? `a ${error.params.format ?? 'known format'}`;
      return report('structure-format', typeInvalid(path, value, `must be ${format}`));
    }
    case 'additionalProperties': {
      const field = path.child(error.params.additionalProperty ?? '');
      return report('structure-unknown-field', forbidden(field, 'unknown field'));
    }
    case 'uniqueKeys':
      return report('structure-duplicate', duplicate(path, keysOf(value, error.params.keys ?? [])));
    case 'uniqueItems':
      return report('structure-duplicate', duplicate(path, value));
    default:
      return report(
        'structure-type',
        typeInvalid(path, value, `does not satisfy "${error.keyword}"`),
      );
  }
}

const FORMATS: ReadonlyMap<string, string> = new Map([
  ['byte', 'base64'],
  ['date-time', 'an RFC 3339 time such as 2024-02-29T12:00:00Z'],
  ['duration', 'a duration such as 1h30m'],
  ['int32', 'a whole number of 32 bits'],
  ['int64', 'a whole number of 64 bits'],
  ['micro-time', 'an RFC 3339 time with six digits behind the second'],
  ['quantity', 'a quantity such as 500Mi'],
]);

const TYPES: ReadonlyMap<string, string> = new Map([
  ['array', 'a list'],
  ['boolean', 'true or false'],
  ['integer', 'a whole number'],
  ['number', 'a number'],
  ['object', 'an object'],
  ['string', 'a text'],
]);

/** Null is taken everywhere, so saying it would only distract. */
function expectedTypes(types: readonly string[] | string | undefined): string {
  const named = typeof types === 'string' ? [types] : (types ?? []);
  return named
    .filter((type) => type !== 'null')
    .map((type) => TYPES.get(type) ?? type)
    .join(' or ');
}

/** Members whose own members are keys of the data, not properties of a type. */
const MAPS: ReadonlySet<string> = new Set([
  'annotations',
  'blobs',
  'data',
  'labels',
  'signedClaims',
  'stringData',
]);

function locate(pointer: string, data: unknown): { path: FieldPath; value: unknown } {
  let path = FieldPath.root;
  let value = data;
  let previous = '';
  for (const step of pointer.split('/').slice(1).map(unescapeStep)) {
    if (Array.isArray(value)) path = path.index(Number(step));
    else path = MAPS.has(previous) ? path.key(step) : path.child(step);
    value = memberOf(value, step);
    previous = step;
  }
  return { path, value };
}

function memberOf(value: unknown, step: string): unknown {
  if (Array.isArray(value)) return value[Number(step)];
  return isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}

function unescapeStep(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** One key prints bare, several as the members that make up the key. */
function keysOf(value: unknown, keys: readonly string[]): unknown {
  const [only] = keys;
  if (keys.length === 1 && only !== undefined) return memberOf(value, only);
  return Object.fromEntries(keys.map((key) => [key, memberOf(value, key)]));
}
