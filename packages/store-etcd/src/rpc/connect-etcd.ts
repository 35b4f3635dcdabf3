import { credentials, type ChannelCredentials } from '@grpc/grpc-js';
import { Caller, type MemberFailed } from './caller.js';
import { checkTls, parseEndpoints, type TlsOptions } from './endpoints.js';
import { EtcdError, type EtcdApi } from './etcd-api.js';
import { EtcdClient } from './etcd-client.js';
import { GrpcTransport } from './grpc-transport.js';
import { Members } from './members.js';
import { TokenSource, type EtcdUser } from './token-source.js';

/** Where etcd is and who calls it. */
export interface ConnectEtcdOptions {
  /**
   * URLs of members, `http://host:port` or `https://host:port`; `host:port` alone is `http`. One at
   * a time is used, until it fails.
   */
  readonly endpoints: readonly string[];
  /** For `https` endpoints; without it the system's authorities are trusted, and no certificate is shown. */
  readonly tls?: TlsOptions;
  /** Whom to call as, when etcd's authentication is on. When it is off this is of no use and no harm. */
  readonly user?: EtcdUser;
  /** Numbers from 0 up to 1, for pauses and the first member; default `Math.random`. */
  readonly random?: () => number;
  /** Told of what heals by itself; must not throw. */
  readonly onEvent?: (event: MemberFailed) => void;
}

/**
 * Gives etcd's API on whichever member answers. Connects when it is first used, one connection per
 * member. Connections on which nothing is going on do not keep the process alive; calls and watches
 * do, and after `close` nothing does.
 *
 * Throws an `EtcdError` with code `InvalidArgument` for options that make no sense.
 *
 * @example
 * const etcd = connectEtcd({ endpoints: ['http://127.0.0.1:2379'] });
 * const { kvs } = await etcd.range({ key: new TextEncoder().encode('/colour') });
 * etcd.close();
 */
export function connectEtcd(options: ConnectEtcdOptions): EtcdApi {
  const { tls, user, random = Math.random, onEvent = () => undefined } = options;
  const endpoints = parseEndpoints(options.endpoints);
  checkTls(tls, endpoints);
  const transports = endpoints.map(({ url, hostPort, secure }) => {
    const channelCredentials = secure ? makeTlsCredentials(tls) : credentials.createInsecure();
    return new GrpcTransport({
      endpoint: url,
      target: `dns:${hostPort}`,
      credentials: channelCredentials,
    });
  });
  const caller = new Caller({ members: new Members(transports, random), random, onEvent });
  return new EtcdClient(caller, user && new TokenSource(caller, user));
}

function makeTlsCredentials({ ca, cert, key }: TlsOptions = {}): ChannelCredentials {
  const [caBytes, keyBytes, certBytes] = [ca, key, cert].map((pem) =>
    pem === undefined ? null : Buffer.from(pem),
  );
  try {
    return credentials.createSsl(caBytes, keyBytes, certBytes);
  } catch (cause) {
    const message = `the TLS certificates for etcd cannot be used: ${String(cause)}`;
    throw new EtcdError('InvalidArgument', message, { outcome: 'none', cause });
  }
}
