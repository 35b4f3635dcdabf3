/** A value JSON can hold. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** An object JSON can hold. `undefined` stands for an absent property and is never written. */
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/** True for a JSON object: neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True for a JSON array. */
export function isJsonArray(value: unknown): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The property's value when the object holds it itself; `__proto__` and its kind are ordinary names here. */
export function ownValue(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The property's value when it is a string, else undefined. */
export function stringOf(object: JsonObject, key: string): string | undefined {
  const value = ownValue(object, key);
  return typeof value === 'string' ? value : undefined;
}

/** The strings of an array property, in order; other members are left out. */
export function stringsOf(object: JsonObject, key: string): readonly string[] {
  const value = ownValue(object, key);
  return isJsonArray(value) ? value.filter((member) => typeof member === 'string') : [];
}

/** The property's value when it is an object, else undefined. */
export function objectOf(object: JsonObject, key: string): JsonObject | undefined {
  const value = ownValue(object, key);
  return isJsonObject(value) ? value : undefined;
}

/** An object with exactly these entries, safe for names such as `__proto__`. */
export function objectFrom<T>(entries: Iterable<readonly [string, T]>): { [key: string]: T } {
  return Object.fromEntries(entries);
}

/** The same value with the keys of every object in code-unit order. Arrays keep their order. */
export function sortKeys(value: JsonValue): JsonValue {
  if (isJsonArray(value)) return value.map(sortKeys);
  if (!isJsonObject(value)) return value;
  const keys = Object.keys(value).sort(compareText);
  return objectFrom(keys.map((key) => [key, sortKeys(value[key] ?? null)] as const));
}

/** A value as text that is equal for equal values, whatever the order of their keys. Undefined counts as null. */
export function jsonOf(value: unknown): string {
  return JSON.stringify(sortKeys((value ?? null) as JsonValue)); // The callers have plain data.
}

/** Code-unit order: the one order of names in everything that is generated, on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** One step of an RFC 6901 JSON pointer. */
export function pointerStep(step: string | number): string {
  return `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
