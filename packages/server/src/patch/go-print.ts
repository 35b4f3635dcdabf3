import { isJsonObject } from '@imagestream/core';
import { compareBytes } from '../decode/wire-form.js';
import { formatFloat } from '../decode/yaml-scalar.js';

/** A JSON value as Go's `%v` prints it: `map[a:1 b:[x y]]`, texts bare, null as `<nil>`. */
export function printGo(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(printGo).join(' ')}]`;
  if (isJsonObject(value)) {
    const members = Object.keys(value)
      .sort(compareBytes)
      .map((key) => `${key}:${printGo(value[key])}`);
    return `map[${members.join(' ')}]`;
  }
  if (typeof value === 'number') return formatFloat(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Go's name of the type a JSON value is read into when nothing says its type. */
export function goDynamicType(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'number':
      return Number.isInteger(value) ? 'int64' : 'float64';
    default:
      return 'map[string]interface {}';
  }
}
