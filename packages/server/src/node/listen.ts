import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ImageServer } from '../create-image-server.js';
import { toRequestListener } from './node-adapter.js';

/** Where to listen. */
export interface ListenOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free one. */
  readonly port?: number;
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

/** Opens a port for a server. Rejects when the port is taken. */
export async function listen(
  server: Pick<ImageServer, 'handle'>,
  { host = '127.0.0.1', port = 0 }: ListenOptions = {},
): Promise<Listening> {
  const http = createServer(toRequestListener(server.handle));
  await opened(http, host, port);
  const address = http.address() as AddressInfo; // Listening on TCP, so it has one.
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    port: address.port,
    close: () => closed(http),
  };
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
    http.close(() => {
      clearTimeout(force);
      resolve();
    });
    http.closeIdleConnections();
  });
}
