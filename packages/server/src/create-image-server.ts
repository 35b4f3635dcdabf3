import type { KubeObject } from '@imagestream/core';
import { createMemoryStore, type Store } from '@imagestream/store';
import { openAuthentication, type Authenticate } from './auth/authenticate.js';
import { allowAll } from './auth/authorize.js';
import type { HistoryLimits } from './cache/watch-cache.js';
import { Faults } from './control/faults.js';
import { refuseUnfinishedImport } from './dump/unfinished-import.js';
import { createAuditIds } from './http/audit-ids.js';
import { gzipStream, type Compress } from './http/compress.js';
import type { ServerAnswer, ServerRequest } from './http/exchange.js';
import { fromRequest, toResponse } from './http/fetch-adapter.js';
import { defaultFlowLimits, FlowControl, type FlowLimits } from './http/flow-control.js';
import { handleRequest, type HandlerParts } from './http/handle-request.js';
import { legacyTable } from './http/legacy-surface.js';
import { Metrics } from './http/metrics.js';
import type { OpenApiDocuments } from './http/open-api.js';
import { OpenWatches } from './http/open-watches.js';
import { formatLogLine } from './http/request-log.js';
import { makeResourceTable, type ResourceTable } from './http/resource-table.js';
import { serverVersion } from './http/server-version.js';
import { Shutdown } from './http/shutdown.js';
import { SystemPaths } from './http/system-paths.js';
import { startLedImporter, type LedImporter } from './import/lead-importer.js';
import { createImportPoster } from './import/post-import.js';
import type { RegistrySource } from './import/registry-source.js';
import { goBodies } from './patch/bodies.js';
import { goPrinter } from './print/go-printer.js';
import type { Admission } from './registry/admission.js';
import { ClusterState } from './registry/cluster-state.js';
import { createRegistries, type Registries } from './registry/create-registries.js';
import type { Authorizer } from './registry/request-context.js';
import type { AllowedRegistry, ImageSettings } from './registry/resource-dependencies.js';
import { createImageResources } from './registry/resources/image-resources.js';
import { plantSeed } from './seed/plant-seed.js';
import { serverHealth } from './server-health.js';
import { tableWithAdmission } from './webhook/with-admission.js';

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
  /** Who has a say in writes besides the rules, such as `createWebhookAdmission`; default nobody. The seed is not asked about. */
  readonly admission?: Admission;
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
   * every 15 minutes when they are scheduled. Of several servers on one store one does so at a time. Default false: only
   * ImageStreamImports import.
   */
  readonly importController?: boolean;
  /**
   * How many events wait for a watcher that reads slowly, default 1,000. Beyond that it is served from history, and cut off
   * when history no longer reaches back to where it stands.
   */
  readonly maxQueuedEvents?: number;
  /** `host:port` that discovery tells clients to come to. */
  readonly serverAddress?: string;
  /** Origins of web pages that may read answers, `*` = all; default none. */
  readonly corsOrigins?: readonly string[];
  /** Makes gzip of large answers; default the platform's streams. */
  readonly compress?: Compress;
  /** How many requests may be under way at a time. */
  readonly flowLimits?: FlowLimits;
  /** Told of errors that are the server's own; default: nobody. */
  readonly onError?: (error: unknown) => void;
  /** Gets a line of JSON for each request that was answered. No secret is in it. */
  readonly onRequest?: (line: string) => void;
}

/** A server that answers requests. Nothing listens: see `@imagestream/server/node` for that. */
export interface ImageServer {
  /** Answers a web request; never rejects but for faults that break the connection. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** The same for adapters, without the web's objects. */
  readonly handle: (request: ServerRequest) => Promise<ServerAnswer>;
  /** What shall go wrong, for tests of clients; none at first. */
  readonly faults: Faults;
  /** Ends all watches cleanly; new ones may begin. */
  endWatches(): void;
  /**
   * Prepares for the end: `/readyz` fails from now on, new requests are answered with 503 and when to come back, watches end
   * cleanly, requests under way finish.
   */
  drain(): void;
  /** As `drain`; then closes the store. */
  close(): Promise<void>;
}

const defaultMaxBodyBytes = 3 * 1024 * 1024;
/** Watches last from this to twice this, in seconds. */
const defaultWatchSeconds = 1800;

/**
 * Makes a reference server for the image API.
 *
 * Rejects when the store cannot be read or holds an import that did not come to its end, and when the seed breaks a rule.
 *
 * @example
 * const server = await createImageServer();
 * const response = await server.fetch(new Request('http://server/apis/image.openshift.io/v1/imagestreams'));
 * await server.close();
 */
