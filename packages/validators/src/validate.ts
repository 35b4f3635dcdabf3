import { type FieldError, isJsonObject } from '@imagestream/core';
import { createAllowedRegistries } from './allowed-registries.js';
import { INTERNAL_REGISTRY, type ReviewContext, type ValidationContext } from './context.js';
import { distinctErrors } from './distinct-errors.js';
import { findKind } from './kind-table.js';
import { checkStructure } from './structural.js';
import { unknownKind } from './unknown-kind.js';

/**
 * Checks an object of the image API and returns everything that is wrong with it; an empty list means accepted. The kind
 * is read from the object.
 *
 * The structure comes first. What the server could not decode ends the check there, with errors of type `TypeInvalid`:
 * such an object has no fields to judge. Everything else is judged as the server judges it, see
 * {@link ValidationContext}.
 *
 * The items of a list are judged one by one, as they stand.
 *
 * Never throws on data and changes nothing. Time is proportional to the size of the object.
 *
 * @example
 * validate({ kind: 'ImageStream', metadata: { name: 'App', namespace: 'web' } }).map(formatFieldError);
 * // ['metadata.name: Invalid value: "App": must match "[a-z0-9]+(?:[._-][a-z0-9]+)*"']
 */
export function validate(object: unknown, context: ValidationContext = {}): FieldError[] {
  const kind = isJsonObject(object) && Object.hasOwn(object, 'kind') ? object['kind'] : undefined;
  const checks = typeof kind === 'string' ? findKind(kind) : undefined;
  if (checks === undefined) return [unknownKind(object)];
  const { schema, review } = checks;
  const structure = checkStructure(object, { schema, mode: context.mode ?? 'server' });
  if (!structure.isDecodable) return structure.errors;
  return distinctErrors([...structure.errors, ...review(object, toReviewContext(context))]);
}

function toReviewContext(context: ValidationContext): ReviewContext {
  const internalRegistry = context.internalRegistry ?? INTERNAL_REGISTRY;
  return {
    ...context,
    operation: context.operation ?? 'object',
    internalRegistry,
    registries: createAllowedRegistries(context.allowedRegistries, { internalRegistry }),
    findStream: context.findStream ?? (() => ({ type: 'unknown' })),
    now: context.now ?? '1970-01-01T00:00:00Z',
  };
}
