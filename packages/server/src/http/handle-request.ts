/**
 * From a request to its answer: who asks, may they, what is meant, do it, and turn whatever was thrown into a Status.
 * Every error ends here and nowhere else.
 */
import { forbiddenError, isStatusError, makeStatus, type Status } from '@imagestream/core';
import type { Authenticate } from '../auth/authenticate.js';
import { answerReview, reviewGroup, reviewResource } from '../auth/access-reviews.js';
import { describeRefusal } from '../auth/authorize.js';
import { impersonate } from '../auth/impersonate.js';
import type { FaultAction } from '../control/fault-rule.js';
import type { Faults } from '../control/faults.js';
import { injectAfter, injectBefore } from '../control/inject.js';
import type {
  AccessAttributes,
  Authorizer,
  RequestContext,
  UserInfo,
} from '../registry/request-context.js';
import type { Rest } from '../registry/rest.js';
import type { SystemPaths } from './system-paths.js';
import { contentTypeOf, encodeValue } from './encode.js';
import type { ServerAnswer, ServerRequest } from './exchange.js';
import { checkRouteAccepts, negotiate } from './negotiate.js';
import { PlainTextError, textAnswer, unknownMethod, unknownPath } from './plain-answers.js';
import { readFlag } from './query-values.js';
import { parseResourcePath, splitTarget, verbOf, type ResourcePath } from './request-info.js';
import { wantsPretty, type ResourceCall, type VerbParts } from './resource-call.js';
import type { ResourceTable } from './resource-table.js';
import { routesOf, type Route } from './routes.js';
import { patchTypeOf } from './verbs/patch.js';
import { WarningList } from './warnings.js';

/** What answering requests takes. */
export interface HandlerParts {
  readonly resources: ResourceTable;
  readonly system: SystemPaths;
  readonly authenticate: Authenticate;
  readonly authorizer: Authorizer;
  /** Whether `/oapi/v1` is served. */
  readonly legacyApi: boolean;
  readonly verbs: VerbParts;
  readonly faults: Faults;
  readonly now: () => Date;
  readonly newUid: () => string;
  /** Told of errors that are the server's own. */
  readonly onError: (error: unknown) => void;
}

/** One request on its way: what later stages need of earlier ones. */
interface Journey {
  readonly request: ServerRequest;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly warnings: WarningList;
}

/** Answers one request; never rejects. */
export async function handleRequest(
  parts: HandlerParts,
  request: ServerRequest,
): Promise<ServerAnswer> {
  const target = splitTarget(request.target);
  if (target === undefined) return textAnswer(400, '400 Bad Request');
  const journey: Journey = { request, ...target, warnings: new WarningList() };
  let answer: ServerAnswer;
  try {
    answer = await answerRequest(parts, journey);
  } catch (error) {
    answer =
      error instanceof PlainTextError
        ? textAnswer(error.code, error.message)
        : errorAnswer(journey, toStatus(error, parts.onError));
  }
  return withStandingHeaders(answer, journey, parts);
}

async function answerRequest(parts: HandlerParts, journey: Journey): Promise<ServerAnswer> {
  const { request, path } = journey;
  const { authorizer } = parts;
  const user = impersonate(request, parts.authenticate(request), { authorizer, path });
  const review = reviewResource(path);
  if (review !== undefined) {
    const verb = verbOf(request.method, { named: false, watching: false });
    authorize(authorizer, user, { verb, group: reviewGroup(review), resource: review });
    const { maxBodyBytes } = parts.verbs;
    return answerReview(review, { request, path, user, authorizer, maxBodyBytes });
  }
  const resourcePath = parseResourcePath(path);
  if (resourcePath === undefined || (resourcePath.root === 'oapi' && !parts.legacyApi)) {
    authorizeVisit(parts, { user, request, path });
    return parts.system.answer(journey);
  }
  const verb = verbFor(journey, resourcePath);
  const { info, rest } = findResource(parts.resources, resourcePath);
  authorize(authorizer, user, attributesOf(resourcePath, { verb, info }));
  const route = findRoute(rest, request, resourcePath);
  const context = makeContext(parts, journey, { user, verb, path: resourcePath });
  const call: ResourceCall = {
    ...journey,
    path: resourcePath,
    rest: route.rest,
    context,
    parts: parts.verbs,
  };
  const actions = parts.faults.decide({
    ...resourcePath,
    namespace: context.namespace,
    verb,
    userAgent: request.header('user-agent') ?? '',
  });
  return actions.length === 0 ? route.serve(call) : serveFaulty(call, route, actions);
}

async function serveFaulty(
  call: ResourceCall,
  route: Route,
  actions: readonly FaultAction[],
): Promise<ServerAnswer> {
  const { rest, context, request, query } = call;
  const broken = await injectBefore(actions, {
    group: rest.info.group,
    resource: context.resource,
    name: context.name,
    continue: query.get('continue') ?? '',
    signal: request.signal,
  });
  return broken ?? injectAfter(actions, await route.serve(call));
}

