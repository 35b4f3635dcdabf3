import { assertNever, FieldPath, isJsonObject } from '@imagestream/core';
import { didYouMean } from './nearest-name.js';

/** The part of JSON Schema the configuration is described with; editors read it, and {@link checkSchema} does. */
export type Schema =
  | {
      readonly type: 'string';
      readonly description?: string;
      readonly enum?: readonly string[];
      readonly const?: string;
    }
  | { readonly type: 'boolean'; readonly description?: string }
  | {
      readonly type: 'integer';
      readonly description?: string;
      readonly minimum: number;
      readonly maximum: number;
    }
  | {
      readonly type: 'array';
      readonly description?: string;
      readonly items: Schema | PolicyChoice;
      readonly minItems?: number;
    }
  | {
      readonly type: 'object';
      readonly description?: string;
      readonly properties: Readonly<Record<string, Schema>>;
      readonly required?: readonly string[];
      /** False: other keys are mistakes. A schema: other keys are data. */
      readonly additionalProperties: false | Schema;
    };

/** One of several objects, told apart by the constant text of their member `policy`. */
export interface PolicyChoice {
  readonly oneOf: readonly Extract<Schema, { type: 'object' }>[];
}

/**
 * What is wrong with a value, one line each: where, what, and for unknown names which known one may be meant. Empty
 * when nothing is.
 */
export function checkSchema(
  schema: Schema | PolicyChoice,
  value: unknown,
  path: FieldPath = FieldPath.root,
): string[] {
  if ('oneOf' in schema) return checkChoice(schema, value, path);
  switch (schema.type) {
    case 'string':
      return checkText(schema, value, path);
    case 'boolean':
      return typeof value === 'boolean' ? [] : [wrong(path, value, 'true or false')];
    case 'integer': {
      const { minimum, maximum } = schema;
      const fits = Number.isSafeInteger(value) && Number(value) >= minimum;
      if (fits && Number(value) <= maximum) return [];
      return [wrong(path, value, `a whole number from ${minimum} to ${maximum}`)];
    }
    case 'array':
      if (!Array.isArray(value)) return [wrong(path, value, 'a list')];
      if (value.length < (schema.minItems ?? 0)) return [`${place(path)}: is empty`];
      return value.flatMap((item, index) => checkSchema(schema.items, item, path.index(index)));
    case 'object':
      return checkObject(schema, value, path);
    default:
      return assertNever(schema, 'schema');
  }
}

function place(path: FieldPath): string {
  return path.toString() === '' ? 'the configuration' : path.toString();
}

function wrong(path: FieldPath, value: unknown, expected: string): string {
  return `${place(path)}: expected ${expected}, not ${JSON.stringify(value) ?? 'nothing'}`;
}

function checkText(
  schema: Extract<Schema, { type: 'string' }>,
  value: unknown,
  path: FieldPath,
): string[] {
  if (typeof value !== 'string') return [wrong(path, value, 'a text')];
  const known = schema.const === undefined ? schema.enum : [schema.const];
  if (known === undefined || known.includes(value)) return [];
  return [`${wrong(path, value, `one of ${known.join(', ')}`)}${didYouMean(value, known)}`];
}

function checkObject(
  { properties, required = [], additionalProperties }: Extract<Schema, { type: 'object' }>,
  value: unknown,
  path: FieldPath,
): string[] {
  if (!isJsonObject(value)) return [wrong(path, value, 'an object')];
  const missing = required
    .filter((key) => !Object.hasOwn(value, key))
    .map((key) => `${place(path)}: ${key} is missing`);
  const problems = Object.entries(value).flatMap(([key, member]) => {
    const schema = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (schema !== undefined) return checkSchema(schema, member, path.child(key));
    if (additionalProperties !== false)
      return checkSchema(additionalProperties, member, path.key(key));
    const known = Object.keys(properties);
    return [`${place(path)}: there is no ${JSON.stringify(key)}${didYouMean(key, known)}`];
  });
  return [...missing, ...problems];
}

function checkChoice({ oneOf }: PolicyChoice, value: unknown, path: FieldPath): string[] {
  if (!isJsonObject(value)) return [wrong(path, value, 'an object')];
  const given = value['policy'];
  const names = new Map(oneOf.map((schema) => [nameOf(schema), schema]));
  if (typeof given !== 'string') return [`${place(path)}: policy is missing`];
  const schema = names.get(given);
  if (schema !== undefined) return checkObject(schema, value, path);
  return [
    `${place(path)}.policy: there is no policy ${JSON.stringify(given)}${didYouMean(given, names.keys())}`,
  ];
}

function nameOf({ properties }: Extract<Schema, { type: 'object' }>): string {
  const { policy } = properties;
  return policy?.type === 'string' ? (policy.const ?? '') : '';
}
