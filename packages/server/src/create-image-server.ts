import type { KubeObject } from '@imagestream/core';
import { createMemoryStore, type Store } from '@imagestream/store';
import { openAuthentication, type Authenticate } from './auth/authenticate.js';
import { allowAll } from './auth/authorize.js';
import { openApiV2, openApiV2Protobuf, openApiV3 } from './gen/open-api-documents.js';
import type { HistoryLimits } from './cache/watch-cache.js';
import { Faults } from './control/faults.js';
import type { ServerAnswer, ServerRequest } from './http/exchange.js';
import { fromRequest, toResponse } from './http/fetch-adapter.js';
import { handleRequest, type HandlerParts } from './http/handle-request.js';
import type { OpenApiDocuments } from './http/open-api.js';
import { makeResourceTable } from './http/resource-table.js';
import { serverVersion } from './http/server-version.js';
import { SystemPaths } from './http/system-paths.js';
import { startBackgroundImporter, type BackgroundImporter } from './import/background-importer.js';
import { createImportPoster } from './import/post-import.js';
import type { RegistrySource } from './import/registry-source.js';
import { ClusterState } from './registry/cluster-state.js';
import { createRegistries } from './registry/create-registries.js';
import type { Authorizer } from './registry/request-context.js';
import type { AllowedRegistry } from './registry/resource-dependencies.js';
import { plantSeed } from './seed/plant-seed.js';
import { goBodies } from './patch/bodies.js';
import { goPrinter } from './print/go-printer.js';
import { createImageResources } from './registry/resources/image-resources.js';

/** The host of the registry inside a cluster, as clusters have it by default. */
export const defaultInternalRegistry = 'image-registry.openshift-image-registry.svc:5000';

/** How a server is set up. Everything has a default: `createImageServer()` is a cluster of its own, in memory. */
export interface ImageServerOptions {
  /** Where objects are kept; default a new memory store. Closed with the server. */
  readonly store?: Store;
  /** The clock. */
  readonly now?: () => Date;
  /** Random UUIDs (version 4). */
  readonly newUid?: () => string;
  /** Numbers from 0 up to 1: generated names, the length of watches. */
  readonly random?: () => number;
  /** Host and port of the cluster's own registry; empty = none. */
  readonly internalRegistry?: string;
  /** Host under which it is reached from outside; empty = none. */
  readonly externalRegistry?: string;
  /** Where images may come from; absent = from everywhere. */
  readonly allowedRegistries?: readonly AllowedRegistry[];
  readonly defaultImportMode?: 'Legacy' | 'PreserveOriginal';
  /**
   * Objects that are there from the beginning. Those of the image group are stored unless they exist; the others
   * (namespaces, secrets, limit ranges) are held in memory for the rules that need them.
   */
  readonly seed?: readonly KubeObject[];
  /** What goes wrong from the beginning. The seed of its randomness is 1 unless it was made with another. */
  readonly faults?: Faults;
  readonly authenticate?: Authenticate;
  readonly authorizer?: Authorizer;
  /** How much history lists and watches can reach back to. */
  readonly history?: HistoryLimits;
  /** Whether the 3.x surface `/oapi/v1` is served; default true. */
  readonly legacyApi?: boolean;
  /** The largest request body, default 3 MiB. */
  readonly maxBodyBytes?: number;
  /** Where imports come from; default real registries, over the global `fetch`. */
  readonly registrySource?: RegistrySource;
  /**
   * Whether tags are imported in the background, as the controllers of a cluster do: at once when they are new or changed,
   * every 15 minutes when they are scheduled. Default false: only ImageStreamImports import.
   */
  readonly importController?: boolean;
  /** `host:port` that discovery tells clients to come to. */
  readonly serverAddress?: string;
  /** Told of errors that are the server's own; default: nobody. */
  readonly onError?: (error: unknown) => void;
}

/** A server that answers requests. Nothing listens: see `@imagestream/server/node` for that. */
export interface ImageServer {
  /** Answers a web request; never rejects but for faults that break the connection. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** The same for adapters, without the web's objects. */
  readonly handle: (request: ServerRequest) => Promise<ServerAnswer>;
  /** What shall go wrong, for tests of clients; none at first. */
  readonly faults: Faults;
  /** Ends watches, closes the store. */
  close(): Promise<void>;
}

