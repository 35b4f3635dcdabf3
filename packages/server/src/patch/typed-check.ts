import { isJsonObject } from '@imagestream/core';
import { goDynamicType, printGo } from './go-print.js';
import { printElement } from './path-set.js';
import { ElementError, type ListShape, type MapShape, type Shape } from './shape.js';

/**
 * What is wrong with a value, in the words of the server's type checker: `.spec.bogus: field not declared in schema`.
 * Empty when it fits its shape. Repeated keys of a list count only when `refuseRepeated` says so.
 */
export function checkTyped(
  value: unknown,
  shape: Shape,
  options: { readonly refuseRepeated: boolean },
): string[] {
  const errors = new TypeChecker(options.refuseRepeated).check(value, shape);
  return errors.map(({ path, why }) => (path === '' ? why : `${path}: ${why}`));
}

/** Several errors as the server prints them. */
export function formatTypeErrors(errors: readonly string[]): string {
  return errors.length === 1
    ? (errors[0] ?? '')
    : ['errors:', ...errors.map((error) => `  ${error}`)].join('\n');
}

interface TypeFault {
  readonly path: string;
  readonly why: string;
}

class TypeChecker {
  readonly #refuseRepeated: boolean;

  constructor(refuseRepeated: boolean) {
    this.#refuseRepeated = refuseRepeated;
  }

  check(value: unknown, shape: Shape): TypeFault[] {
    if (value === null || value === undefined) return [];
    switch (shape.type) {
      case 'leaf':
        return checkScalar(value, shape.scalar);
      case 'map':
        if (!isJsonObject(value))
          return [{ path: '', why: `expected map, got ${printBoxed(value)}` }];
        return this.#checkMembers(value, shape);
      case 'list':
        if (!Array.isArray(value))
          return [{ path: '', why: `expected list, got ${printBoxed(value)}` }];
        return this.#checkElements(value, shape);
    }
  }

  #checkMembers(value: Readonly<Record<string, unknown>>, shape: MapShape): TypeFault[] {
    const faults: TypeFault[] = [];
    for (const name of Object.keys(value)) {
      const member = shape.member(name);
      if (member === undefined) {
        // The server stops at the first field it does not know.
        return [...faults, { path: `.${name}`, why: 'field not declared in schema' }];
      }
      faults.push(...under(`.${name}`, this.check(value[name], member)));
    }
    return faults;
  }

  #checkElements(items: readonly unknown[], shape: ListShape): TypeFault[] {
    const faults: TypeFault[] = [];
    const seen = new Set<string>();
    for (const [index, item] of items.entries()) {
      const element = nameElement(item, index, shape);
      if (typeof element !== 'string') return [...faults, element];
      if (seen.has(element) && this.#refuseRepeated) {
        faults.push({ path: '', why: `duplicate entries for key ${printElement(element)}` });
      }
      seen.add(element);
      faults.push(...under(printElement(element), this.check(item, shape.items)));
    }
    return faults;
  }
}

function nameElement(item: unknown, index: number, shape: ListShape): string | TypeFault {
  if (shape.atomic) return `i:${index}`;
  try {
    return shape.element(item);
  } catch (error) {
    if (!(error instanceof ElementError)) throw error;
    return { path: '', why: `element ${index}: ${error.message}` };
  }
}

function under(prefix: string, faults: readonly TypeFault[]): TypeFault[] {
  return faults.map(({ path, why }) => ({ path: `${prefix}${path}`, why }));
}

function checkScalar(value: unknown, scalar: string | undefined): TypeFault[] {
  const type = typeof value;
  switch (scalar) {
    case 'string':
      if (type === 'string') return [];
      return [
        {
          path: '',
          why: `expected string, got &value.valueUnstructured{Value:${printGoSyntax(value)}}`,
        },
      ];
    case 'bool':
      return type === 'boolean'
        ? []
        : [{ path: '', why: `expected boolean, got ${printBoxed(value)}` }];
    case 'number':
      if (type === 'number') return [];
      return [{ path: '', why: `expected numeric (int or float), got ${goDynamicType(value)}` }];
    case 'any':
      return type === 'object'
        ? [{ path: '', why: `expected any scalar, got ${printBoxed(value)}` }]
        : [];
    default:
      return [];
  }
}

/** As Go prints a pointer to a struct with the value in it. */
function printBoxed(value: unknown): string {
  return `&{${printGo(value)}}`;
}

/** As Go's `%#v` prints a decoded JSON value. */
function printGoSyntax(value: unknown): string {
  if (value === null) return 'interface {}(nil)';
  if (Array.isArray(value)) return `[]interface {}{${value.map(printGoSyntax).join(', ')}}`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${printGoSyntax(value[key])}`);
  return `map[string]interface {}{${members.join(', ')}}`;
}
