import type { DiagnosticBag } from '../diagnostics.js';
import { compareText } from '../json.js';
import { operationId } from './operation-id.js';
import type { OperationScope } from './operation-id.js';
import type { ApiSource, ParameterSource, ResourceSource, VerbSource } from './spec-sources.js';

/** One path with its operations, in the terms both OpenAPI versions share. */
export interface PathItem {
  readonly path: string;
  /** Parameters that stand at the path, by name. */
  readonly parameters: readonly ParameterSource[];
  readonly operations: readonly DerivedOperation[];
}

/** One operation, in the terms both OpenAPI versions share. */
export interface DerivedOperation {
  /** Lower case. */
  readonly method: string;
  readonly operationId: string;
  readonly tag: string;
  readonly description: string;
  /** Parameters that stand at the operation, by name. */
  readonly parameters: readonly ParameterSource[];
  readonly body?: {
    readonly definition: string;
    readonly required: boolean;
    /** True when the body is the resource's own kind. */
    readonly ofKind: boolean;
  };
  /** Media types the operation takes; what a v2 document calls `consumes`. */
  readonly consumes: readonly string[];
  readonly produces: readonly string[];
  /** Codes of success, all answered with the same definition. */
  readonly statuses: readonly number[];
  /** Full name of the definition answered. */
  readonly answer: string;
  readonly deprecated: boolean;
  /** `x-kubernetes-action`; absent for discovery. */
  readonly action?: string;
  /** `x-kubernetes-group-version-kind`; absent for discovery. */
  readonly groupVersionKind?: {
    readonly group: string;
    readonly kind: string;
    readonly version: string;
  };
}

/** The paths of an API, in path order, derived from its resources and verbs. */
export function derivePaths(api: ApiSource, bag: DiagnosticBag): readonly PathItem[] {
  const routed = api.resources.flatMap((resource) => {
    const routes = routesOf(resource);
    checkTexts(resource, routes, bag);
    return routes.map((route) => ({
      path: api.prefix + route.path,
      operation: deriveOperation(api, resource, route, bag),
    }));
  });
  const paths = [...new Set(routed.map(({ path }) => path))].sort(compareText);
  return paths.map((path) => {
    const operations = routed.flatMap((one) =>
      one.path === path && one.operation !== undefined ? [one.operation] : [],
    );
    checkMethods(api, path, operations, bag);
    return hoistParameters(path, operations, api.verbs.parametersShared);
  });
}

function checkMethods(
  api: ApiSource,
  path: string,
  operations: readonly DerivedOperation[],
  bag: DiagnosticBag,
): void {
  for (const method of repeated(operations.map((operation) => operation.method))) {
    bag.error('malformed-source', api.origin, `${method} ${path} is given by two resources`);
  }
}

function repeated(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}

/** One way to reach a resource: a path below the prefix, and the verb behind it. */
interface Route {
  readonly path: string;
  readonly verb: string;
  readonly scope: OperationScope;
  /** Key of the sentence about the operation. */
  readonly text: string;
  /** Keys of path parameters. */
  readonly pathParameters: readonly string[];
}

const collectionVerbs = ['list', 'create', 'deletecollection'];
const objectVerbs = ['get', 'update', 'patch', 'delete'];

/**
 * What a resource's verbs amount to: a verb on the collection or on one object is a path each; a
 * list and a watch of a namespaced resource exist for all namespaces too; a watch is also two paths
 * of its own below `/watch`, kept for clients from before `watch=true`.
 */
function routesOf(resource: ResourceSource): readonly Route[] {
  const inNamespace = resource.namespaced ? '/namespaces/{namespace}' : '';
  const scope = resource.namespaced ? 'namespace' : 'cluster';
  const keys = resource.namespaced ? ['namespace'] : [];
  const collection = `${inNamespace}/${resource.resource}`;
  const one = `${collection}/{name}`;
  const object = resource.subresource === undefined ? one : `${one}/${resource.subresource}`;
  const route = (verb: string, path: string, pathParameters: readonly string[]): Route => {
    return { verb, path, scope, text: verb, pathParameters };
  };
  const everywhere = (verb: string, path: string): readonly Route[] =>
    resource.namespaced
      ? [
          {
            verb,
            path,
            scope: 'all-namespaces',
            text: `${verb}ForAllNamespaces`,
            pathParameters: [],
          },
        ]
      : [];
  const routes = resource.verbs.flatMap((verb) => {
    if (objectVerbs.includes(verb)) return [route(verb, object, ['name', ...keys])];
    if (collectionVerbs.includes(verb)) return [route(verb, collection, keys)];
    if (verb !== 'watch') return [];
    return [
      route('watchlist', `/watch${collection}`, keys),
      ...everywhere('watchlist', `/watch/${resource.resource}`),
      route('watch', `/watch${one}`, ['name', ...keys]),
    ];
  });
  return [
    ...routes,
    ...(resource.verbs.includes('list') ? everywhere('list', `/${resource.resource}`) : []),
    ...(resource.createForAllNamespaces ? everywhere('create', `/${resource.resource}`) : []),
  ];
}

