import { backoffMs, sleep } from './backoff.js';
import { EtcdError, type CallOptions } from './etcd-api.js';
import { toEtcdError } from './etcd-failures.js';
import type { Members } from './members.js';
import { RpcFailure, RpcStatus, type Transport } from './transport.js';

/** One kind of call, with its request. */
export interface RpcCall<T> {
  /** `/etcdserverpb.KV/Range`. */
  readonly method: string;
  readonly request: Uint8Array;
  /** Reads the answer; throws on bytes that are none. */
  readonly decode: (bytes: Uint8Array) => T;
  /** `reads` changes nothing, `repeatable` may happen twice, `once` must not. */
  readonly effect: 'reads' | 'repeatable' | 'once';
  /** Whether a member without a leader refuses instead of trying. */
  readonly requireLeader: boolean;
}

/** How one call is made, and with which token. */
export interface SignedCallOptions extends CallOptions {
  readonly token?: string | undefined;
}

/** Something that heals by itself: a member failed, and from now on another one is used. */
export interface MemberFailed {
  readonly type: 'memberFailed';
  readonly endpoint: string;
  readonly error: EtcdError;
}

/** How long a whole call may take when it says nothing. */
export const DEFAULT_TIMEOUT_MS = 5_000;

/** A member that hangs costs a call that may be repeated this long, or this part of its time. */
const ATTEMPT_MS = 2_000;
const ATTEMPTS_PER_CALL = 3;

/** With less time left than this no answer can be hoped for. */
const TOO_LATE_MS = 5;

type Outcome = EtcdError['outcome'];

/** What the attempts of one call have in common. */
interface Bounds {
  /** On the clock of `performance.now()`. */
  readonly until: number;
  readonly signal?: AbortSignal | undefined;
}

/** Makes calls on whichever member answers. All methods reject with an `EtcdError`. */
export class Caller {
  readonly #members: Members;
  readonly #random: () => number;
  readonly #onEvent: (event: MemberFailed) => void;
  readonly #closing = new AbortController();

  constructor(parts: {
    readonly members: Members;
    readonly random: () => number;
    readonly onEvent: (event: MemberFailed) => void;
  }) {
    this.#members = parts.members;
    this.#random = parts.random;
    this.#onEvent = parts.onEvent;
  }

  /** Whether `close` was called. */
  get closed(): boolean {
    return this.#closing.signal.aborted;
  }

  /**
   * Makes the call. What may be repeated is repeated on other members until the time is over. What
   * must happen once is sent again only when the member said that it has done nothing.
   */
  async call<T>(call: RpcCall<T>, options: SignedCallOptions = {}): Promise<T> {
    const { method, request, requireLeader, effect } = call;
    const { signal, token, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
    const until = performance.now() + timeoutMs;
    const longestMs =
      effect === 'once' ? timeoutMs : Math.max(ATTEMPT_MS, timeoutMs / ATTEMPTS_PER_CALL);
    let outcome: Outcome = 'none';
    let failed: EtcdError | undefined;
    for (let attempt = 0; ; attempt++) {
      let transport = this.#members.current;
      if (!transport.isReady()) transport = await this.connect({ until, signal }, outcome);
      this.#throwIfEnded(signal, outcome);
      const leftMs = until - performance.now();
      if (leftMs <= 0) throw failed ?? timeIsOver(timeoutMs);
      try {
        const rpc = { timeoutMs: Math.min(longestMs, leftMs), signal, token, requireLeader };
        return call.decode(await transport.unary(method, request, rpc));
      } catch (error) {
        failed = toEtcdError(error, { endpoint: transport.endpoint, method });
      }
      if (failed.outcome === 'unknown' && effect !== 'reads') outcome = 'unknown';
      if (isCancelled(failed)) this.#throwIfEnded(signal, outcome);
      if (failed.code !== 'Unavailable') throw failed;
      this.leave(transport, failed);
      if (effect === 'once' && outcome === 'unknown') throw failed;
      failed = withOutcome(failed, outcome);
      await this.#pause({ attempt, until, signal }, failed);
    }
  }

  /**
   * Gives a member that is connected. `outcome` is that of what was tried before, for the error
   * when there is none.
   */
  async connect({ until, signal }: Bounds, outcome: Outcome = 'none'): Promise<Transport> {
    for (let attempt = 0; ; attempt++) {
      this.#throwIfEnded(signal, outcome);
      const transport = this.#members.current;
      let failed: EtcdError;
      try {
        const timeoutMs = Math.min(ATTEMPT_MS, until - performance.now());
        await transport.connect({ timeoutMs, signal });
        return transport;
      } catch (error) {
        const { endpoint } = transport;
        failed = withOutcome(toEtcdError(error, { endpoint, method: 'connect' }), outcome);
      }
      if (isCancelled(failed)) this.#throwIfEnded(signal, outcome);
      this.leave(transport, failed);
      await this.#pause({ attempt, until, signal }, failed);
    }
  }

  /** Uses another member from now on, because of this. */
  leave(transport: Transport, error: EtcdError): void {
    this.#members.leave(transport);
    this.#onEvent({ type: 'memberFailed', endpoint: transport.endpoint, error });
  }

  /** Ends all that goes on with code `Closed`, and the connections. */
  close(): void {
    this.#closing.abort();
    this.#members.close();
  }

  /** Throws when all was closed or the signal has aborted. */
  #throwIfEnded(signal: AbortSignal | undefined, outcome: Outcome): void {
    if (this.closed) {
      throw new EtcdError('Closed', 'the client of etcd was closed', { outcome });
    }
    if (signal?.aborted === true) {
      throw new EtcdError('Aborted', 'the call to etcd was aborted', {
        outcome,
        cause: signal.reason,
      });
    }
  }

  /** Waits before the next attempt; throws the failure when there is no time for one. */
  async #pause(
    { attempt, until, signal }: Bounds & { readonly attempt: number },
    failed: EtcdError,
  ): Promise<void> {
    const leftMs = until - performance.now();
    if (leftMs < TOO_LATE_MS) throw failed;
    // Half of what is left at most, so that there is a last attempt close to the end.
    const delayMs = Math.min(backoffMs(attempt, this.#random), leftMs / 2);
    await sleep(delayMs, [signal, this.#closing.signal]);
  }
}

/** For a call that was not sent at all. */
function timeIsOver(timeoutMs: number): EtcdError {
  const message = `no answer from etcd within ${timeoutMs} ms`;
  return new EtcdError('Unavailable', message, { outcome: 'none' });
}

function isCancelled({ cause }: EtcdError): boolean {
  return cause instanceof RpcFailure && cause.status === RpcStatus.cancelled;
}

function withOutcome(error: EtcdError, outcome: Outcome): EtcdError {
  const { code, message, cause } = error;
  return error.outcome === outcome ? error : new EtcdError(code, message, { outcome, cause });
}
