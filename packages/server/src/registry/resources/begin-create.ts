import {
  internalServerError,
  invalidError,
  type FieldError,
  type KubeObject,
} from '@imagestream/core';
import { checkMetadata } from '../metadata-rules.js';
import { fillSystemMetadata } from '../object-metadata.js';
import type { RequestContext } from '../request-context.js';
import type { ResourceInfo } from '../rest.js';

/**
 * Begins the create of an object that is not stored under its own kind: fills in uid, time and namespace. Changes
 * `object`.
 *
 * Throws an internal error when a name was to be generated, which only stored resources do.
 *
 * Source: api-generate-name-views.
 */
export function beginCreate(context: RequestContext, info: ResourceInfo, object: KubeObject): void {
  fillSystemMetadata(object, { info, context });
  const { name = '', generateName = '' } = object.metadata;
  if (name === '' && generateName !== '')
    throw internalServerError('metadata.name was not generated');
}

/**
 * Refuses an object for what its kind's rules found; when they found nothing, for what the rules of all metadata find.
 * Throws a StatusError Invalid.
 *
 * Source: api-write-order.
 */
export function refuseIfAny(
  info: ResourceInfo,
  object: KubeObject,
  errors: readonly FieldError[],
): void {
  const found = errors.length > 0 ? errors : checkMetadata(info, object.metadata);
  if (found.length === 0) return;
  const { name } = object.metadata;
  const { group, kind } = info;
  throw invalidError({ group, kind, ...(name === undefined ? {} : { name }) }, found);
}

/**
 * Refuses an update of an object that is not stored under its own kind. Throws a StatusError Invalid.
 *
 * Source: api-write-order.
 */
export function refuseUpdateIfAny(
  info: ResourceInfo,
  object: KubeObject,
  errors: readonly FieldError[],
): void {
  if (errors.length === 0) return;
  const { name } = object.metadata;
  const { group, kind } = info;
  throw invalidError({ group, kind, ...(name === undefined ? {} : { name }) }, errors);
}
