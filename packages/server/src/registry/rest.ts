import type {
  FieldSelector,
  KubeObject,
  LabelSelector,
  ResourceVersionMatch,
  Scope,
  Status,
} from '@imagestream/core';
import type { RequestContext } from './request-context.js';

/** Names a resource and what it serves, for URLs, discovery, error texts and decoding. */
export interface ResourceInfo {
  readonly group: string;
  readonly version: string;
  /** The plural, such as `imagestreams`. */
  readonly resource: string;
  /** Below an object, such as `status`; absent for the resource itself. */
  readonly subresource?: string;
  readonly singular: string;
  /** The kind of the bodies it takes and answers with. */
  readonly kind: string;
  /** Absent when the resource cannot be listed. */
  readonly listKind?: string;
  readonly scope: Scope;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /**
   * The names a field selector may use, besides none: `metadata.name`, `metadata.namespace`, and kind-specific ones.
   * A selector with another name is a 400 with the server's fixed text.
   */
  readonly selectableFields: readonly string[];
}

/** Preconditions of a delete or update: each one given must hold. */
export interface Preconditions {
  readonly uid?: string;
  readonly resourceVersion?: string;
}

/** A list request, parsed and checked. */
export interface ListQuery {
  readonly labels: LabelSelector;
  readonly fields: FieldSelector;
  /** As in the query: absent and 0 mean no limit. */
  readonly limit: number;
  /** The token text; empty = from the start. */
  readonly continue: string;
  /** The text of the query; empty = unset. */
  readonly resourceVersion: string;
  readonly resourceVersionMatch?: ResourceVersionMatch;
}

/** What a list answers. `metadata` members that are absent here are absent on the wire. */
export interface ListResult<T = KubeObject> {
  readonly metadata: {
    readonly resourceVersion?: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
  /** In order. With or without apiVersion and kind: the encoder of typed lists leaves them out. */
  readonly items: readonly T[];
}

/** Options of a delete, from body or query. */
export interface DeleteRequest {
  readonly preconditions: Preconditions;
  readonly gracePeriodSeconds?: number;
  readonly orphanDependents?: boolean;
  readonly propagationPolicy?: string;
}

/**
 * An update in the making: PUT and every kind of PATCH look the same to a registry.
 *
 * The registry reads the old object, hands it over, and takes the new one through its update rules; when the write
 * meets a newer version it starts again. So `updatedObject` may be called several times, once per attempt.
 */
export interface UpdateRequest<T = KubeObject> {
  /** The uid of the body of a PUT, when it has one. */
  readonly preconditions: Preconditions;
  /** True for server-side apply, which creates what is missing. A registry without create-on-update then creates. */
  readonly mayCreate: boolean;
  /**
   * The object the client wants, made from the one that is there: the body of a PUT, the old object after a PATCH.
   * Already decoded, defaulted (`normalize`) and with its managedFields brought up to date. It does not change `old`
   * and the result is the registry's to change.
   *
   * `old` is the resource's own view of what exists. For something that does not exist and may be created, pass the
   * empty object a view starts from, or undefined to have a new one made from the request alone.
   */
  updatedObject(context: RequestContext, old: T | undefined): Promise<T>;
}

/** What became of an update; `created` decides between 200 and 201. */
export interface UpdateResult<T = KubeObject> {
  readonly object: T;
  readonly created: boolean;
}

/**
 * What a delete did: `object` is sent when the object stays for its finalizers, or a view's own Status. Absent =
 * a Status Success that names the object.
 */
export interface DeleteResult {
  /** False when finalizers keep the object. */
  readonly deleted: boolean;
  /** The object as it was last, or as it is now. */
  readonly object?: KubeObject;
  /** A body to send instead of the usual ones. */
  readonly status?: Status;
}

/**
 * One resource or subresource: a verb it does not serve is a method it does not have, and a 405 on the wire.
 *
 * All methods get the namespace from `context.namespace` and may be called concurrently. They refuse by throwing a
 * StatusError; any other error becomes a 500. Objects they return are encoded and then forgotten; objects they are
 * given are theirs. Authorization, decoding, the namespace and name checks of the body, and the terminating-namespace
 * check are done before they are called.
 */
export interface Rest<T extends KubeObject = KubeObject> {
  readonly info: ResourceInfo;

  /** Whether answers can be shown as a Table; default true. */
  readonly tables?: boolean;

  /**
   * A decoded object in the shape the server stores and answers: defaults filled in, lists in the server's order,
   * nulls where Go's encoder writes null. Called after decoding and after each patch. May change and return its
   * argument. Absent = objects are taken as decoded.
   */
  normalize?(object: T): T;

  /** True for a subresource that refuses any query with the real server's 400. */
  readonly takesNoQuery?: boolean;

  /** 404 when there is none. */
  get?(context: RequestContext, name: string): Promise<T>;

  /** Both selectors are applied by the resource itself. */
  list?(context: RequestContext, query: ListQuery): Promise<ListResult<T>>;

  /** Answers 201 with what is returned: the object, or a Status. */
  create?(context: RequestContext, object: T): Promise<T | Status>;

  /** Answers 200, or 201 when `created`. Serves `update` and `patch`. */
  update?(
    context: RequestContext,
    name: string,
    request: UpdateRequest<T>,
  ): Promise<UpdateResult<T>>;

  delete?(context: RequestContext, name: string, request: DeleteRequest): Promise<DeleteResult>;

  /** Deletes what the query selects and returns it. */
  deleteCollection?(
    context: RequestContext,
    request: DeleteRequest,
    query: ListQuery,
  ): Promise<ListResult<T>>;
}
