import type { Ajv, ValidateFunction } from 'ajv';
import type { ApiType, TypeDeclaration } from '../../model/api-model.js';
import { toJsonSchema } from '../json-schema.js';
import type { SchemaStyle } from '../json-schema.js';
import { formatChecks, formatNames } from './formats.js';

/** One compiled type: the text of its function, and what the text calls. */
export interface CompiledType {
  readonly definition: string;
  readonly functionName: string;
  /** The function declaration, with the names below in it. */
  readonly code: string;
  /** Runtime checks it calls. */
  readonly checks: readonly string[];
  /** Functions of other types it calls. */
  readonly calls: readonly string[];
}

type Source = NonNullable<ValidateFunction['source']>;

/**
 * Compiles types with Ajv, each but the scalars into one function that calls the functions of the types it refers to.
 * Ajv numbers its names; here they become names of the types, so that a new type renumbers nothing.
 */
export async function compileTypes(
  types: readonly TypeDeclaration[],
  functionName: (definition: string) => string,
): Promise<readonly CompiledType[]> {
  // Loaded here, because most runs compile nothing.
  const { Ajv: Compiler } = await import('ajv');
  const ajv = new Compiler({
    allErrors: true,
    messages: false,
    inlineRefs: false,
    strict: false,
    logger: false,
    validateSchema: false,
    addUsedSchema: false,
    code: { source: true, esm: true, lines: true, optimize: 1 },
  });
  for (const { format, looksAt } of formatChecks) {
    // Only the text is used, so the check itself is never called here.
    if (looksAt === 'number') ajv.addFormat(format, { type: 'number', validate: () => true });
    else ajv.addFormat(format, { type: 'string', validate: () => true });
  }
  const bodies = new Map(types.map((type) => [type.name, type.body]));
  const style: SchemaStyle = {
    reference: schemaId,
    inline: (definition) => leafOf(definition, bodies),
    formats: formatNames,
    forEditors: false,
  };
  const compound = types.filter((type) => leafOf(type.name, bodies) === undefined);
  for (const type of compound) ajv.addSchema(toJsonSchema(type.body, style), schemaId(type.name));
  const sources = new Map(compound.map((type) => [type.name, sourceOf(ajv, type.name)]));
  const names = new Map(
    [...sources].map(([definition, source]) => [
      String(source.validateName),
      functionName(definition),
    ]),
  );
  return compound.map((type) => rename(type.name, sourceOf(ajv, type.name), names));
}

/** A named scalar is checked in place: a call would cost more than the check. */
function leafOf(definition: string, bodies: ReadonlyMap<string, ApiType>): ApiType | undefined {
  const body = bodies.get(definition);
  const isLeaf = body?.type === 'well-known' || body?.type === 'scalar' || body?.type === 'enum';
  return isLeaf ? body : undefined;
}

/** Ajv resolves references as URIs, so a definition's id is a path that holds its name. */
function schemaId(definition: string): string {
  return `/${encodeURIComponent(definition)}`;
}

function sourceOf(ajv: Ajv, definition: string): Source {
  const source = ajv.getSchema(schemaId(definition))?.source;
  if (source === undefined) throw new TypeError(`${definition} did not compile`);
  return source;
}

/** Words outside string literals; the literals are matched first so that they stay as they are. */
const words =
  /"(?:[^"\\]|\\.)*"|\bschema\d+(?:\.[A-Za-z_$][\w$]*|\["(?:[^"\\]|\\.)*"\]|\[\d+\])*|\b(?:validate|formats|root|wrapper)\d+(?:\.validate)?\b/g;

function rename(
  definition: string,
  source: Source,
  names: ReadonlyMap<string, string>,
): CompiledType {
  const checks = new Set<string>();
  const calls = new Set<string>();
  const values = readScope(source, names);
  const code = source.validateCode.replaceAll(words, (word) => {
    if (word.startsWith('"')) return word;
    if (word.startsWith('schema')) return schemaLiteral(word, values.schemas);
    const value = word.replace(/\.validate$/, '');
    const check = values.checks.get(value);
    if (check !== undefined) {
      checks.add(check);
      return check;
    }
    const called = values.recursive.get(value) ?? names.get(value);
    if (called === undefined) throw new TypeError(`compiled code mentions ${word}`);
    calls.add(called);
    return called;
  });
  refuseForeignValues(definition, source, code);
  const functionName = names.get(String(source.validateName)) ?? '';
  calls.delete(functionName);
  return { definition, functionName, code: code.trim(), checks: [...checks], calls: [...calls] };
}

interface ScopeNames {
  /** `formats4` → the runtime's check. */
  readonly checks: ReadonlyMap<string, string>;
  /** `root3` → the function of a type that refers to itself. */
  readonly recursive: ReadonlyMap<string, string>;
  /** `schema5` → the schema that the code takes parts of. */
  readonly schemas: ReadonlyMap<string, unknown>;
}

function readScope(source: Source, names: ReadonlyMap<string, string>): ScopeNames {
  const checks = new Map<string, string>();
  const recursive = new Map<string, string>();
  const schemas = new Map<string, unknown>();
  for (const [prefix, values] of Object.entries(source.scopeValues)) {
    for (const value of values ?? []) {
      const key: unknown = value.value?.key;
      const ref: unknown = value.value?.ref;
      if (prefix === 'formats') checks.set(value.str, checkOf(key));
      if (prefix === 'schema') schemas.set(value.str, ref);
      if ((prefix === 'root' || prefix === 'wrapper') && isEnvironment(ref)) {
        recursive.set(value.str, names.get(String(ref.validateName)) ?? '');
      }
    }
  }
  return { checks, recursive, schemas };
}

/** Errors name the types that would be taken by a path into the schema; the value itself is shorter. */
function schemaLiteral(word: string, schemas: ReadonlyMap<string, unknown>): string {
  const [name = '', ...steps] = word.match(/[A-Za-z_$][\w$]*|"(?:[^"\\]|\\.)*"|\d+/g) ?? [];
  let value = schemas.get(name);
  for (const step of steps) {
    const key: unknown = step.startsWith('"') ? JSON.parse(step) : step;
    const holder: unknown = value;
    value =
      typeof holder === 'object' && holder !== null && typeof key === 'string'
        ? (Object.getOwnPropertyDescriptor(holder, key)?.value as unknown)
        : undefined;
  }
  if (value === undefined) throw new TypeError(`compiled code mentions ${word}`);
  return JSON.stringify(value);
}

function checkOf(format: unknown): string {
  const check = formatChecks.find((known) => known.format === format);
  if (check === undefined) throw new TypeError(`compiled code uses format ${String(format)}`);
  return check.name;
}

function isEnvironment(value: unknown): value is { validateName: unknown } {
  return typeof value === 'object' && value !== null && 'validateName' in value;
}

/** Ajv's helpers and constants would come in through `require`; the schemas used here need none. */
function refuseForeignValues(definition: string, source: Source, code: string): void {
  const known = ['validate', 'formats', 'root', 'wrapper', 'schema', 'Error'];
  for (const prefix of Object.keys(source.scopeValues)) {
    if (known.includes(prefix)) continue;
    throw new TypeError(`${definition} compiles to code that needs ${prefix}`);
  }
  if (
    /\b(?:require|eval)\s*\(|\bnew Function\b|\bschema\d+\b/.test(
      code.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""'),
    )
  ) {
    throw new TypeError(`${definition} compiles to code that is not self-contained`);
  }
}
