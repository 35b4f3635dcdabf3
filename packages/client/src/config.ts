import type { BackoffOptions } from './backoff.js';
import type { Clock } from './clock.js';

/** What a client sends requests with: the global `fetch`, a server's own `fetch`, or `nodeFetch`. */
export type FetchFunction = (request: Request) => Promise<Response>;

/** One layer around every request: look at it, change it, answer it oneself, or look at the answer. */
export type Middleware = (request: Request, next: FetchFunction) => Promise<Response>;

/**
 * Gives the bearer token, asked before every request. When the server has just answered 401 it is asked once more
 * with the token that was refused, so that a cached one can be dropped; undefined means no token.
 */
export type TokenSource = (refused?: string) => string | undefined | Promise<string | undefined>;

/** The user to act as. Needs the right to impersonate. */
export interface ImpersonatedUser {
  readonly user: string;
  readonly groups?: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** Where a client writes what it does. Fields hold no credentials. */
export interface Logger {
  /** One line per attempt: verb, method, url, status, duration. */
  debug(message: string, fields: object): void;
  /** What a person may want to know: a retry, a reconnect, a fallback. */
  warn(message: string, fields: object): void;
}

/** A warning the server sent along with an answer. */
export interface ServerWarning {
  /** 299 for all that API servers send. */
  readonly code: number;
  readonly text: string;
}

/** How to reach a cluster, and how to behave there. */
export interface ClientConfig {
  /** The address the API is under; a path is kept (`/api/kubernetes` of a proxy on the same origin). */
  readonly baseUrl: string | URL;
  readonly token?: string | TokenSource;
  /** Default: the global `fetch`. */
  readonly fetch?: FetchFunction;
  /** The first is the outermost. */
  readonly middleware?: readonly Middleware[];
  /** How often a failed attempt is repeated where that is safe; default 4. A watch goes on for ever. */
  readonly maxRetries?: number;
  /** How long one attempt may take, in milliseconds; default 30 000. */
  readonly timeoutMs?: number;
  readonly backoff?: BackoffOptions;
  /** Sent as User-Agent where the platform allows; the server takes the default field manager from it. */
  readonly userAgent?: string;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether a browser sends cookies; its default is `same-origin`. */
  readonly credentials?: 'omit' | 'same-origin' | 'include';
  readonly impersonate?: ImpersonatedUser;
  /** True: speak to the OpenShift 3.x surface, `/oapi/v1`. Objects look the same to the program. */
  readonly legacy?: boolean;
  readonly logger?: Logger;
  /** Called for every warning of the server. */
  readonly onWarning?: (warning: ServerWarning) => void;
  readonly clock?: Clock;
  /** Called by the client's `close()`. */
  readonly close?: () => void;
}
