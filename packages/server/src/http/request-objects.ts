/**
 * What lives as long as one request. All of it is made by constructors, and that matters: V8 learns for each object literal
 * how long its objects live. A burst of writes, which wait for the disk, teaches it to put those of the same literal
 * straight into the old generation; from there every later request would hold on to all that hangs on it until the next
 * full collection. Reads after a burst cost half as much again that way. Objects made by constructors start young.
 */
import type { Authorizer, RequestContext, UserInfo } from '../registry/request-context.js';
import type { Rest } from '../registry/rest.js';
import type { ServerAnswer, ServerRequest } from './exchange.js';
import type { RequestTarget, ResourcePath } from './request-info.js';
import type { ResourceCall, VerbParts } from './resource-call.js';
import { WarningList } from './warnings.js';

/** One request on its way, and what is learned of it for the log and the counts. */
export class Journey {
  readonly request: ServerRequest;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly warnings: WarningList = new WarningList();
  /** Empty until it is known who asks. */
  userName = '';
  verb: string;
  /** Empty for what is no resource. */
  resource = '';

  constructor(request: ServerRequest, { path, query }: RequestTarget) {
    this.request = request;
    this.path = path;
    this.query = query;
    this.verb = request.method;
  }
}

/** The headers of an answer: those every answer carries, and its own. Source: api-headers. */
export class AnswerHeaders {
  [name: string]: string | readonly string[];

  constructor(auditId: string, own: ServerAnswer['headers']) {
    this['audit-id'] = auditId;
    this['cache-control'] = 'no-store';
    Object.assign(this, own);
  }
}

/** What a context takes from the server. */
export interface ContextParts {
  readonly authorizer: Authorizer;
  readonly now: () => Date;
  readonly newUid: () => string;
}

const readingVerbs = ['get', 'list', 'watch'];
const neverAborted = new AbortController().signal;

/** The context of a request, with the write options at their defaults. All members are its own, so that it can be spread. */
export class StandingContext implements RequestContext {
  readonly user: UserInfo;
  readonly verb: string;
  readonly namespace: string;
  readonly name: string;
  readonly resource: string;
  readonly subresource: string;
  readonly dryRun = false;
  readonly fieldManager = '';
  readonly fieldValidation = 'Warn';
  readonly now: () => Date;
  readonly newUid: () => string;
  readonly warn: (text: string) => void;
  readonly signal: AbortSignal;
  readonly authorizer: Authorizer;

  constructor(
    parts: ContextParts,
    { request, warnings, verb }: Journey,
    { user, path }: { readonly user: UserInfo; readonly path: ResourcePath },
  ) {
    this.user = user;
    this.verb = verb;
    this.namespace = path.namespace ?? '';
    this.name = path.name;
    this.resource = path.resource;
    this.subresource = path.subresource;
    this.now = parts.now;
    this.newUid = parts.newUid;
    this.warn = (text) => warnings.add(text);
    // What only reads answers from memory; the signal of a connection is not for free.
    this.signal = readingVerbs.includes(verb) ? neverAborted : request.signal;
    this.authorizer = parts.authorizer;
  }
}

/** A request that was routed to a resource. All members are its own, so that it can be spread. */
export class RoutedCall implements ResourceCall {
  readonly request: ServerRequest;
  readonly query: URLSearchParams;
  readonly path: ResourcePath;
  readonly rest: Rest;
  readonly context: RequestContext;
  readonly parts: VerbParts;

  constructor(
    { request, query }: Journey,
    { path, rest }: { readonly path: ResourcePath; readonly rest: Rest },
    { context, parts }: { readonly context: RequestContext; readonly parts: VerbParts },
  ) {
    this.request = request;
    this.query = query;
    this.path = path;
    this.rest = rest;
    this.context = context;
    this.parts = parts;
  }
}
