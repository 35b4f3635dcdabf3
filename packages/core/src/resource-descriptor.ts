import type { KubeObject } from './object.js';

/** What can be done with a resource, in the API's own words; `watch` and `deletecollection` work on collections. */
export type Verb =
  'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';

/** Whether objects of a resource live in a namespace. */
export type Scope = 'Namespaced' | 'Cluster';

/** A subresource such as `status`: its own kind and verbs, below an object's path. */
export interface SubresourceDescriptor<T = unknown, V extends Verb = Verb> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly verbs: readonly V[];
  /** Types only, never present at run time. */
  readonly types?: { readonly object: T };
}

/** The subresources of a resource by name. */
export type Subresources = Readonly<Record<string, SubresourceDescriptor>>;

/**
 * What a resource is, as data: where it lives and what can be done with it. Generated from the API
 * definitions; clients derive their methods from it, so a verb the API lacks does not exist in the type.
 *
 * T is the object, C what create accepts, V the verbs and S the scope as literal types, Sub the subresources.
 */
export interface ResourceDescriptor<
  T extends KubeObject = KubeObject,
  C = unknown,
  V extends Verb = Verb,
  S extends Scope = Scope,
  Sub = Subresources,
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
}
