import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './source-files.js';

/** A JSON object of a document or of the facts. */
export type Json = { readonly [key: string]: unknown };

/** The facts about one definition, without sentences. */
export interface DefinitionFact {
  /** Type, requirements and extensions of the definition itself, and what reaches it. */
  readonly schema: Json & { readonly reachability?: string; readonly required: readonly string[] };
  readonly properties: Readonly<Record<string, Json>>;
}

/** The facts about one operation. */
export interface OperationFact {
  readonly legacy: boolean;
  readonly method: string;
  readonly path: string;
  /** Null for legacy operations, whose ids are not recorded. */
  readonly operationId: string | null;
  readonly action: string;
  readonly gvk: Json;
  readonly body: { readonly schema: string; readonly required: boolean } | null;
  /** Definition names by code; null for an answer without a schema. */
  readonly responses: Readonly<Record<string, string | null>>;
  readonly consumes: readonly string[];
  readonly produces: readonly string[];
  readonly deprecated: boolean;
  readonly pathParameters: readonly string[];
  readonly pathLevel: readonly string[];
  readonly operationLevel: readonly string[];
}

/** Everything in `test/fixtures/spec/facts.json`. */
export interface Facts {
  readonly counts: Readonly<Record<'v3' | 'v2' | 'legacy', Readonly<Record<string, number>>>>;
  readonly documents: Readonly<Record<'v2Paths' | 'v3Paths' | 'v3Index', readonly string[]>>;
  readonly legacy: {
    readonly removed: Readonly<Record<string, readonly string[]>>;
    readonly added: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  };
  /** What discovery answers. */
  readonly resources: readonly Json[];
  /** Name, type, format and priority of each Table column, by resource. */
  readonly tables: Readonly<Record<string, readonly (readonly [string, string, string, number])[]>>;
  readonly parameters: Readonly<
    Record<string, { readonly type: string; readonly deprecated: boolean }>
  >;
  readonly operations: readonly OperationFact[];
  readonly definitions: Readonly<Record<string, DefinitionFact>>;
}

/** Reads the facts the documents are compared with. */
export function readFacts(): Facts {
  return JSON.parse(readFileSync(join(ROOT, 'test/fixtures/spec/facts.json'), 'utf8')) as Facts;
}

/** Reads a committed document below `spec/`. */
export function readDocument(path: string): Json {
  return JSON.parse(readFileSync(join(ROOT, 'spec', path), 'utf8')) as Json;
}

/** The member of a document at a chain of keys; undefined when one is missing. */
export function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? (inner as Json)[key] : undefined,
    value,
  );
}

/** The same, as an object; empty when it is none. */
export function objectAt(value: unknown, ...keys: readonly string[]): Json {
  const found = at(value, ...keys);
  return typeof found === 'object' && found !== null ? (found as Json) : {};
}

/** A schema of any dialect in the facts' terms: full names, no wrapping, no sentences. */
export function asFact(schema: unknown, leaveOut: readonly string[] = []): unknown {
  if (Array.isArray(schema) || typeof schema !== 'object' || schema === null) return schema;
  const { allOf, ...own } = schema as Json;
  const wrapped = Array.isArray(allOf) ? { ...objectAt(allOf[0]), ...own } : own;
  const kept = Object.entries(wrapped).flatMap(([key, value]): [string, unknown][] => {
    const isDropped = key === 'description' || key === 'deprecated' || leaveOut.includes(key);
    if (isDropped || (key.startsWith('x-') && !key.startsWith('x-kubernetes-'))) return [];
    if (key === '$ref') return [[key, String(value).split('/').at(-1)]];
    if (key === 'items' || key === 'additionalProperties') return [[key, asFact(value, leaveOut)]];
    return [[key, value]];
  });
  return Object.fromEntries(kept);
}

/** A definition's facts as a schema would state them, for comparison with `asFact`. */
export function definitionAsSchema(fact: DefinitionFact): Json {
  const { reachability: _reachability, required, ...rest } = fact.schema;
  return { ...rest, ...(required.length === 0 ? {} : { required: [...required].sort() }) };
}

/** Every object inside a value, itself included. */
export function objectsIn(value: unknown): readonly Json[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(objectsIn);
  return Array.isArray(value) ? inner : [value as Json, ...inner];
}

/** Every operation of a document, in path order. */
export function operationsOf(document: Json): readonly Json[] {
  return Object.values(objectAt(document, 'paths')).flatMap((item) =>
    Object.entries(objectAt(item)).flatMap(([key, value]) =>
      key === 'parameters' ? [] : [objectAt(value)],
    ),
  );
}

/** A list as it is; empty when the value is none. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
