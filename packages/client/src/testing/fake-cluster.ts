import type { KubeObject } from '@imagestream/core';
import type { ImageServer } from '@imagestream/server';
import {
  brokenConnection,
  cutStream,
  expiredStatus,
  expiredWatch,
  FaultPlan,
  statusAnswer,
  type Fault,
  type RequestType,
} from './faults.js';

/** One request a fake cluster has seen. */
export interface FakeRequest {
  readonly method: string;
  readonly url: string;
}

/** A cluster without a cluster: the reference server behind a fetch function, and faults to switch on. */
export interface FakeCluster {
  /** Give it to `createImageClient({ baseUrl: 'http://fake', fetch })`. The server starts with the first request. */
  readonly fetch: (input: Request | string | URL, init?: RequestInit) => Promise<Response>;
  /** Makes the next requests of a kind go wrong. */
  fault(fault: Fault): void;
  /** Forgets history: watches from versions of before and continue tokens of before are expired from now on. */
  compact(): Promise<void>;
  /** What was asked so far. */
  readonly requests: readonly FakeRequest[];
  /** Ends all watches and stops the server. */
  close(): Promise<void>;
}

/**
 * Makes a fake cluster with some objects in it. Needs `@imagestream/server` to be installed.
 *
 * @example
 * const cluster = fakeCluster();
 * const client = createImageClient({ baseUrl: 'http://fake', fetch: cluster.fetch });
 * cluster.fault({ on: 'watch', reset: true });
 */
export function fakeCluster(seed: readonly object[] = []): FakeCluster {
  const faults = new FaultPlan();
  const requests: FakeRequest[] = [];
  const history = new History();
  let starting: Promise<ImageServer> | undefined;
  let compacting: Promise<void> = Promise.resolve();

  const server = (): Promise<ImageServer> => (starting ??= startServer(seed));

  async function answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const type = typeOf(request.method, url);
    requests.push({ method: request.method, url: request.url });
    await compacting;
    const fault = faults.take(type);
    if (fault?.delayMs !== undefined) await delay(fault.delayMs, request.signal);
    if (fault?.status !== undefined) return statusAnswer(fault.status, fault.retryAfter);
    const cut = fault?.reset === true || fault?.close === true;
    if (cut && type !== 'watch') throw brokenConnection();
    if (fault?.expire === true || history.isGone(url)) {
      return type === 'watch' ? expiredWatch() : history.expiredList(url);
    }
    const response = await (await server()).fetch(request);
    return cut
      ? cutStream(response, { afterLines: fault.afterEvents ?? 0, reset: fault.reset === true })
      : response;
  }

  return {
    fetch: async (input, init) =>
      answer(input instanceof Request && init === undefined ? input : new Request(input, init)),
    requests,
    fault: (fault) => faults.add(fault),
    compact() {
      compacting = server().then((started) => history.compact(started));
      return compacting;
    },
    async close() {
      await (await starting)?.close();
    },
  };
}

async function startServer(seed: readonly object[]): Promise<ImageServer> {
  const { createImageServer } = await import('@imagestream/server');
  // The server checks what it is given.
  return createImageServer({ seed: seed as readonly KubeObject[] });
}

function typeOf(method: string, url: URL): RequestType {
  if (method !== 'GET') return 'write';
  if (isWatch(url)) return 'watch';
  // Collections end in a resource: …/{version}/[namespaces/{namespace}/]{resource}.
  return /\/v\d\w*\/(namespaces\/[^/]+\/)?[^/]+$/.test(url.pathname) ? 'list' : 'get';
}

/** As lenient as the server: present, and neither 0 nor false. */
function isWatch({ searchParams }: URL): boolean {
  return !/^(0|false)$/i.test(searchParams.get('watch') ?? 'false');
}

function delay(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, delayMs);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      // As fetch does.
      reject(signal.reason as Error);
    });
  });
}

/** Which versions are gone. As the server's side of the wire it may read versions as numbers and tokens as text. */
class History {
  #oldest = 0;

  async compact(server: ImageServer): Promise<void> {
    const url = 'http://fake/apis/image.openshift.io/v1/imagestreams?limit=1';
    const response = await server.fetch(new Request(url));
    const list = (await response.json()) as { metadata: { resourceVersion: string } }; // As every list is.
    this.#oldest = Number(list.metadata.resourceVersion);
  }

  isGone(url: URL): boolean {
    const version = url.searchParams.get('resourceVersion') ?? '';
    const isOld = version !== '' && version !== '0' && Number(version) < this.#oldest;
    const token = readToken(url.searchParams.get('continue'));
    return (
      (isOld && isExact(url)) || (token !== undefined && token.rv > 0 && token.rv < this.#oldest)
    );
  }

  expiredList(url: URL): Response {
    const token = readToken(url.searchParams.get('continue'));
    // The server goes on from the same key in the newest state when the version is -1.
    const fresh = token === undefined ? undefined : writeToken({ ...token, rv: -1 });
    return Response.json(expiredStatus(fresh), { status: 410 });
  }
}

/** Watches start at exactly their version, lists only when they say so or have a limit. */
function isExact(url: URL): boolean {
  const { searchParams } = url;
  if (isWatch(url)) return true;
  const match = searchParams.get('resourceVersionMatch');
  return match === 'Exact' || (match === null && searchParams.has('limit'));
}

interface Token {
  readonly rv: number;
  readonly start: string;
  readonly v: string;
}

function readToken(text: string | null): Token | undefined {
  if (text === null) return undefined;
  try {
    const base64 = text.replaceAll('-', '+').replaceAll('_', '/');
    return JSON.parse(atob(base64)) as Token; // Whoever made it up gets the server's 400.
  } catch {
    // Not one of ours: the server says what is wrong with it.
    return undefined;
  }
}

function writeToken(token: Token): string {
  const base64 = btoa(JSON.stringify(token));
  return base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
