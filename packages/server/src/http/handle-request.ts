/**
 * From a request to its answer: who asks, may they, what is meant, do it, and turn whatever was thrown into a Status.
 * Every error ends here and nowhere else.
 */
import { StatusError } from '@imagestream/core';
import { answerReview, reviewGroup, reviewResource } from '../auth/access-reviews.js';
import type { Authenticate } from '../auth/authenticate.js';
import { impersonate } from '../auth/impersonate.js';
import type { FaultAction } from '../control/fault-rule.js';
import type { Faults } from '../control/faults.js';
import { injectAfter, injectBefore } from '../control/inject.js';
import type { Authorizer, UserInfo } from '../registry/request-context.js';
import type { Rest } from '../registry/rest.js';
import { within } from '../within.js';
import { attributesOf, authorize, authorizeVisit } from './authorize-request.js';
import { compressAnswer, wantsCompression, type Compress } from './compress.js';
import { corsHeaders, preflightAnswer } from './cors.js';
import { errorAnswer } from './error-answer.js';
import type { ServerAnswer, ServerRequest } from './exchange.js';
import { overloadedAnswer, type FlowControl } from './flow-control.js';
import { isProbePath } from './health.js';
import { shuttingDown } from './known-failure.js';
import { selectedNameOf } from './list-options.js';
import type { Metrics } from './metrics.js';
import { checkRouteAccepts } from './negotiate.js';
import { textAnswer, unknownMethod, unknownPath } from './plain-answers.js';
import { readFlag } from './query-values.js';
import type { LoggedRequest } from './request-log.js';
import { parseResourcePath, splitTarget, verbOf, type ResourcePath } from './request-info.js';
import { AnswerHeaders, Journey, RoutedCall, StandingContext } from './request-objects.js';
import { readTimeout, timedOut } from './request-timeout.js';
import type { ResourceCall, VerbParts } from './resource-call.js';
import type { ResourceTable } from './resource-table.js';
import { routesOf, type Route } from './routes.js';
import type { Shutdown } from './shutdown.js';
import type { SystemPaths } from './system-paths.js';
import { patchTypeOf } from './verbs/patch.js';

/** What answering requests takes. */
export interface HandlerParts {
  /** The resources of the group, and those of the 3.x surface: empty when that is not served. */
  readonly resources: ResourceTable;
  readonly legacyResources: ResourceTable;
  readonly system: SystemPaths;
  readonly authenticate: Authenticate;
  readonly authorizer: Authorizer;
  readonly verbs: VerbParts;
  readonly flow: FlowControl;
  readonly shutdown: Shutdown;
  readonly metrics: Metrics;
  readonly compress: Compress;
  /** Origins of web pages that may read answers. */
  readonly corsOrigins: readonly string[];
  readonly faults: Faults;
  readonly now: () => Date;
  readonly newUid: () => string;
  /** Ids of answers that bring none. */
  readonly newAuditId: () => string;
  /** Told of errors that are the server's own. */
  readonly onError: (error: unknown) => void;
  /** Told of each request once it is answered. */
  readonly onRequest: ((logged: LoggedRequest) => void) | undefined;
}

/** Answers one request; never rejects. */
export async function handleRequest(
  parts: HandlerParts,
  request: ServerRequest,
): Promise<ServerAnswer> {
  const preflight = preflightAnswer(request, parts.corsOrigins);
  if (preflight !== undefined) return preflight;
  const target = splitTarget(request.target);
  if (target === undefined) return textAnswer(400, '400 Bad Request');
  const started = parts.onRequest === undefined ? 0 : parts.now().getTime();
  const journey = new Journey(request, target);
  const leave = parts.flow.enter(request.method);
  let answer: ServerAnswer;
  try {
    const isWelcome = leave !== undefined && !parts.shutdown.hasBegun;
    answer =
      isWelcome || isProbePath(target.path)
        ? await answerRequest(parts, journey)
        : turnAway(parts.shutdown);
  } catch (error) {
    const { path, query } = target;
    const failed = { request, query, legacy: path.startsWith('/oapi/') };
    answer = errorAnswer(failed, error, parts.onError);
  }
  leave?.();
  answer = addStandingHeaders(parts, journey, answer);
  if (wantsCompression(answer, request)) answer = await compressAnswer(answer, parts.compress);
  parts.metrics.countRequest(journey.verb, journey.resource, answer.status);
  if (parts.onRequest !== undefined) {
    const durationMs = parts.now().getTime() - started;
    parts.onRequest({ request, answer, user: journey.userName, durationMs });
  }
  return answer;
}

