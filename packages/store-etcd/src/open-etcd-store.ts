import { randomBytes } from 'node:crypto';
import { checkRevision, type Store } from '@imagestream/store';
import { EtcdStore } from './etcd-store.js';
import { KeyLayout } from './key-layout.js';
import { raiseRevision } from './raise-revision.js';
import { connectEtcd } from './rpc/connect-etcd.js';
import type { EtcdApi } from './rpc/etcd-api.js';
import { toStoreError } from './store-errors.js';
import { storedValue } from './stored-value.js';

/** How to reach etcd, and where in it the store is. */
export interface EtcdStoreOptions {
  /** URLs of members, such as `https://10.0.0.1:2379`. All are used, one at a time. */
  readonly endpoints: readonly string[];
  /** The path all keys begin with, default `/imagestream-kit`. Stores with different prefixes do not see each other. */
  readonly prefix?: string;
  /** PEM texts: whom to trust (default the system's authorities), and who this is. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly user?: { readonly name: string; readonly password: string };
  /**
   * The store counts on from this revision at least, for one that takes the place of another. An
   * etcd that is behind is brought there by that many small writes, some thousands a second. Default:
   * where etcd stands.
   */
  readonly minRevision?: number;
  /** Gives up reaching `minRevision`: the opening then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** How long a request is tried, in milliseconds; default 10,000. */
  readonly requestTimeoutMs?: number;
  /** How long one member is waited for before another one is asked, in milliseconds; default 3,000. */
  readonly attemptTimeoutMs?: number;
  /** How long after its end a leader still holds the lead, in seconds; default 10. */
  readonly leaseSeconds?: number;
  /** From 0 up to 1, for pauses and the choice of members; default `Math.random`. */
  readonly random?: () => number;
  /** Told of lost members and what else heals by itself; default nobody. */
  readonly onError?: (error: unknown) => void;
}

const defaultRequestTimeoutMs = 10_000;
const defaultAttemptTimeoutMs = 3_000;
const defaultLeaseSeconds = 10;
/** etcd looks every 100 ms after watches that have to catch up. */
const markAfterMs = 150;
/** Two instances with one name must never be; the name is sent with every write, so it is short. */
const instanceBytes = 12;

/**
 * Opens a store in etcd. Any number of processes may have the same one open; they need not know of
 * each other. Without `minRevision` nothing is written before the first transaction.
 *
 * Rejects with a `StoreError`: `Unavailable` when no member answers within the request timeout or
 * etcd does not let this user in, `InvalidArgument` for options that make no sense, `Damaged` when
 * the prefix holds objects that no store has written.
 */
export async function openEtcdStore(options: EtcdStoreOptions): Promise<Store> {
  const {
    random = Math.random,
    requestTimeoutMs = defaultRequestTimeoutMs,
    minRevision = 1,
    onError = () => undefined,
  } = options;
  checkRevision(minRevision);
  const keys = new KeyLayout(options.prefix);
  const etcd = connect(options, random);
  try {
    const found = await checkContents(etcd, keys, requestTimeoutMs);
    await raiseRevision({ etcd, keys }, { from: found, to: minRevision, signal: options.signal });
    const knownRevision = Math.max(found, minRevision);
    return new EtcdStore({
      etcd,
      keys,
      knownRevision,
      requestTimeoutMs,
      markAfterMs,
      random,
      onError,
      instance: randomBytes(instanceBytes).toString('base64url'),
      attemptTimeoutMs: options.attemptTimeoutMs ?? defaultAttemptTimeoutMs,
      leaseSeconds: options.leaseSeconds ?? defaultLeaseSeconds,
    });
  } catch (error) {
    etcd.close();
    throw toStoreError(error);
  }
}

function connect(options: EtcdStoreOptions, random: () => number): EtcdApi {
  const { endpoints, tls, user } = options;
  try {
    return connectEtcd({
      endpoints,
      random,
      ...(tls === undefined ? {} : { tls }),
      ...(user === undefined ? {} : { user }),
    });
  } catch (error) {
    throw toStoreError(error);
  }
}

/** Looks at one object, whether a store wrote it; returns the revision etcd stands at. */
async function checkContents(etcd: EtcdApi, keys: KeyLayout, timeoutMs: number): Promise<number> {
  const { header, kvs } = await etcd.range({ ...keys.objects(''), limit: 1 }, { timeoutMs });
  for (const kv of kvs) storedValue(keys, kv);
  return header.revision;
}