function verbFor({ request, query }: Journey, path: ResourcePath): string {
  const named = path.name !== '' && !path.watch;
  return verbOf(request.method, {
    named,
    watching: path.watch || (!named && request.method === 'GET' && readFlag(query, 'watch')),
  });
}

function findResource(
  resources: ResourceTable,
  { resource, subresource }: ResourcePath,
): { readonly rest: Rest | undefined; readonly info: { readonly group: string } } {
  const key = subresource === '' ? resource : `${resource}/${subresource}`;
  const rest = resources.get(key);
  return { rest, info: rest?.info ?? { group: 'image.openshift.io' } };
}

function attributesOf(
  { resource, subresource, namespace, name }: ResourcePath,
  { verb, info }: { readonly verb: string; readonly info: { readonly group: string } },
): AccessAttributes {
  return {
    verb,
    group: info.group,
    resource,
    ...(subresource === '' ? {} : { subresource }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === '' ? {} : { name }),
  };
}

function authorize(authorizer: Authorizer, user: UserInfo, attributes: AccessAttributes): void {
  const { allowed, reason } = authorizer.can(user, attributes);
  if (allowed) return;
  const { group, resource, name } = attributes;
  const why = describeRefusal(user, attributes);
  throw forbiddenError(
    { group, resource, ...(name === undefined ? {} : { name }) },
    reason === '' ? why : `${why}: ${reason}`,
  );
}

function authorizeVisit(
  { authorizer }: HandlerParts,
  {
    user,
    request,
    path,
  }: { readonly user: UserInfo; readonly request: ServerRequest; readonly path: string },
): void {
  const verb = request.method.toLowerCase();
  if (authorizer.canVisit(user, { verb, path }).allowed) return;
  const why = `User ${JSON.stringify(user.name)} cannot ${verb} path ${JSON.stringify(path)}`;
  throw forbiddenError({ group: '', resource: '' }, why);
}

interface FoundRoute extends Route {
  readonly rest: Rest;
}

/** Path, then method, then the type of the body, then the types accepted: the order in which the real router refuses. */
function findRoute(rest: Rest | undefined, request: ServerRequest, path: ResourcePath): FoundRoute {
  const routes = rest === undefined ? undefined : routesOf(rest, path);
  if (rest === undefined || routes === undefined || routes.size === 0) throw unknownPath();
  const route = routes.get(request.method);
  if (route === undefined) throw unknownMethod();
  if (request.method === 'PATCH') patchTypeOf(request.header('content-type'));
  checkRouteAccepts(request.header('accept'), route.streaming);
  return { ...route, rest };
}

function makeContext(
  parts: HandlerParts,
  { request, warnings }: Journey,
  {
    user,
    verb,
    path,
  }: { readonly user: UserInfo; readonly verb: string; readonly path: ResourcePath },
): RequestContext {
  return {
    user,
    verb,
    namespace: path.namespace ?? '',
    name: path.name,
    resource: path.resource,
    subresource: path.subresource,
    dryRun: false,
    fieldManager: '',
    fieldValidation: 'Warn',
    now: parts.now,
    newUid: parts.newUid,
    warn: (text) => warnings.add(text),
    signal: request.signal,
    authorizer: parts.authorizer,
  };
}

/** What a thrown error tells the client. An error nobody meant to throw is reported and told in general words. */
function toStatus(error: unknown, onError: (error: unknown) => void): Status {
  if (isStatusError(error)) return error.status;
  onError(error);
  const message = error instanceof Error ? error.message : String(error);
  return makeStatus({
    reason: 'InternalError',
    message: `Internal error occurred: ${message}`,
    details: { causes: [{ message }] },
  });
}

function errorAnswer({ request, query }: Journey, status: Status): ServerAnswer {
  const code = status.code ?? 500;
  const retryAfter = status.details?.retryAfterSeconds ?? 0;
  let format: 'json' | 'yaml' = 'json';
  let pretty = wantsPretty(query, request.header('user-agent'));
  try {
    const media = negotiate(request.header('accept'), { conversions: true });
    ({ format } = media);
    pretty ||= media.pretty;
  } catch {
    // Nothing acceptable can be sent; what is sent is JSON for people.
    pretty = true;
  }
  return {
    status: code,
    headers: {
      'content-type': contentTypeOf(format),
      ...(retryAfter > 0 ? { 'retry-after': String(retryAfter) } : {}),
    },
    body: encodeValue(status, { format, pretty }),
  };
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function withStandingHeaders(
  answer: ServerAnswer,
  { request, warnings }: Journey,
  { newUid }: HandlerParts,
): ServerAnswer {
  const given = request.header('audit-id') ?? '';
  const warning = warnings.headerValues();
  return {
    ...answer,
    headers: {
      'audit-id': uuid.test(given) ? given : newUid(),
      'cache-control': 'no-store',
      ...(warning.length === 0 ? {} : { warning }),
      ...answer.headers,
    },
  };
}