/** Source: api-overload, replica-shutdown. */
function turnAway(shutdown: Shutdown): ServerAnswer {
  if (shutdown.hasBegun) throw new StatusError(shuttingDown());
  return overloadedAnswer();
}

/** Throws, or rejects, for what becomes an error. */
function answerRequest(parts: HandlerParts, journey: Journey): Promise<ServerAnswer> {
  const { request, path } = journey;
  const { authorizer } = parts;
  const caller = parts.authenticate(request);
  journey.userName = caller.name;
  const user = impersonate(request, caller, { authorizer, path });
  journey.userName = user.name;
  const resourcePath = parseResourcePath(path);
  if (resourcePath !== undefined)
    return answerResource(parts, journey, { user, path: resourcePath });
  const review = reviewResource(path);
  if (review !== undefined) {
    authorize(authorizer, user, { verb: 'create', group: reviewGroup(review), resource: review });
    const { maxBodyBytes } = parts.verbs;
    return answerReview(review, { request, path, user, authorizer, maxBodyBytes });
  }
  authorizeVisit(authorizer, user, { verb: request.method.toLowerCase(), path });
  return parts.system.answer(journey);
}

function answerResource(
  parts: HandlerParts,
  journey: Journey,
  { user, path }: { readonly user: UserInfo; readonly path: ResourcePath },
): Promise<ServerAnswer> {
  const { request, query } = journey;
  const verb = verbFor(journey, path);
  const table = path.root === 'oapi' ? parts.legacyResources : parts.resources;
  const rest = table.get(
    path.subresource === '' ? path.resource : `${path.resource}/${path.subresource}`,
  );
  const group = path.root === 'oapi' ? '' : 'image.openshift.io';
  const name = path.name === '' ? selectedNameOf(query) : path.name;
  authorize(parts.authorizer, user, attributesOf(path, { verb, group, name }));
  if (rest === undefined) throw unknownPath();
  const route = findRoute(rest, request, path);
  journey.verb = verb;
  journey.resource = path.resource;
  const timeoutMs = readTimeout(query);
  const context = new StandingContext(parts, journey, { user, path });
  const call = new RoutedCall(journey, { path, rest }, { context, parts: parts.verbs });
  const serving = serve(parts, call, { route, path, verb });
  // A watch ends by its own parameter, timeoutSeconds.
  if (timeoutMs === undefined || verb === 'watch') return serving;
  return within(serving, timeoutMs, () => timedOut(request.method));
}

function serve(
  parts: HandlerParts,
  call: ResourceCall,
  {
    route,
    path,
    verb,
  }: { readonly route: Route; readonly path: ResourcePath; readonly verb: string },
): Promise<ServerAnswer> {
  if (parts.faults.isEmpty) return route.serve(call);
  const actions = parts.faults.decide({
    ...path,
    namespace: call.context.namespace,
    verb,
    userAgent: call.request.header('user-agent') ?? '',
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

/** Path, then method, then the type of the body, then the types accepted: the order in which the real router refuses. */
function findRoute(rest: Rest, request: ServerRequest, path: ResourcePath): Route {
  const routes = routesOf(rest, path);
  if (routes.size === 0) throw unknownPath();
  const route = routes.get(request.method);
  if (route === undefined) throw unknownMethod();
  if (request.method === 'PATCH') {
    patchTypeOf(request.header('content-type'), { applies: path.root === 'apis' });
  }
  checkRouteAccepts(request.header('accept'), route.streaming);
  return route;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Adds what every answer carries. */
function addStandingHeaders(
  parts: HandlerParts,
  { request, warnings }: Journey,
  answer: ServerAnswer,
): ServerAnswer {
  const given = request.header('audit-id') ?? '';
  const auditId = given !== '' && uuid.test(given) ? given : parts.newAuditId();
  const headers = new AnswerHeaders(auditId, answer.headers);
  const warning = warnings.headerValues();
  if (warning.length > 0) headers['warning'] = warning;
  if (parts.corsOrigins.length > 0) Object.assign(headers, corsHeaders(request, parts.corsOrigins));
  return { ...answer, headers };
}