export async function createImageServer(options: ImageServerOptions = {}): Promise<ImageServer> {
  const store = options.store ?? createMemoryStore();
  const basics = chooseBasics(options);
  const { now, random, onError } = basics;
  const registries = await createRegistries({
    store,
    random,
    onError,
    now: () => now().getTime(),
    ...(options.history === undefined ? {} : { history: options.history }),
  });
  const watches = new OpenWatches();
  const shutdown = new Shutdown();
  const plain = makeParts(options, { basics, registries, watches, shutdown });
  const parts = withAdmissionOn(plain, options.admission);
  let importer: LedImporter | undefined;
  const drain = (): void => {
    shutdown.begin();
    watches.endAll();
  };
  const close = async (): Promise<void> => {
    drain();
    // Together, so that nobody waits in vain for a store that does not answer.
    await Promise.all([importer?.close(), registries.storage.cache.close(), store.close()]);
  };
  const handle = (request: ServerRequest): Promise<ServerAnswer> => handleRequest(parts, request);
  const own = ownParts(parts);
  try {
    await refuseUnfinishedImport(store);
    await plantSeed(options.seed ?? [], (request) => handleRequest(ownParts(plain), request));
  } catch (error) {
    await close();
    throw error;
  }
  if (options.importController === true) {
    importer = startLedImporter({
      store,
      cache: registries.storage.cache,
      onError,
      post: createImportPoster(async (request) =>
        toResponse(await handleRequest(own, fromRequest(request))),
      ),
    });
  }
  return {
    handle,
    drain,
    close,
    fetch: async (request) => toResponse(await handle(fromRequest(request))),
    faults: parts.faults,
    endWatches: () => watches.endAll(),
  };
}

/** What everything else is made with. */
interface Basics {
  readonly now: () => Date;
  readonly random: () => number;
  readonly newUid: () => string;
  readonly onError: (error: unknown) => void;
}

function chooseBasics(options: ImageServerOptions): Basics {
  return {
    now: options.now ?? (() => new Date()),
    random: options.random ?? Math.random,
    newUid: options.newUid ?? (() => crypto.randomUUID()),
    onError: options.onError ?? (() => undefined),
  };
}

interface MadeParts {
  readonly basics: Basics;
  readonly registries: Registries;
  readonly watches: OpenWatches;
  readonly shutdown: Shutdown;
}

function makeParts(
  options: ImageServerOptions,
  { basics, registries, watches, shutdown }: MadeParts,
): HandlerParts {
  const { now, random } = basics;
  const cluster = new ClusterState(options.seed ?? []);
  const resources = makeResourceTable(
    createImageResources(
      { cluster, settings: toSettings(options), registry: registries.registry },
      options.registrySource === undefined ? {} : { registrySource: options.registrySource },
    ),
  );
  const legacyResources: ResourceTable =
    options.legacyApi === false ? new Map() : legacyTable(resources);
  const metrics = new Metrics(() => watches.size);
  const { onRequest } = options;
  return {
    ...basics,
    resources,
    legacyResources,
    metrics,
    newAuditId: options.newUid ?? createAuditIds(basics.newUid),
    system: new SystemPaths({
      resources,
      legacyResources,
      now,
      openApi: loadOpenApi,
      version: serverVersion,
      checks: serverHealth(registries.storage, shutdown),
      serverAddress: options.serverAddress ?? 'localhost',
      metrics: () => metrics.format(),
    }),
    authenticate: options.authenticate ?? openAuthentication(),
    authorizer: options.authorizer ?? allowAll,
    verbs: {
      bodies: goBodies,
      printer: goPrinter,
      cluster,
      random,
      maxBodyBytes: options.maxBodyBytes ?? defaultMaxBodyBytes,
      watchSeconds: defaultWatchSeconds,
      maxQueuedEvents: options.maxQueuedEvents,
      onWatch: (end) => watches.add(end),
    },
    flow: new FlowControl(options.flowLimits ?? defaultFlowLimits),
    shutdown,
    compress: options.compress ?? gzipStream,
    corsOrigins: options.corsOrigins ?? [],
    faults: options.faults ?? new Faults(),
    onRequest: onRequest === undefined ? undefined : (logged) => onRequest(formatLogLine(logged)),
  };
}

function withAdmissionOn(parts: HandlerParts, admission: Admission | undefined): HandlerParts {
  if (admission === undefined) return parts;
  const asked = { admission, bodies: goBodies };
  return {
    ...parts,
    resources: tableWithAdmission(parts.resources, asked),
    legacyResources: tableWithAdmission(parts.legacyResources, asked),
  };
}

/** Half a megabyte of text, of which most servers are never asked for a word. */
async function loadOpenApi(): Promise<OpenApiDocuments> {
  const documents = await import('./gen/open-api-documents.js');
  const v2Protobuf = fromBase64(documents.openApiV2Protobuf);
  return { v2: documents.openApiV2, v2Protobuf, v3: documents.openApiV3 };
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

function toSettings(options: ImageServerOptions): ImageSettings {
  const { allowedRegistries } = options;
  return {
    internalRegistry: options.internalRegistry ?? defaultInternalRegistry,
    externalRegistry: options.externalRegistry ?? '',
    defaultImportMode: options.defaultImportMode ?? 'Legacy',
    ...(allowedRegistries === undefined ? {} : { allowedRegistries }),
  };
}

/** What the server does itself, planting seeds and importing, it may do whoever else may use it. */
function ownParts(parts: HandlerParts): HandlerParts {
  return {
    ...parts,
    authenticate: openAuthentication(),
    authorizer: allowAll,
    faults: new Faults(),
    onRequest: undefined,
  };
}
