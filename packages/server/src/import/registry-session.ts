import { isJsonObject } from '@imagestream/core';
import { parseAuthChallenges, type AuthChallenge } from './auth-challenge.js';
import { readText, refusalOf } from './registry-answer.js';
import { sendToRegistry, type RegistryFetch } from './registry-request.js';
import { RegistryError, type RepositoryTarget } from './registry-source.js';

/** Source: import-registry-calls. */
const PING_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 30_000;
const MAX_TOKEN_BYTES = 1024 * 1024;

/** Docker Hub is called by one name and reached by another. Source: import-registry-calls. */
const HUB_HOSTS: ReadonlySet<string> = new Set(['docker.io', 'index.docker.io']);
const HUB_ADDRESS = 'registry-1.docker.io';

/**
 * A registry as one repository of it is read: found out about and logged in to by the first request, then asked with what
 * was learnt.
 *
 * Insecure targets are tried over https without verification first and then over http; others never leave https.
 *
 * Source: import-registry-calls, import-credentials.
 */
export class RegistrySession {
  readonly #target: RepositoryTarget;
  readonly #fetch: RegistryFetch;
  readonly #signal: AbortSignal;
  #opening: Promise<OpenRegistry> | undefined;

  constructor(target: RepositoryTarget, fetch: RegistryFetch, signal: AbortSignal) {
    this.#target = target;
    this.#fetch = fetch;
    this.#signal = signal;
  }

  /**
   * Sends a request for a path below `/v2/<repository>/`, or for the absolute URL of a next page.
   *
   * Throws a RegistryError when the registry cannot be reached or refuses.
   */
  async request(
    path: string | URL,
    init: { readonly method?: 'GET' | 'HEAD'; readonly accept?: readonly string[] } = {},
  ): Promise<Response> {
    this.#opening ??= this.#open();
    const { base, authorization } = await this.#opening;
    const url =
      typeof path === 'string' ? new URL(`/v2/${this.#target.repository}/${path}`, base) : path;
    const headers = new Headers();
    for (const type of init.accept ?? []) headers.append('accept', type);
    const method = init.method ?? 'GET';
    if (authorization !== undefined && url.host === base.host) {
      headers.set('authorization', await authorization({ method, url }));
    }
    const response = await this.#send(new Request(url, { method, headers }), REQUEST_TIMEOUT_MS);
    if (response.ok) return response;
    throw await refusalOf(response);
  }

  /** Where relative links of the registry start. */
  async baseUrl(): Promise<URL> {
    this.#opening ??= this.#open();
    return (await this.#opening).base;
  }

  async #open(): Promise<OpenRegistry> {
    const host = HUB_HOSTS.has(this.#target.registry) ? HUB_ADDRESS : this.#target.registry;
    const secure = new URL(`https://${host}/v2/`);
    if (!this.#target.insecure) return this.#ping(secure);
    try {
      return await this.#ping(secure);
    } catch (error) {
      // Insecure repositories may speak plain http; when they do not, that attempt's error is the one to report.
      if (error instanceof RegistryError) return this.#ping(new URL(`http://${host}/v2/`));
      throw error;
    }
  }

  async #ping(url: URL): Promise<OpenRegistry> {
    const response = await this.#send(new Request(url), PING_TIMEOUT_MS);
    const challenges = parseAuthChallenges(response.headers.get('www-authenticate') ?? '');
    const isRegistry =
      response.headers.has('docker-distribution-api-version') ||
      response.ok ||
      response.status === 401 ||
      response.status === 403;
    await response.body?.cancel();
    if (!isRegistry) {
      throw new RegistryError(
        'Failed',
        `endpoint does not support v2 API, got HTTP status ${response.status}`,
      );
    }
    if (response.status !== 401) return { base: url, authorization: undefined };
    return { base: url, authorization: this.#authorize(challenges) };
  }

  /** A token is better than a password on every request, where both are offered. */
  #authorize(challenges: readonly AuthChallenge[]): Authorization | undefined {
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
    if (bearer !== undefined) {
      let token: Promise<string> | undefined;
      return () => (token ??= this.#fetchToken(bearer));
    }
    if (!challenges.some(({ scheme }) => scheme === 'basic')) return undefined;
    const { credentials } = this.#target;
    return ({ method, url }) => {
      if (credentials !== undefined) return Promise.resolve(basic(credentials));
      const verb = method === 'HEAD' ? 'Head' : 'Get';
      const message = `${verb} "${url.href}": no basic auth credentials`;
      return Promise.reject(new RegistryError('NoCredentials', message));
    };
  }

  async #fetchToken({ parameters }: AuthChallenge): Promise<string> {
    const { credentials, repository } = this.#target;
    const url = tokenUrl(parameters['realm'] ?? '');
    if (parameters['service'] !== undefined) url.searchParams.set('service', parameters['service']);
    url.searchParams.set('scope', `repository:${repository}:pull`);
    const headers = new Headers();
    if (credentials !== undefined) {
      url.searchParams.set('account', credentials.username);
      headers.set('authorization', basic(credentials));
    }
    const response = await this.#send(new Request(url, { headers }), REQUEST_TIMEOUT_MS);
    if (!response.ok) throw await refusalOf(response);
    return `Bearer ${readToken(await readText(response, MAX_TOKEN_BYTES))}`;
  }

  #send(request: Request, timeoutMs: number): Promise<Response> {
    const { insecure } = this.#target;
    return sendToRegistry(request, {
      fetch: this.#fetch,
      insecure,
      signal: this.#signal,
      timeoutMs,
    });
  }
}

/** The value of the Authorization header for a request. */
type Authorization = (request: { readonly method: string; readonly url: URL }) => Promise<string>;

interface OpenRegistry {
  readonly base: URL;
  readonly authorization: Authorization | undefined;
}

function tokenUrl(realm: string): URL {
  try {
    return new URL(realm);
  } catch (cause) {
    throw new RegistryError('Failed', `the registry names no token server: "${realm}"`, { cause });
  }
}

function readToken(text: string): string {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (cause) {
    throw new RegistryError('Failed', 'unable to decode token response', { cause });
  }
  const token = isJsonObject(body) ? (body['token'] ?? body['access_token']) : undefined;
  if (typeof token === 'string' && token !== '') return token;
  throw new RegistryError('Failed', 'authorization server did not include a token in the response');
}

function basic({ username, password }: { username: string; password: string }): string {
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}