const defaultMaxBodyBytes = 3 * 1024 * 1024;
/** Watches last from this to twice this, in seconds. */
const defaultWatchSeconds = 1800;

/**
 * Makes a reference server for the image API.
 *
 * Rejects when the store cannot be read or the seed breaks a rule.
 *
 * @example
 * const server = await createImageServer();
 * const response = await server.fetch(new Request('http://server/apis/image.openshift.io/v1/imagestreams'));
 * await server.close();
 */
export async function createImageServer(options: ImageServerOptions = {}): Promise<ImageServer> {
  const store = options.store ?? createMemoryStore();
  const now = options.now ?? (() => new Date());
  const random = options.random ?? Math.random;
  const newUid = options.newUid ?? (() => crypto.randomUUID());
  const onError = options.onError ?? (() => undefined);
  const faults = options.faults ?? new Faults();
  const cluster = new ClusterState(options.seed ?? []);
  const registries = await createRegistries({
    store,
    random,
    onError,
    now: () => now().getTime(),
    ...(options.history === undefined ? {} : { history: options.history }),
  });
  const resources = makeResourceTable(
    createImageResources(
      {
        cluster,
        settings: {
          internalRegistry: options.internalRegistry ?? defaultInternalRegistry,
          externalRegistry: options.externalRegistry ?? '',
          defaultImportMode: options.defaultImportMode ?? 'Legacy',
          ...(options.allowedRegistries === undefined
            ? {}
            : { allowedRegistries: options.allowedRegistries }),
        },
        registry: registries.registry,
      },
      options.registrySource === undefined ? {} : { registrySource: options.registrySource },
    ),
  );
  const openApi: OpenApiDocuments = {
    v2: openApiV2,
    v2Protobuf: Uint8Array.from(atob(openApiV2Protobuf), (letter) => letter.charCodeAt(0)),
    v3: openApiV3,
  };
  const parts: HandlerParts = {
    resources,
    system: new SystemPaths({
      resources,
      openApi,
      version: serverVersion,
      checks: [{ name: 'ping', check: () => Promise.resolve(undefined) }],
      serverAddress: options.serverAddress ?? 'localhost',
      legacy: options.legacyApi ?? true,
      now,
      metrics: () => '',
    }),
    authenticate: options.authenticate ?? openAuthentication(),
    authorizer: options.authorizer ?? allowAll,
    legacyApi: options.legacyApi ?? true,
    verbs: {
      bodies: goBodies,
      printer: goPrinter,
      cluster,
      random,
      maxBodyBytes: options.maxBodyBytes ?? defaultMaxBodyBytes,
      watchSeconds: defaultWatchSeconds,
      onWatch: () => () => undefined,
    },
    faults,
    now,
    newUid,
    onError,
  };
  let importer: BackgroundImporter | undefined;
  const close = async (): Promise<void> => {
    await importer?.close();
    await registries.storage.cache.close();
    await store.close();
  };
  const handle = (request: ServerRequest): Promise<ServerAnswer> => handleRequest(parts, request);
  try {
    await plantSeed(options.seed ?? [], (request) => handleRequest(ownParts(parts), request));
  } catch (error) {
    await close();
    throw error;
  }
  if (options.importController === true) {
    const own = ownParts(parts);
    importer = startBackgroundImporter({
      cache: registries.storage.cache,
      post: createImportPoster(async (request) =>
        toResponse(await handleRequest(own, fromRequest(request))),
      ),
      onError,
    });
  }
  return {
    handle,
    faults,
    fetch: async (request) => toResponse(await handle(fromRequest(request))),
    close,
  };
}

/** What the server does itself, planting seeds and importing, it may do whoever else may use it. */
function ownParts(parts: HandlerParts): HandlerParts {
  return {
    ...parts,
    authenticate: openAuthentication(),
    authorizer: allowAll,
    faults: new Faults(),
  };
}
