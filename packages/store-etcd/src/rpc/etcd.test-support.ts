/** What tests on real etcd have in common: text for bytes, and calls the store has no use for. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { credentials } from '@grpc/grpc-js';
import type { EtcdApi, RequestOp, TxnResponse, WatchResponse } from './etcd-api.js';
import { GrpcTransport } from './grpc-transport.js';
import { lengthed, makeWriter, varint } from './wire.js';
import { parseEndpoints } from './endpoints.js';
import { decodeToken, encodeAuthenticateRequest } from './cluster-messages.js';

/** UTF-8. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The text of UTF-8. */
export function text(value: Uint8Array | undefined): string | undefined {
  return value && new TextDecoder().decode(value);
}

/** A step that puts text. */
export function put(key: string, value: string): RequestOp {
  return { type: 'put', key: bytes(key), value: bytes(value) };
}

/** Puts one key whatever is there. */
export function putOne(
  etcd: EtcdApi,
  key: string,
  value: string,
  options?: { readonly timeoutMs: number },
): Promise<TxnResponse> {
  return etcd.txn({ compare: [], success: [put(key, value)], failure: [] }, options);
}

/** The text one key holds now; undefined when it is absent. */
export async function getOne(
  etcd: EtcdApi,
  key: string,
  options?: { readonly timeoutMs: number },
): Promise<string | undefined> {
  const { kvs } = await etcd.range({ key: bytes(key) }, options);
  return text(kvs[0]?.value);
}

/** Reads a watch until `enough` says so, then ends it. */
export async function collect(
  watch: (signal: AbortSignal) => AsyncIterable<WatchResponse>,
  enough: (responses: readonly WatchResponse[]) => boolean,
): Promise<readonly WatchResponse[]> {
  const stop = new AbortController();
  const responses: WatchResponse[] = [];
  for await (const response of watch(stop.signal)) {
    responses.push(response);
    if (enough(responses)) stop.abort();
  }
  return responses;
}

/** A user of a test cluster: may read and write below `prefix`. */
export interface TestUser {
  readonly name: string;
  readonly password: string;
  readonly prefix: string;
}

export const ROOT = { name: 'root', password: 'secret' } as const;

/**
 * Turns authentication on, with a root user and another one.
 *
 * Source: etcd API reference v3, service Auth.
 */
export async function enableAuth(endpoint: string, user: TestUser): Promise<void> {
  await withAuthService(endpoint, async (call) => {
    await call('UserAdd', encodeAuthenticateRequest(ROOT));
    await call('RoleAdd', strings('root'));
    await call('UserGrantRole', strings('root', 'root'));
    await call('UserAdd', encodeAuthenticateRequest(user));
    await call('RoleAdd', strings(user.name));
    await call('RoleGrantPermission', permission(user));
    await call('UserGrantRole', strings(user.name, user.name));
    await call('AuthEnable', new Uint8Array(0));
  });
}

/** Turns authentication off or changes a user, as root. */
export async function asRoot(
  endpoint: string,
  method: 'AuthDisable' | 'UserChangePassword' | 'UserRevokeRole',
  ...fields: string[]
): Promise<void> {
  await withAuthService(endpoint, async (call) => {
    const token = decodeToken(await call('Authenticate', encodeAuthenticateRequest(ROOT)));
    await call(method, strings(...fields), token);
  });
}

type AuthCall = (method: string, request: Uint8Array, token?: string) => Promise<Uint8Array>;

async function withAuthService(
  endpoint: string,
  work: (call: AuthCall) => Promise<void>,
): Promise<void> {
  const [place] = parseEndpoints([endpoint]);
  const transport = new GrpcTransport({
    endpoint,
    target: `dns:${place?.hostPort}`,
    credentials: credentials.createInsecure(),
  });
  try {
    await transport.connect({ timeoutMs: 5_000 });
    await work((method, request, token) =>
      transport.unary(`/etcdserverpb.Auth/${method}`, request, { timeoutMs: 5_000, token }),
    );
  } finally {
    transport.close();
  }
}

/** A message whose fields 1, 2 … are strings. */
function strings(...fields: string[]): Uint8Array {
  const writer = makeWriter();
  fields.forEach((field, i) => writer.uint32(lengthed(i + 1)).string(field));
  return writer.finish();
}

/** An AuthRoleGrantPermissionRequest: reading and writing (2) of all keys with the prefix. */
function permission({ name, prefix }: TestUser): Uint8Array {
  const writer = makeWriter();
  writer.uint32(lengthed(1)).string(name).uint32(lengthed(2)).fork();
  writer.uint32(varint(1)).int32(2).uint32(lengthed(2)).bytes(bytes(prefix));
  return writer
    .uint32(lengthed(3))
    .bytes(bytes(`${prefix}\x7f`))
    .ldelim()
    .finish();
}

/** A way to a member on which the bytes that come from it are counted. */
export interface CountingProxy {
  readonly endpoint: string;
  readonly receivedBytes: () => number;
  close(): Promise<void>;
}

/** Listens on loopback and passes all connections on to the member, at the pace of who reads. */
export async function startProxy(memberUrl: string): Promise<CountingProxy> {
  let received = 0;
  const sockets = new Set<Socket>();
  const { hostname, port } = new URL(memberUrl);
  const server = createServer((client) => {
    const member = connect(Number(port), hostname);
    const count = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        received += chunk.length;
        done(null, chunk);
      },
    });
    for (const socket of [client, member]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    }
    client.pipe(member);
    member.pipe(count).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo; // Listens on TCP.
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    receivedBytes: () => received,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
