import { type FieldError, isJsonObject, typeInvalid } from '@imagestream/core';
import { toFieldError } from './ajv-error.js';
import { report } from './report.js';
import type { SchemaError, SchemaValidator } from './gen/image-v1/shared.js';

/** The compiled check of a kind. */
export interface KindSchema {
  readonly kind: string;
  readonly validate: SchemaValidator;
  /** What the strict check finds beyond it: unknown and repeated members. */
  readonly findStrictErrors: (object: unknown) => readonly SchemaError[];
}

/** What is wrong with the structure of an object. */
export interface StructureResult {
  readonly errors: FieldError[];
  /** Whether the server could read the object at all: only then can its fields be judged. */
  readonly isDecodable: boolean;
}

const API_VERSION = 'image.openshift.io/v1';

/**
 * Checks the structure of an object against the schema of its kind.
 *
 * In `server` mode what passes is what the server can decode: null stands for absent, unknown members are ignored, no
 * member is required. What does not pass the server answers 400 for; here it is an error of type `TypeInvalid`. In
 * `strict` mode unknown members are `Forbidden` and repeated entries of a keyed list `Duplicate` as well.
 *
 * Source: structure-type, structure-format, structure-api-version, structure-unknown-field, structure-duplicate.
 */
export function checkStructure(
  object: unknown,
  options: { readonly schema: KindSchema; readonly mode: 'server' | 'strict' },
): StructureResult {
  const { schema, mode } = options;
  const found = schema.validate(object) ? [] : (schema.validate.errors ?? []);
  const errors = [...checkApiVersion(object), ...found.map((error) => toFieldError(error, object))];
  const isDecodable = errors.length === 0;
  if (mode === 'server') return { errors, isDecodable };
  const strict = schema.findStrictErrors(object).map((error) => toFieldError(error, object));
  return { errors: [...errors, ...strict], isDecodable };
}

/** An absent apiVersion means the one of the endpoint. Source: structure-api-version. */
function checkApiVersion(object: unknown): FieldError[] {
  const given =
    isJsonObject(object) && Object.hasOwn(object, 'apiVersion') ? object['apiVersion'] : undefined;
  if (given === undefined || given === null || given === '' || given === API_VERSION) return [];
  if (typeof given !== 'string') return [];
  const detail = `the API version in the data (${given}) does not match the expected API version (${API_VERSION})`;
  return [report('structure-api-version', typeInvalid('apiVersion', given, detail))];
}