/** A sentence that no operation takes is a misspelt key, or was left behind. */
function checkTexts(resource: ResourceSource, routes: readonly Route[], bag: DiagnosticBag): void {
  const used = new Set(routes.map(({ text }) => text));
  for (const key of resource.operations.keys()) {
    if (used.has(key)) continue;
    const message = `operations describes ${key}, which the verbs do not give`;
    bag.error('malformed-source', resource.origin, message);
  }
}

function deriveOperation(
  api: ApiSource,
  resource: ResourceSource,
  route: Route,
  bag: DiagnosticBag,
): DerivedOperation | undefined {
  const source = api.verbs.verbs.get(route.verb);
  const description = resource.operations.get(route.text);
  if (source === undefined) {
    bag.error('malformed-source', resource.origin, `verbs.yaml does not know ${route.verb}`);
    return undefined;
  }
  if (description === undefined) {
    bag.error('missing-description', resource.origin, `operations lacks the entry ${route.text}`);
  }
  const kind = `${resource.kindPackage ?? api.package}.${resource.kind}`;
  const body = source.body && {
    definition: source.body.schema === 'kind' ? kind : source.body.schema,
    required: source.body.required,
    ofKind: source.body.schema === 'kind',
  };
  return {
    method: source.method,
    operationId: operationId({
      verb: route.verb,
      source,
      resource,
      scope: route.scope,
      word: api.word,
      allNamespacesSuffix: api.verbs.allNamespacesSuffix,
    }),
    tag: api.tag,
    description: description ?? '',
    parameters: parametersOf(api, resource, route, source, bag),
    ...(body === undefined ? {} : { body }),
    consumes: source.body?.mediaTypes ?? ['*/*'],
    produces: [...api.verbs.answers, ...(source.streams ? api.verbs.streamedAnswers : [])],
    statuses: source.statuses,
    answer: answerOf(api, resource, source, kind, bag),
    deprecated: api.deprecated || route.verb.startsWith('watch'),
    action: source.action,
    groupVersionKind: { group: api.group, kind: resource.kind, version: api.version },
  };
}

function answerOf(
  api: ApiSource,
  resource: ResourceSource,
  source: VerbSource,
  kind: string,
  bag: DiagnosticBag,
): string {
  if (source.answer === 'kind') return kind;
  if (source.answer !== 'listKind') return source.answer;
  if (resource.listKind === undefined) {
    bag.error(
      'malformed-source',
      resource.origin,
      'a resource that can be listed needs a listKind',
    );
  }
  return `${api.package}.${resource.listKind ?? ''}`;
}

function parametersOf(
  api: ApiSource,
  resource: ResourceSource,
  route: Route,
  source: VerbSource,
  bag: DiagnosticBag,
): readonly ParameterSource[] {
  const reads = route.verb === 'get' ? resource.readParameters : undefined;
  const known = new Map(api.parameters).set('name', nameParameter(resource));
  const found = [...route.pathParameters, ...(reads ?? source.query)].flatMap((key) => {
    const parameter = known.get(key);
    if (parameter !== undefined) return [parameter];
    const where = reads === undefined ? source.origin : resource.origin;
    bag.error('malformed-source', where, `parameters.yaml does not know ${JSON.stringify(key)}`);
    return [];
  });
  for (const name of repeated(found.map((parameter) => parameter.name))) {
    bag.error('malformed-source', source.origin, `two parameters of one verb are called ${name}`);
  }
  return found.sort((a, b) => compareText(a.name, b.name));
}

/** What `{name}` means differs with the resource, so it is described there. */
function nameParameter(resource: ResourceSource): ParameterSource {
  return {
    name: 'name',
    in: 'path',
    type: 'string',
    required: true,
    deprecated: false,
    inline: true,
    description: resource.name,
  };
}

/** Moves to the path what all its operations have: path parameters always, others if `all` says so. */
function hoistParameters(
  path: string,
  operations: readonly DerivedOperation[],
  all: boolean,
): PathItem {
  const [first] = operations;
  const isShared = (parameter: ParameterSource): boolean =>
    (all || parameter.in === 'path') &&
    operations.every(({ parameters }) =>
      parameters.some((other) => sameParameter(other, parameter)),
    );
  return {
    path,
    parameters: first?.parameters.filter(isShared) ?? [],
    operations: operations.map((operation) => ({
      ...operation,
      parameters: operation.parameters.filter((parameter) => !isShared(parameter)),
    })),
  };
}

function sameParameter(a: ParameterSource, b: ParameterSource): boolean {
  return a.name === b.name && a.in === b.in && a.description === b.description;
}
