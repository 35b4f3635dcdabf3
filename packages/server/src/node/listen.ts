import { createServer as createHttpServer, type Server, type ServerOptions } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { isIP, type AddressInfo } from 'node:net';
import type { ImageServer } from '../create-image-server.js';
import { toRequestListener } from './node-adapter.js';

/** Where and how to listen. */
export interface ListenOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0, which picks a free one. */
  readonly port?: number;
  /** PEM texts; absent = plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** A server that listens. */
export interface Listening {
  /** Such as `http://127.0.0.1:8443`. */
  readonly url: string;
  readonly port: number;
  /** Takes no new connections, lets requests under way finish, then closes what is left. */
  close(): Promise<void>;
}

/** Requests under way get so long to finish when the server stops. */
const drainMs = 5000;
/** A connection whose last request ends while the server stops is closed so soon. */
const idleCheckMs = 50;

/**
 * What one client may hold: a connection must send its headers and its body in time and stay below these sizes, so that
 * slow and half-open ones cost nothing for long. Source: server-limits.
 */
const limits: ServerOptions = {
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5000,
  maxHeaderSize: 64 * 1024,
  keepAlive: true,
  keepAliveInitialDelay: 30_000,
  noDelay: true,
};
const maxConnections = 20_000;
const maxHeaders = 200;

/** Opens a port for a server. Rejects when the port is taken or the certificate cannot be used. */
export async function listen(
  server: Pick<ImageServer, 'handle'>,
  { host = '127.0.0.1', port = 0, tls }: ListenOptions = {},
): Promise<Listening> {
  const listener = toRequestListener(server.handle);
  const http =
    tls === undefined
      ? createHttpServer(limits, listener)
      : createHttpsServer({ ...limits, ...tls }, listener);
  http.maxConnections = maxConnections;
  http.maxHeadersCount = maxHeaders;
  await opened(http, host, port);
  const address = http.address() as AddressInfo; // Listening on TCP, so it has one.
  const scheme = tls === undefined ? 'http' : 'https';
  return {
    url: `${scheme}://${isIP(host) === 6 ? `[${host}]` : host}:${address.port}`,
    port: address.port,
    close: () => closed(http),
  };
}

/** Whether an address can only be reached from the machine itself. Source: server-loopback. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function opened(http: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, () => {
      http.removeListener('error', reject);
      resolve();
    });
  });
}

function closed(http: Server): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => http.closeAllConnections(), drainMs);
    // Clients keep a connection open after an answer, and would hold up the end until the force comes.
    const tidy = setInterval(() => http.closeIdleConnections(), idleCheckMs);
    http.close(() => {
      clearTimeout(force);
      clearInterval(tidy);
      resolve();
    });
    http.closeIdleConnections();
  });
}
