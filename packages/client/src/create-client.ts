import type { ResourceDescriptor } from '@imagestream/core';
import { bindResource } from './bind-resource.js';
import { systemClock } from './clock.js';
import type { ClientConfig } from './config.js';
import type { BoundResource } from './resource-handle.js';
import type { ClientContext } from './send.js';
import { createTransport } from './transport.js';

/** A client for any resource whose descriptor is at hand. */
export interface Client {
  /** The handle of a resource: its own verbs, or `in(namespace)` and `all`. */
  resource<D extends ResourceDescriptor>(descriptor: D): BoundResource<D>;
  /** Lets go of pooled connections, where the configuration has any. */
  close(): void;
}

/** Makes the client of a configuration. Sends nothing. */
export function createClient(config: ClientConfig): Client {
  const context = createContext(config);
  return {
    resource: (descriptor) => bindResource(context, descriptor),
    close: () => config.close?.(),
  };
}

/** What the handles of a client share. Throws a TypeError when the configuration cannot work. */
export function createContext(config: ClientConfig): ClientContext {
  const { clock = systemClock, backoff = {}, maxRetries = 4, timeoutMs = 30_000 } = config;
  checkBaseUrl(config);
  return {
    transport: createTransport(config, clock),
    clock,
    backoff,
    maxRetries,
    timeoutMs,
    legacy: config.legacy ?? false,
    logger: config.logger,
    withoutInitialEvents: new Set(),
  };
}

/** Refuses credentials in the URL, which would end up in messages, and warns about a token anybody on the way can read. */
function checkBaseUrl({ baseUrl, token, logger }: ClientConfig): void {
  const [, scheme, userInfo, host] =
    /^(https?):\/\/([^/]*@)?(\[[^\]]*\]|[^/:]*)/i.exec(String(baseUrl)) ?? [];
  if (userInfo !== undefined) throw new TypeError('credentials belong in `token`, not in the URL');
  const isLocal = host === undefined || /^(localhost|127\..*|\[::1\])$/i.test(host);
  if (token !== undefined && scheme === 'http' && !isLocal) {
    logger?.warn('the token travels unencrypted', { host });
  }
}
