import { EtcdError } from './etcd-api.js';

/** Where one member listens. */
export interface Endpoint {
  /** `https://etcd-0.example:2379`, the way it is written in messages. */
  readonly url: string;
  /** `etcd-0.example:2379`; IPv6 addresses in brackets. */
  readonly hostPort: string;
  readonly secure: boolean;
}

/** PEM texts: whom to trust, and who this is. */
export interface TlsOptions {
  /** Certificates of authorities; default the system's. */
  readonly ca?: string;
  /** With `key`: the certificate (chain) this side shows. */
  readonly cert?: string;
  readonly key?: string;
}

/**
 * Reads endpoints: URLs with `http` or `https`, or `host:port`, which is `http`. Each must name its
 * port. The same one twice counts once. Throws an `EtcdError` with code `InvalidArgument`.
 */
export function parseEndpoints(endpoints: readonly string[]): readonly Endpoint[] {
  if (endpoints.length === 0) {
    throw invalid('no etcd endpoint is given: name at least one, such as http://127.0.0.1:2379');
  }
  const byUrl = new Map(endpoints.map(parseEndpoint).map((endpoint) => [endpoint.url, endpoint]));
  return [...byUrl.values()];
}

/** Throws an `EtcdError` with code `InvalidArgument` when TLS options make no sense with these endpoints. */
export function checkTls(tls: TlsOptions | undefined, endpoints: readonly Endpoint[]): void {
  if (tls === undefined) return;
  const plain = endpoints.find(({ secure }) => !secure);
  if (plain !== undefined) {
    throw invalid(
      `etcd endpoint ${plain.url} uses no TLS, so certificates have no use: write https:// or leave them out`,
    );
  }
  if ((tls.cert === undefined) !== (tls.key === undefined)) {
    const [given, missing] = tls.key === undefined ? ['cert', 'key'] : ['key', 'cert'];
    throw invalid(`tls.${given} for etcd is given without tls.${missing}: give both or none`);
  }
  for (const name of ['ca', 'cert', 'key'] as const) {
    if (tls[name]?.includes('-----BEGIN ') === false) {
      throw invalid(`tls.${name} for etcd is no PEM text: it has to contain "-----BEGIN …"`);
    }
  }
}

function parseEndpoint(text: string): Endpoint {
  const { scheme, rest } = splitScheme(text);
  // URL forgets a port that is the scheme's default one, so that it is looked for in the text.
  const match = /^(?<host>\[[0-9A-Fa-f:.]+\]|[^/?#@:[\]\s]+):(?<port>\d{1,5})\/?$/.exec(rest);
  const [host, port] = [match?.groups?.['host'], Number(match?.groups?.['port'])];
  if (host === undefined) {
    throw invalid(
      `etcd endpoint ${JSON.stringify(withoutPassword(text))} is not of the form ` +
        'http://host:port, https://host:port or host:port, with no user and no path',
    );
  }
  if (port < 1 || port > 65_535) {
    throw invalid(`etcd endpoint ${JSON.stringify(text)}: a port is a number from 1 to 65535`);
  }
  const hostPort = `${host.toLowerCase()}:${port}`;
  return { url: `${scheme}://${hostPort}`, hostPort, secure: scheme === 'https' };
}

function splitScheme(text: string): { readonly scheme: string; readonly rest: string } {
  const match = /^(?<scheme>[a-z][a-z0-9+.-]*):\/\/(?<rest>.*)$/is.exec(text.trim());
  const { scheme = 'http', rest = text.trim() } = match?.groups ?? {};
  const lower = scheme.toLowerCase();
  if (lower !== 'http' && lower !== 'https') {
    throw invalid(
      `etcd endpoint ${JSON.stringify(withoutPassword(text))}: the scheme is http or https`,
    );
  }
  return { scheme: lower, rest };
}

/** Messages end in logs, where no password belongs. */
function withoutPassword(text: string): string {
  return text.replace(/\/\/[^/@]*@/, '//…@');
}

function invalid(message: string): EtcdError {
  return new EtcdError('InvalidArgument', message, { outcome: 'none' });
}
