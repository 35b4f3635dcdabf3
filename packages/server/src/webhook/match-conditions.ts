import { isJsonObject } from '@imagestream/core';
import { Environment } from '@marcbachmann/cel-js';
import type { AdmissionWrite } from '../registry/admission.js';

/** Whether conditions hold for a write; a condition that cannot be evaluated gives its error instead. */
export type MatchConditions = (
  write: AdmissionWrite,
) =>
  | { readonly type: 'match' }
  | { readonly type: 'skip' }
  | { readonly type: 'failed'; readonly message: string };

/**
 * Makes the CEL conditions of a webhook ready. They may use `request`, `object` and `oldObject`.
 *
 * Throws an Error that names the condition for an expression that is none, does not give a boolean, or uses what only a cluster
 * has, such as `authorizer`.
 */
export function compileConditions(
  conditions: readonly { readonly name: string; readonly expression: string }[],
): MatchConditions {
  const environment = new Environment()
    .registerVariable('request', 'dyn')
    .registerVariable('object', 'dyn')
    .registerVariable('oldObject', 'dyn');
  const compiled = conditions.map(({ name, expression }) => {
    const evaluate = parse(name, () => environment.parse(expression));
    const { valid, type = 'dyn', error } = evaluate.check();
    if (!valid) throw new Error(`${name}: ${error?.message ?? 'is no CEL expression'}`);
    if (type !== 'bool' && type !== 'dyn')
      throw new Error(`${name}: gives ${type}, a condition gives bool`);
    return { name, evaluate };
  });
  return (write) => {
    if (compiled.length === 0) return { type: 'match' };
    const { object, oldObject, ...request } = toCel(write) as Record<string, unknown>; // As it went in.
    let failed: string | undefined;
    for (const { name, evaluate } of compiled) {
      try {
        const value: unknown = evaluate({ object, oldObject, request });
        // One that does not hold decides, whatever is wrong with the others.
        if (value === false) return { type: 'skip' };
        if (value !== true) failed ??= `expression '${name}' did not give a boolean`;
      } catch (error) {
        failed ??= `expression '${name}' resulted in error: ${error instanceof Error ? error.message : String(error)}`;
      }
    }
    return failed === undefined ? { type: 'match' } : { type: 'failed', message: failed };
  };
}

function parse<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new Error(`${name}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

/** JSON knows one sort of number, CEL two. */
function toCel(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(toCel);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toCel(member)]));
}
