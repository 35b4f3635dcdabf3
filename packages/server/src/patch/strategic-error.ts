import { badRequestError, isJsonObject, makeStatus, StatusError } from '@imagestream/core';
import { plainError } from '../registry/plain-error.js';
import { goDynamicType, printGo } from './go-print.js';

/** The API server's answer to a strategic merge patch that does not say what to do. */
export const strategicErrors = {
  /** 400: a directive has the wrong form. */
  badFormat(of: 'primitive list' | 'retainKeys' | 'setElementOrder list'): StatusError {
    return badRequestError(`invalid patch format of ${of}`);
  },
  /** 422 without the reason, as the real server gives it. */
  unprocessable(): StatusError {
    return new StatusError(
      makeStatus({
        reason: 'Invalid',
        message: 'the server rejected our request due to an error in our request',
        details: {},
      }),
    );
  },
  unknownDirective(directive: unknown, map: unknown): StatusError {
    return plainError(`unknown patch type: ${printGo(directive)} in map: ${printGo(map)}`);
  },
  noMergeKey(map: unknown, key: string): StatusError {
    return plainError(`map: ${printGo(map)} does not contain declared merge key: ${key}`);
  },
  wrongType(expected: 'list' | 'map', value: unknown): StatusError {
    const wanted = expected === 'list' ? '[]interface {}' : 'map[string]interface {}';
    return plainError(`expected a ${wanted}, but received a ${goDynamicType(value)}`);
  },
  noField(struct: string, field: string): StatusError {
    return plainError(`unable to find api field in struct ${struct} for the json field "${field}"`);
  },
  orderMismatch(patch: readonly unknown[], order: readonly unknown[]): StatusError {
    return plainError(
      `The order in patch list:\n${printGo(patch)}\n doesn't match $setElementOrder list:\n${printGo(order)}\n`,
    );
  },
  mixedTypes(a: unknown, b: unknown): StatusError {
    return plainError(
      `list element types are not identical: ${goDynamicType(a)} ${goDynamicType(b)}`,
    );
  },
  noElements(): StatusError {
    return plainError('no elements in any of the given slices');
  },
} as const;

/** The value as a list. Throws the API server's error for anything else. */
export function expectList(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw strategicErrors.wrongType('list', value);
}

/** The value as an object. Throws the API server's error for anything else. */
export function expectMap(value: unknown): Record<string, unknown> {
  if (isJsonObject(value)) return value;
  throw strategicErrors.wrongType('map', value);
}
