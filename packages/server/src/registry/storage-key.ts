import { badRequestError, quoteGo } from '@imagestream/core';
import { checkPathSegment } from './metadata-rules.js';
import type { ResourceInfo } from './rest.js';

/**
 * The key of an object: `/imagestreams/web/app`, `/images/sha256:…`.
 *
 * Throws a StatusError BadRequest for a name that can be no part of a key; views get here with names they took apart.
 *
 * Source: api-key-name.
 */
export function storageKey(info: ResourceInfo, namespace: string, name: string): string {
  if (name === '') throw badRequestError('Name parameter required.');
  const problems = checkPathSegment(name);
  if (problems.length > 0) {
    throw badRequestError(`Name parameter invalid: ${quoteGo(name)}: ${problems.join(';')}`);
  }
  return `${collectionPrefix(info, namespace)}${name}`;
}

/** What all keys of a collection start with; with an empty namespace, those of all namespaces. Ends with `/`. */
export function collectionPrefix(info: ResourceInfo, namespace: string): string {
  return info.scope === 'Namespaced' && namespace !== ''
    ? `/${info.resource}/${namespace}/`
    : `/${info.resource}/`;
}

/** The resource (plural) a key belongs to. */
export function resourceOfKey(key: string): string {
  return key.slice(1, key.indexOf('/', 1));
}

/** The key as error texts of the real server print it. */
export function printedKey(key: string): string {
  return `/openshift.io${key}`;
}
