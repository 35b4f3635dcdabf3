import type { KubeObject } from '@imagestream/core';

/** Who asks: what authentication found out and authorization decides on. */
export interface UserInfo {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  /** Further facts, such as scopes, by lower-case key. */
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** The deed an authorizer is asked about. Absent namespace = cluster scope or all namespaces. */
export interface AccessAttributes {
  readonly verb: string;
  readonly group: string;
  /** The plural. */
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** What an authorizer says; `reason` is for people and may be empty. */
export interface AccessDecision {
  readonly allowed: boolean;
  readonly reason: string;
}

/**
 * Decides who may do what. Called concurrently; never throws for a refusal. `user` is the one of the request
 * unless the caller names another.
 */
export interface Authorizer {
  can(user: UserInfo, attributes: AccessAttributes): AccessDecision;
  /** For URLs that are no resources, such as `/version`. */
  canVisit(
    user: UserInfo,
    request: { readonly verb: string; readonly path: string },
  ): AccessDecision;
}

/** How a request wants unknown and duplicate fields handled. */
export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

/** A write that passed every rule of its resource and is about to be done. */
export interface CheckedWrite {
  /** The resource whose registry does it, which need not be the one of the request. */
  readonly info: { readonly resource: string; readonly subresource?: string };
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly object?: KubeObject;
  readonly oldObject?: KubeObject;
}

/**
 * One request, as registries and strategies see it. Made once per request; two requests never share one.
 * Nothing in it may be changed; use {@link inNamespace} or {@link onObject} for a look elsewhere.
 */
export interface RequestContext {
  readonly user: UserInfo;
  /** The API verb: get, list, watch, create, update, patch, delete, deletecollection. */
  readonly verb: string;
  /** Empty for cluster-scoped resources and for requests over all namespaces. */
  readonly namespace: string;
  /** The name in the URL, still with `:` or `@` for compound names; empty for collections. */
  readonly name: string;
  /** The plural in the URL. */
  readonly resource: string;
  /** Empty when there is none. */
  readonly subresource: string;
  /** Of a GET: how fresh the answer must be, as the query says. Views hand it on to the one object they are made of. */
  readonly resourceVersion?: string;
  /** `dryRun=All`: everything but the write. Registries obey it; views that write through several registries pass the context on. */
  readonly dryRun: boolean;
  /** The field manager of this write: the parameter, else the user agent up to its first slash. */
  readonly fieldManager: string;
  readonly fieldValidation: FieldValidation;
  /** The server's clock. Wire times are `formatTime(context.now())`. */
  now(): Date;
  /** A fresh random UUID (version 4), from the server's source of randomness. */
  newUid(): string;
  /** Adds a Warning header to the answer; the same text is sent once. Also works when the request fails. */
  warn(text: string): void;
  /** Aborts when the client went away or the server's time limit passed. Pass it to whatever waits. */
  readonly signal: AbortSignal;
  readonly authorizer: Authorizer;
  /** Asks whoever has a say besides the rules, right before the write; throws the refusal. Absent = nobody has. */
  readonly admit?: (write: CheckedWrite) => Promise<void>;
}

/** The same request, looking into another namespace. */
export function inNamespace(context: RequestContext, namespace: string): RequestContext {
  return { ...context, namespace };
}

/**
 * The same request, as one of the server's own about another object; the user stays who asked. A version that was asked for is
 * one of the object in the URL, but who takes any state of that takes any state of others.
 */
export function onObject(
  { resourceVersion, ...context }: RequestContext,
  target: { readonly namespace: string; readonly name: string },
): RequestContext {
  return { ...context, ...target, ...(resourceVersion === '0' ? { resourceVersion } : {}) };
}

/** A time as the API writes it: RFC 3339, UTC, whole seconds. */
export function formatTime(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
