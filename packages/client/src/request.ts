/**
 * Requests as plain values: what is asked for, without how it is sent. Nothing here waits or touches the network.
 */
import {
  formatApiVersion,
  formatListOptions,
  formatResourcePath,
  type ListOptions as ListQuery,
  type ResourceDescriptor,
  type Verb,
} from '@imagestream/core';
import type {
  ApplyOptions,
  CallOptions,
  DeleteCollectionOptions,
  DeleteOptions,
  WriteOptions,
} from './options.js';
import { PATCH_CONTENT_TYPES, type Patch } from './patch.js';

/** The collection a handle stands for. */
export interface Target {
  readonly descriptor: ResourceDescriptor;
  /** Absent for cluster-scoped resources and over all namespaces. */
  readonly namespace?: string;
  /** True for `/oapi/v1`. */
  readonly legacy: boolean;
  /** What objects of the group say they are, computed once: lists fill it into every item. */
  readonly apiVersion: string;
}

/** Makes the target for a resource, in a namespace or (undefined) in all of them or none. */
export function makeTarget(
  descriptor: ResourceDescriptor,
  legacy: boolean,
  namespace: string | undefined,
): Target {
  return {
    descriptor,
    legacy,
    apiVersion: formatApiVersion(descriptor),
    ...(namespace === undefined ? {} : { namespace }),
  };
}

/** One request, before anything is known about credentials, attempts or time. */
export interface ApiRequest {
  readonly verb: Verb;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the base URL, encoded. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Whether it may be sent again when nobody knows if the first one took effect. */
  readonly repeatable: boolean;
}

const METHODS = {
  get: 'GET',
  list: 'GET',
  watch: 'GET',
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  deletecollection: 'DELETE',
} as const satisfies Record<Verb, ApiRequest['method']>;

interface Parts {
  readonly name?: string | undefined;
  readonly subresource?: string | undefined;
  readonly query?: Readonly<Record<string, string>>;
  readonly contentType?: string;
  readonly body?: unknown;
  readonly repeatable?: boolean;
}

/**
 * Throws a TypeError for a name that cannot stand in a path: an empty one would turn one object into its collection, dots would climb.
 */
function checkSegment(what: string, value: string | undefined): void {
  if (value !== undefined && /^\.{0,2}$/.test(value)) {
    throw new TypeError(`${JSON.stringify(value)} is not a ${what}`);
  }
}

function makeRequest(
  target: Target,
  verb: Verb,
  options: CallOptions | undefined,
  parts: Parts,
): ApiRequest {
  const { descriptor, namespace, legacy } = target;
  const { name, subresource, query = {}, contentType, body } = parts;
  checkSegment('name', name);
  checkSegment('namespace', namespace);
  if (legacy && (query['dryRun'] !== undefined || contentType === PATCH_CONTENT_TYPES.apply)) {
    // A server of that age does not know dryRun and would really write.
    throw new TypeError('the /oapi/v1 surface has neither dry run nor server-side apply');
  }
  return {
    verb,
    method: METHODS[verb],
    path: formatResourcePath({
      root: legacy ? 'oapi' : descriptor.group === '' ? 'api' : 'apis',
      group: legacy ? '' : descriptor.group,
      version: descriptor.version,
      resource: descriptor.plural,
      ...(namespace === undefined ? {} : { namespace }),
      ...(name === undefined ? {} : { name }),
      ...(subresource === undefined ? {} : { subresource }),
    }),
    query,
    headers: {
      Accept: 'application/json',
      ...(body === undefined ? {} : { 'Content-Type': contentType ?? 'application/json' }),
      ...options?.headers,
    },
    ...(body === undefined ? {} : { body }),
    repeatable: parts.repeatable ?? METHODS[verb] === 'GET',
  };
}

/** GET one object, or a subresource of it. */
export function makeGet(
  target: Target,
  name: string,
  options?: CallOptions,
  subresource?: string,
): ApiRequest {
  return makeRequest(target, 'get', options, { name, subresource });
}

/** GET a collection, or, with `watch` in the query, its changes. */
export function makeList(target: Target, query: ListQuery, options?: CallOptions): ApiRequest {
  return makeRequest(target, query.watch === true ? 'watch' : 'list', options, {
    query: Object.fromEntries(formatListOptions(query)),
  });
}

