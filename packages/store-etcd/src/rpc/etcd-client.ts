import { DEFAULT_TIMEOUT_MS, type Caller, type RpcCall } from './caller.js';
import {
  decodeLeaseResponse,
  decodeStatusResponse,
  encodeLeaseGrantRequest,
  encodeLeaseId,
  STATUS_REQUEST,
} from './cluster-messages.js';
import {
  EtcdError,
  type CallOptions,
  type EtcdApi,
  type LeaseResponse,
  type RangeRequest,
  type RangeResponse,
  type RequestOp,
  type StatusResponse,
  type TxnRequest,
  type TxnResponse,
  type WatchRequest,
  type WatchResponse,
} from './etcd-api.js';
import { isTokenRefusal } from './etcd-failures.js';
import {
  decodeHeader,
  decodeRangeResponse,
  decodeTxnResponse,
  encodeCompactionRequest,
  encodeRangeRequest,
  encodeTxnRequest,
} from './kv-messages.js';
import { NO_SESSION, type Session, type TokenSource } from './token-source.js';
import { watchOnce } from './watch-stream.js';

/** How often one call begins another session when etcd does not take the token. */
const MAX_RENEWALS = 2;

/** `EtcdApi` on calls of gRPC. */
export class EtcdClient implements EtcdApi {
  readonly #caller: Caller;
  readonly #tokens: TokenSource | undefined;

  /** Without `tokens` calls tell nobody's name. */
  constructor(caller: Caller, tokens: TokenSource | undefined) {
    this.#caller = caller;
    this.#tokens = tokens;
  }

  range(request: RangeRequest, options?: CallOptions): Promise<RangeResponse> {
    return this.#call(
      {
        method: '/etcdserverpb.KV/Range',
        request: encodeRangeRequest(request),
        decode: decodeRangeResponse,
        effect: 'reads',
        requireLeader: request.serializable !== true,
      },
      options,
    );
  }

  txn(request: TxnRequest, options?: CallOptions): Promise<TxnResponse> {
    return this.#call(
      {
        method: '/etcdserverpb.KV/Txn',
        request: encodeTxnRequest(request),
        decode: decodeTxnResponse,
        effect: onlyReads(request) ? 'reads' : 'once',
        requireLeader: true,
      },
      options,
    );
  }

  async compact(revision: number, options?: CallOptions): Promise<void> {
    await this.#call(
      {
        method: '/etcdserverpb.KV/Compact',
        request: encodeCompactionRequest(revision),
        decode: decodeHeader,
        effect: 'repeatable',
        requireLeader: true,
      },
      options,
    );
  }

  async *watch(request: WatchRequest, signal: AbortSignal): AsyncGenerator<WatchResponse, void> {
    let renewals = 0;
    let refused: boolean;
    do {
      refused = false;
      const session = await this.#sessionForWatch(signal);
      if (session === undefined) return;
      for await (const response of watchOnce(this.#caller, request, { ...session, signal })) {
        refused = response.canceled && isTokenRefusal(response.cancelReason);
        if (refused && renewals < MAX_RENEWALS) this.#tokens?.drop(session);
        else yield response;
      }
      renewals += 1;
    } while (refused && renewals <= MAX_RENEWALS);
  }

  leaseGrant(ttlSeconds: number, options?: CallOptions): Promise<LeaseResponse> {
    return this.#call(
      {
        method: '/etcdserverpb.Lease/LeaseGrant',
        request: encodeLeaseGrantRequest(ttlSeconds),
        decode: decodeLeaseResponse,
        effect: 'repeatable',
        requireLeader: true,
      },
      options,
    );
  }

  async leaseKeepAlive(id: string, options?: CallOptions): Promise<LeaseResponse> {
    // A stream, of which one message each way is all that is used.
    const lease = await this.#call(
      {
        method: '/etcdserverpb.Lease/LeaseKeepAlive',
        request: encodeLeaseId(id),
        decode: decodeLeaseResponse,
        effect: 'repeatable',
        requireLeader: true,
      },
      options,
    );
    if (lease.ttlSeconds > 0) return lease;
    throw new EtcdError('LeaseNotFound', `etcd has no lease ${id}: it has run out`, {
      outcome: 'none',
    });
  }

  async leaseRevoke(id: string, options?: CallOptions): Promise<void> {
    const call = {
      method: '/etcdserverpb.Lease/LeaseRevoke',
      request: encodeLeaseId(id),
      decode: decodeHeader,
      effect: 'repeatable',
      requireLeader: true,
    } as const;
    try {
      await this.#call(call, options);
    } catch (error) {
      // Gone is what it was to be, and an earlier try of this call may have done it.
      if (!(error instanceof EtcdError && error.code === 'LeaseNotFound')) throw error;
    }
  }

  status(options?: CallOptions): Promise<StatusResponse> {
    return this.#call(
      {
        method: '/etcdserverpb.Maintenance/Status',
        request: STATUS_REQUEST,
        decode: decodeStatusResponse,
        effect: 'reads',
        requireLeader: false,
      },
      options,
    );
  }

  close(): void {
    this.#caller.close();
  }

  #call<T>(call: RpcCall<T>, options: CallOptions = {}): Promise<T> {
    const tokens = this.#tokens;
    return tokens === undefined
      ? this.#caller.call(call, options)
      : this.#signedCall(call, options, tokens);
  }

  /** Makes a call with a token, and with another one when etcd does not take it any more. */
  async #signedCall<T>(
    call: RpcCall<T>,
    { signal, timeoutMs = DEFAULT_TIMEOUT_MS }: CallOptions,
    tokens: TokenSource,
  ): Promise<T> {
    const until = performance.now() + timeoutMs;
    for (let renewals = 0; ; renewals++) {
      const within = { timeoutMs: until - performance.now(), ...(signal && { signal }) };
      const session = await tokens.get(within);
      try {
        return await this.#caller.call(call, { ...within, ...session });
      } catch (error) {
        const refused = error instanceof EtcdError && isTokenRefusal(error.message);
        if (!refused || renewals === MAX_RENEWALS) throw error;
        tokens.drop(session);
      }
    }
  }

  /** Undefined when the signal aborted. */
  async #sessionForWatch(signal: AbortSignal): Promise<Session | undefined> {
    if (this.#tokens === undefined) return NO_SESSION;
    try {
      return await this.#tokens.get({ signal });
    } catch (error) {
      if (error instanceof EtcdError && error.code === 'Aborted') return undefined;
      throw error;
    }
  }
}

/** Whatever of it happens changes nothing. */
function onlyReads({ success, failure }: TxnRequest): boolean {
  return isRead(success) && isRead(failure);
}

function isRead(steps: readonly RequestOp[]): boolean {
  return steps.every(({ type }) => type === 'range');
}
