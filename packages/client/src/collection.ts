import { isJsonObject, toResourceVersion, type ResourceVersion } from '@imagestream/core';
import type { Target } from './request.js';
import type { ClientContext } from './send.js';

/** A collection and how to reach it: what list, watch and sync work on. */
export interface Collection {
  readonly context: ClientContext;
  readonly target: Target;
}

/**
 * Fills in what objects inside lists come without: `apiVersion` and `kind`. On the 3.x surface the apiVersion becomes
 * that of the group, so that a program sees one kind of object. A Status is left alone. The object itself is changed.
 */
export function complete(target: Target, object: unknown, kind: string): unknown {
  if (isJsonObject(object) && object['kind'] !== 'Status') {
    if (object['apiVersion'] === undefined || target.legacy) {
      object['apiVersion'] = target.apiVersion;
    }
    object['kind'] ??= kind;
  }
  return object;
}

/** The resourceVersion in the metadata of an object or a list; empty when there is none. */
export function resourceVersionOf(value: unknown): ResourceVersion {
  const metadata = isJsonObject(value) && isJsonObject(value['metadata']) ? value['metadata'] : {};
  const version = metadata['resourceVersion'];
  return toResourceVersion(typeof version === 'string' ? version : '');
}