/** An object as a write sends it: apiVersion and kind are filled in where the program left them out. */
function makeBody(target: Target, kind: string, object: object): object {
  const apiVersion = target.legacy ? target.descriptor.version : target.apiVersion;
  return { apiVersion, kind, ...object, ...(target.legacy ? { apiVersion } : {}) };
}

/** POST an object. */
export function makeCreate(target: Target, object: object, options?: WriteOptions): ApiRequest {
  return makeRequest(target, 'create', options, {
    query: writeQuery(options),
    body: makeBody(target, target.descriptor.kind, object),
  });
}

interface NamedObject {
  readonly metadata?: { readonly name?: string; readonly resourceVersion?: string } | undefined;
}

/** PUT an object, or a subresource of it. With a resourceVersion it cannot take effect twice, so it may be repeated. */
export function makeUpdate(
  target: Target,
  object: NamedObject,
  options?: WriteOptions,
  subresource?: string,
): ApiRequest {
  return makeRequest(target, 'update', options, {
    name: object.metadata?.name ?? '',
    subresource,
    query: writeQuery(options),
    body: makeBody(target, kindOf(target, subresource), object),
    repeatable: object.metadata?.resourceVersion !== undefined,
  });
}

function kindOf(target: Target, subresource: string | undefined): string {
  const { kind, subresources } = target.descriptor;
  return subresource === undefined ? kind : (subresources[subresource]?.kind ?? kind);
}

/** PATCH an object, or a subresource of it, with the content type of the patch. */
export function makePatch(
  target: Target,
  name: string,
  patch: Patch<keyof typeof PATCH_CONTENT_TYPES, unknown>,
  options?: WriteOptions,
  subresource?: string,
): ApiRequest {
  return makeRequest(target, 'patch', options, {
    name,
    subresource,
    query: writeQuery(options),
    contentType: PATCH_CONTENT_TYPES[patch.type],
    body: patch.body,
  });
}

/** PATCH with server-side apply. JSON is YAML, so the body is JSON. Applying twice is applying once. */
export function makeApply(target: Target, object: NamedObject, options: ApplyOptions): ApiRequest {
  return makeRequest(target, 'patch', options, {
    name: object.metadata?.name ?? '',
    query: { ...writeQuery(options), ...(options.force === true ? { force: 'true' } : {}) },
    contentType: PATCH_CONTENT_TYPES.apply,
    body: makeBody(target, target.descriptor.kind, object),
    repeatable: true,
  });
}

/** DELETE one object. With preconditions it cannot hit a newer object of that name, so it may be repeated. */
export function makeDelete(target: Target, name: string, options: DeleteOptions = {}): ApiRequest {
  const { uid, resourceVersion } = options;
  const guarded = uid !== undefined || resourceVersion !== undefined;
  return makeRequest(target, 'delete', options, {
    name,
    query: dryRunQuery(options),
    body: deleteBody(options, guarded ? { preconditions: { uid, resourceVersion } } : {}),
    repeatable: guarded,
  });
}

/** DELETE a collection. */
export function makeDeleteCollection(
  target: Target,
  options: DeleteCollectionOptions = {},
): ApiRequest {
  const { labelSelector, fieldSelector } = options;
  return makeRequest(target, 'deletecollection', options, {
    query: {
      ...dryRunQuery(options),
      ...(labelSelector === undefined ? {} : { labelSelector }),
      ...(fieldSelector === undefined ? {} : { fieldSelector }),
    },
    body: deleteBody(options, {}),
  });
}

/** The options of a delete travel in its body; the server ignores the query of a delete that has one. */
function deleteBody(options: DeleteCollectionOptions, more: object): object | undefined {
  const { propagationPolicy, dryRun } = options;
  const body = {
    ...more,
    ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
    ...(dryRun === true ? { dryRun: ['All'] } : {}),
  };
  return Object.keys(body).length === 0
    ? undefined
    : { apiVersion: 'v1', kind: 'DeleteOptions', ...body };
}

function dryRunQuery(options: { readonly dryRun?: boolean }): Record<string, string> {
  return options.dryRun === true ? { dryRun: 'All' } : {};
}

function writeQuery(options: WriteOptions = {}): Record<string, string> {
  const { fieldManager, fieldValidation } = options;
  return {
    ...dryRunQuery(options),
    ...(fieldManager === undefined ? {} : { fieldManager }),
    ...(fieldValidation === undefined ? {} : { fieldValidation }),
  };
}
