import type { ServerAnswer, ServerRequest } from './exchange.js';
import {
  aggregatedDiscovery,
  aggregatedType,
  apiGroup,
  apiGroupList,
  apiResourceList,
  legacyResourceList,
  legacyVersions,
  wantsAggregated,
} from './discovery.js';
import { contentTypeOf, encodeUtf8Json, encodeValue } from './encode.js';
import { encodeDiscovery, protobufType, type DiscoveryDocument } from './discovery-protobuf.js';
import { checksOf, healthAnswer, healthPaths, type HealthCheck } from './health.js';
import { checkRouteAccepts, negotiate } from './negotiate.js';
import { OpenApiEndpoint, sha512Hex, type OpenApiDocuments } from './open-api.js';
import { notModified, unknownMethod, unknownPath } from './plain-answers.js';
import { wantsPretty } from './resource-call.js';
import type { ResourceTable } from './resource-table.js';

/** What is known about the server itself. */
export interface SystemParts {
  readonly resources: ResourceTable;
  /** Called on first use. */
  readonly openApi: () => Promise<OpenApiDocuments>;
  readonly version: object;
  readonly checks: readonly HealthCheck[];
  /** `host:port` under which clients are told to come; unknown in process. */
  readonly serverAddress: string;
  /** The resources of `/oapi/v1`; empty when it is not served. */
  readonly legacyResources: ResourceTable;
  readonly now: () => Date;
  readonly metrics: () => string;
}

interface SystemRequest {
  readonly request: ServerRequest;
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Everything that is no resource: discovery, OpenAPI, probes, version, and the index of paths. */
export class SystemPaths {
  readonly #parts: SystemParts;
  readonly #openApi: OpenApiEndpoint;

  constructor(parts: SystemParts) {
    this.#parts = parts;
    this.#openApi = new OpenApiEndpoint(parts.openApi);
  }

  /** Throws 404 or 405 in the words the real server has for the part of the tree the path lies in. */
  async answer(system: SystemRequest): Promise<ServerAnswer> {
    const { path, request, query } = system;
    const routed = path.replace(/\/$/, '');
    const document = await this.#document(routed, request);
    if (document !== undefined) {
      if (request.method !== 'GET') throw unknownMethod();
      return documentAnswer(system, document);
    }
    if (isInsideApi(routed, this.#parts.legacyResources.size > 0)) throw unknownPath();
    return (
      (await healthAnswer(path, query, this.#parts.checks)) ??
      (await this.#openApi.answer(path, {
        query,
        accept: request.header('accept'),
        ifNoneMatch: request.header('if-none-match'),
        now: this.#parts.now(),
      })) ??
      this.#index(path)
    );
  }

  async #document(path: string, request: ServerRequest): Promise<SystemDocument | undefined> {
    const { resources, legacyResources, serverAddress, version } = this.#parts;
    switch (path) {
      case '/apis':
        return wantsAggregated(request.header('accept'))
          ? { type: 'aggregated', value: aggregatedDiscovery(resources) }
          : { type: 'negotiated', value: apiGroupList(serverAddress) };
      case '/apis/image.openshift.io':
        return { type: 'negotiated', value: apiGroup() };
      case '/apis/image.openshift.io/v1':
        return { type: 'negotiated', value: await apiResourceList(resources) };
      case '/version':
        return { type: 'json', value: version };
      case '/oapi':
        if (legacyResources.size === 0) return undefined;
        return { type: 'versions', value: legacyVersions(serverAddress) };
      case '/oapi/v1':
        if (legacyResources.size === 0) return undefined;
        return { type: 'negotiated', value: await legacyResourceList(legacyResources) };
      default:
        return undefined;
    }
  }

  /** `/` lists the paths there are; so does 404 outside the API. */
  #index(path: string): ServerAnswer {
    const paths = [
      '/apis',
      '/apis/image.openshift.io',
      '/apis/image.openshift.io/v1',
      ...healthPaths.flatMap((probe) => [
        `/${probe}`,
        ...checksOf(probe, this.#parts.checks).map(({ name }) => `/${probe}/${name}`),
      ]),
      '/metrics',
      ...(this.#parts.legacyResources.size > 0 ? ['/oapi', '/oapi/v1'] : []),
      '/openapi/v2',
      '/openapi/v3',
      '/version',
    ].sort();
    if (path === '/metrics') return metricsAnswer(this.#parts.metrics());
    return {
      status: path === '/' ? 200 : 404,
      headers: { 'content-type': 'application/json' },
      body: encodeValue({ paths }, { format: 'json', pretty: true }),
    };
  }
}

type SystemDocument =
  | { readonly type: 'negotiated'; readonly value: DiscoveryDocument }
  | { readonly type: 'json'; readonly value: object }
  | { readonly type: 'versions'; readonly value: object }
  | { readonly type: 'aggregated'; readonly value: object };

async function documentAnswer(
  { request, query }: SystemRequest,
  document: SystemDocument,
): Promise<ServerAnswer> {
  const accept = request.header('accept');
  if (document.type === 'aggregated') return aggregatedAnswer(request, document.value);
  const prettyAsked = wantsPretty(query, request.header('user-agent'));
  if (document.type === 'json') {
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: encodeValue(document.value, { format: 'json', pretty: true }),
    };
  }
  checkRouteAccepts(accept, false);
  if (document.type === 'negotiated' && accept?.split(';')[0]?.trim() === protobufType) {
    return {
      status: 200,
      headers: { 'content-type': protobufType },
      body: encodeDiscovery(document.value),
    };
  }
  const { format, pretty } = negotiate(accept, { conversions: false });
  return {
    status: 200,
    headers: { 'content-type': contentTypeOf(format) },
    body: encodeValue(document.value, { format, pretty: pretty || prettyAsked }),
  };
}

async function aggregatedAnswer(request: ServerRequest, value: object): Promise<ServerAnswer> {
  const body = encodeUtf8Json(value);
  const etag = `"${await sha512Hex(body)}"`;
  const headers = {
    'cache-control': 'public',
    'content-type': aggregatedType,
    etag,
    vary: 'Accept',
  };
  return request.header('if-none-match') === etag
    ? notModified(headers)
    : { status: 200, headers, body };
}

function metricsAnswer(text: string): ServerAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
    body: new TextEncoder().encode(text),
  };
}

/** Where the real router answers itself instead of falling back to the index of paths. */
function isInsideApi(path: string, legacy: boolean): boolean {
  const roots = ['/apis/image.openshift.io', '/version', ...(legacy ? ['/oapi/v1'] : [])];
  return roots.some((root) => path === root || path.startsWith(`${root}/`));
}
