/**
 * The only file that knows openapi-fetch, and the only one that calls `fetch`.
 *
 * openapi-fetch joins base URL, path and query and merges headers. Its client is left out: it chooses types by paths
 * known when compiling, ours come from descriptors at run time, and it is a quarter of what a page may weigh.
 */
import { createFinalURL, mergeHeaders } from 'openapi-fetch';
import type { Clock } from './clock.js';
import type { ClientConfig, FetchFunction } from './config.js';
import { isApiError, TransportError, type RequestInfo } from './errors.js';
import { readError } from './read-error.js';
import { redactHeaders } from './redact.js';
import type { ApiRequest } from './request.js';
import { parseWarnings } from './server-warning.js';
import { standingHeaders } from './standing-headers.js';

/** Sends requests, each once. */
export interface Transport {
  /**
   * Resolves with a successful answer whose body has not been read. Rejects with an ApiError for every other answer,
   * with a TransportError when there was none, and with the signal's reason when that aborted.
   *
   * A refused token is asked for once more and, when there is a new one, the request is sent again with it.
   */
  send(request: ApiRequest, signal: AbortSignal): Promise<Response>;
  /** The request as errors name it. */
  describe(request: ApiRequest): RequestInfo;
}

/** Makes the transport of a client. */
export function createTransport(config: ClientConfig, clock: Clock): Transport {
  const { credentials, logger, onWarning, token: source } = config;
  const baseUrl = String(config.baseUrl).replace(/\/+$/, '');
  const standing = standingHeaders(config);
  const layers = stackMiddleware(config);

  function describe(request: ApiRequest): RequestInfo {
    return { method: request.method, url: baseUrl + request.path };
  }

  async function send(request: ApiRequest, signal: AbortSignal): Promise<Response> {
    if (typeof source !== 'function') return sendWith(source, request, signal);
    const token = await source();
    try {
      return await sendWith(token, request, signal);
    } catch (error) {
      if (!isApiError(error, 'Unauthorized')) throw error;
      const fresh = await source(token);
      if (fresh === undefined || fresh === token) throw error;
      return sendWith(fresh, request, signal);
    }
  }

  async function sendWith(
    token: string | undefined,
    request: ApiRequest,
    signal: AbortSignal,
  ): Promise<Response> {
    const { method, path, query, headers, body } = request;
    const url = createFinalURL(path, {
      baseUrl,
      params: { query },
      querySerializer: () => String(new URLSearchParams(query)),
      pathSerializer: String,
    });
    const built = new Request(url, {
      method,
      headers: mergeHeaders(
        standing,
        token === undefined ? {} : { Authorization: `Bearer ${token}` },
        headers,
      ),
      signal,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(credentials === undefined ? {} : { credentials }),
    });
    return exchange(request, built, signal);
  }

  async function exchange(
    request: ApiRequest,
    built: Request,
    signal: AbortSignal,
  ): Promise<Response> {
    const startedMs = clock.now();
    const log = (outcome: object): void =>
      logger?.debug('request', {
        verb: request.verb,
        method: request.method,
        url: built.url,
        headers: redactHeaders(built.headers),
        durationMs: clock.now() - startedMs,
        ...outcome,
      });
    let response: Response;
    try {
      response = await layers(built);
    } catch (cause) {
      log({ error: String(cause) });
      if (signal.aborted) throw signal.reason;
      throw new TransportError('network', describeFailure(cause), describe(request), { cause });
    }
    log({ status: response.status });
    const warnings = response.headers.get('Warning');
    if (warnings !== null && onWarning !== undefined) parseWarnings(warnings).forEach(onWarning);
    if (response.ok) return response;
    const auditId = response.headers.get('Audit-Id');
    const info = { ...describe(request), ...(auditId === null ? {} : { auditId }) };
    throw await readError(response, info, clock.now());
  }

  return { send, describe };
}

function stackMiddleware({ middleware = [], fetch: inner }: ClientConfig): FetchFunction {
  return middleware.reduceRight<FetchFunction>(
    (next, layer) => (request) => layer(request, next),
    // Looked up at every call, so that a page may replace it later.
    inner ?? ((request) => fetch(request)),
  );
}

/** What went wrong, with the cause that fetch hides behind "fetch failed". */
function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
