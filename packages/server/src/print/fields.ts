import { isJsonObject } from '@imagestream/core';

/** The value at a path of members; undefined where there is none. Objects to print come in many shapes, some not whole. */
export function readField(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const name of path) {
    if (!isJsonObject(current) || !Object.hasOwn(current, name)) return undefined;
    current = current[name];
  }
  return current ?? undefined;
}

/** The text at a path; empty where there is none. */
export function readText(value: unknown, ...path: readonly string[]): string {
  const found = readField(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** The number at a path; 0 where there is none. */
export function readNumber(value: unknown, ...path: readonly string[]): number {
  const found = readField(value, ...path);
  return typeof found === 'number' ? found : 0;
}

/** The list at a path; empty where there is none. */
export function readList(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = readField(value, ...path);
  return Array.isArray(found) ? found : [];
}
