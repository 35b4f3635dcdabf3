import { timeLimited } from '../time-limited.js';
import { RegistryError } from './registry-source.js';

/** Sends one request to a registry. `insecure` asks not to verify certificates, as far as the platform can. */
export type RegistryFetch = (
  request: Request,
  options: { readonly insecure: boolean },
) => Promise<Response>;

/** How requests are sent. */
export interface RegistryRequestOptions {
  readonly fetch: RegistryFetch;
  readonly insecure: boolean;
  readonly signal: AbortSignal;
  /** How long one attempt may take. */
  readonly timeoutMs: number;
}

/** Redirects in a row that are followed; registries need one or two. */
const MAX_REDIRECTS = 5;
/** Tries of one request in all. Source: import-registry-retries. */
const ATTEMPTS = 3;
const RETRY_DELAY_MS = 100;
const TEMPORARY: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/**
 * Sends a request to a registry, follows redirects and tries again what failed for the moment.
 *
 * A redirect is followed only to the same scheme, so that what was to be read over TLS is never read without; credentials
 * go to the host they are for and not on to another.
 *
 * Throws a RegistryError in the words of the API server's own client when there is no answer.
 *
 * Source: import-registry-retries, import-registry-redirects.
 */
export async function sendToRegistry(
  request: Request,
  options: RegistryRequestOptions,
): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await sendOnce(request.clone(), options);
    if (attempt === ATTEMPTS || !TEMPORARY.has(response.status)) return response;
    await response.body?.cancel();
    await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY_MS * attempt));
  }
}

async function sendOnce(first: Request, options: RegistryRequestOptions): Promise<Response> {
  let request = first;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const response = await answerTo(request, options);
    const location = isRedirect(response.status) ? response.headers.get('location') : null;
    if (location === null) return response;
    await response.body?.cancel();
    request = redirected(request, location);
  }
  throw failure(first, `stopped after ${MAX_REDIRECTS} redirects`);
}

async function answerTo(request: Request, options: RegistryRequestOptions): Promise<Response> {
  const signal = timeLimited(options.signal, options.timeoutMs);
  try {
    return await options.fetch(new Request(request, { signal, redirect: 'manual' }), {
      insecure: options.insecure,
    });
  } catch (cause) {
    throw failure(request, networkWords(cause, new URL(request.url)), cause);
  }
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

function redirected(from: Request, location: string): Request {
  const source = new URL(from.url);
  const target = new URL(location, source);
  if (target.protocol !== source.protocol) {
    throw failure(
      from,
      `refused to follow a redirect from ${source.protocol}// to ${target.protocol}//`,
    );
  }
  const headers = new Headers(from.headers);
  if (target.host !== source.host) headers.delete('authorization');
  return new Request(target, { method: from.method, headers });
}

function failure(request: Request, words: string, cause?: unknown): RegistryError {
  const method = request.method === 'HEAD' ? 'Head' : 'Get';
  return new RegistryError('Failed', `${method} "${request.url}": ${words}`, { cause });
}

/** The words of the API server's own client for what can go wrong below HTTP. */
function networkWords(cause: unknown, url: URL): string {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const address = `${url.hostname}:${port}`;
  switch (errorCode(cause)) {
    case 'ECONNREFUSED':
      return `dial tcp ${address}: connect: connection refused`;
    case 'ENOTFOUND':
      return `dial tcp: lookup ${url.hostname}: no such host`;
    case 'EAI_AGAIN':
      return `dial tcp: lookup ${url.hostname}: server misbehaving`;
    case 'EHOSTUNREACH':
      return `dial tcp ${address}: connect: no route to host`;
    case 'ECONNRESET':
    case 'UND_ERR_SOCKET':
      return 'EOF';
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return 'http: server gave HTTP response to HTTPS client';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return 'tls: failed to verify certificate: x509: certificate signed by unknown authority';
    case 'TimeoutError':
      return 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
    case 'AbortError':
      return 'context canceled';
    default:
      return cause instanceof Error ? cause.message : String(cause);
  }
}

/** The code of the innermost error that has one, else the name of an abort. */
function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const inner = errorCode(error.cause);
  if (inner !== '') return inner;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.name === 'TimeoutError' || error.name === 'AbortError' ? error.name : '';
}
