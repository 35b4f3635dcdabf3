import { banner } from './emitted-file.js';
import type { Emitter } from './emitted-file.js';
import { joinParts } from './layout-text.js';

const text = `/** What can be done with a resource, in the API's own words. */
export type Verb =
  'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';

/** Whether objects of a resource live in a namespace. */
export type Scope = 'Namespaced' | 'Cluster';

/** A subresource such as \`status\`: its own kind and verbs, below an object's path. */
export interface SubresourceDescriptor<T = unknown, V extends Verb = Verb> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly verbs: readonly V[];
  /** Types only, never present at run time. */
  readonly types?: { readonly object: T };
}

/**
 * What a resource is, as data. T is the object, C what create accepts, V the verbs and S the scope as
 * literal types, Sub the subresources.
 */
export interface ResourceDescriptor<
  T = unknown,
  C = unknown,
  V extends Verb = Verb,
  S extends Scope = Scope,
  Sub = Readonly<Record<string, SubresourceDescriptor>>,
> {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  /** The kind of the list, absent when the resource cannot be listed. */
  readonly listKind?: string;
  readonly scope: S;
  readonly verbs: readonly V[];
  readonly subresources: Sub;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** Types only, never present at run time. */
  readonly types?: { readonly object: T; readonly create: C };
}`;

/** The descriptor types, for output that leans on no package. */
export const emitSupport: Emitter = (_model, plan) => {
  const { support } = plan.layout;
  if (!('file' in support)) return [];
  return [{ path: support.file, text: joinParts([banner('its own templates'), text]) }];
};
