import { connectivityState, Client, Metadata, type ChannelCredentials } from '@grpc/grpc-js';
import { offAbort, onAbort } from './abort.js';
import { MessageQueue, readOneAhead } from './message-queue.js';
import {
  RpcFailure,
  RpcStatus,
  type ConnectOptions,
  type RpcOptions,
  type Transport,
} from './transport.js';

/**
 * A member is pinged when nothing came for this long while calls are open, and is lost when it does
 * not answer in time: one that hangs is noticed within 9 seconds.
 *
 * Source: etcd's `--grpc-keepalive-min-time`, 5 seconds; who pings more often is disconnected.
 */
const KEEPALIVE = { timeMs: 6_000, timeoutMs: 3_000 } as const;

/** How much a stream may have under way: a page of objects in one go, on networks with latency too. */
const FLOW_CONTROL_WINDOW_BYTES = 1024 * 1024;

const CHANNEL_OPTIONS = {
  'grpc.keepalive_time_ms': KEEPALIVE.timeMs,
  'grpc.keepalive_timeout_ms': KEEPALIVE.timeoutMs,
  'grpc.keepalive_permit_without_calls': 0,
  'grpc.max_receive_message_length': -1,
  'grpc.max_send_message_length': -1,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  // What may be repeated is decided where it is known what was asked.
  'grpc.enable_retries': 0,
  'grpc.service_config_disable_resolution': 1,
  'grpc.use_local_subchannel_pool': 1,
  'grpc.enable_http_proxy': 0,
  'grpc.enable_channelz': 0,
  'grpc-node.flow_control_window': FLOW_CONTROL_WINDOW_BYTES,
} as const;

/** Long enough for an answer that needs no network. */
const REASON_WITHIN_MS = 100;

/** What gRPC ends a reason with that has no note. */
const EMPTY_NOTE = /\.?\s*Resolution note:\s*$/;

const NO_BYTES = new Uint8Array(0);

/** The connection to one member on `@grpc/grpc-js`: one channel, made when it is first used. */
export class GrpcTransport implements Transport {
  readonly endpoint: string;
  readonly #target: string;
  readonly #credentials: ChannelCredentials;
  /** Those of calls without a token, and of those with the newest one. */
  #metadata = new CallMetadata(undefined);
  readonly #calls = new Set<{ cancel(): void }>();
  #client: Client | undefined;
  #asking: Promise<RpcFailure> | undefined;
  #closed = false;

  constructor(place: {
    readonly endpoint: string;
    /** `host:port`, as gRPC takes it. */
    readonly target: string;
    readonly credentials: ChannelCredentials;
  }) {
    this.endpoint = place.endpoint;
    this.#target = place.target;
    this.#credentials = place.credentials;
  }

  isReady(): boolean {
    return (
      this.#client !== undefined &&
      this.#client.getChannel().getConnectivityState(false) === connectivityState.READY
    );
  }

  async connect({ timeoutMs, signal }: ConnectOptions): Promise<void> {
    const channel = this.#open().getChannel();
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      if (this.#closed || signal?.aborted === true) throw cancelled();
      const state = channel.getConnectivityState(true);
      if (state === connectivityState.READY) return;
      if (state === connectivityState.TRANSIENT_FAILURE) throw await this.#reason();
      await this.#stateChange(state, { deadline, signal });
    }
  }

  unary(method: string, request: Uint8Array, options: RpcOptions): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const { signal } = options;
      if (signal?.aborted === true) throw cancelled();
      const end = (): void => {
        this.#calls.delete(call);
        offAbort(signal, cancel);
      };
      const call = this.#open().makeUnaryRequest<Uint8Array, Buffer>(
        method,
        toBuffer,
        identity,
        request,
        this.#metadataFor(options),
        deadlineOf(options),
        (error, answer) => {
          end();
          if (answer !== undefined) resolve(answer);
          else reject(toFailure(error));
        },
      );
      const cancel = (): void => call.cancel();
      this.#calls.add(call);
      onAbort(signal, cancel);
    });
  }

  async *stream(
    method: string,
    request: Uint8Array,
    options: RpcOptions,
  ): AsyncGenerator<Uint8Array, void> {
    const { signal } = options;
    if (signal?.aborted === true) throw cancelled();
    const queue = new MessageQueue();
    const call = this.#open().makeBidiStreamRequest<Uint8Array, Buffer>(
      method,
      toBuffer,
      identity,
      this.#metadataFor(options),
      { ...deadlineOf(options), interceptors: [readOneAhead(queue)] },
    );
    call.on('error', (error) => queue.fail(toFailure(error)));
    call.on('end', () => queue.end());
    call.resume();
    const cancel = (): void => call.cancel();
    this.#calls.add(call);
    onAbort(signal, cancel);
    try {
      call.write(request);
      for (let message = await queue.next(); message !== undefined; message = await queue.next()) {
        yield message;
      }
    } finally {
      this.#calls.delete(call);
      offAbort(signal, cancel);
      call.cancel();
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const call of this.#calls) call.cancel();
    this.#client?.close();
  }

  #open(): Client {
    if (this.#closed) throw cancelled();
    this.#client ??= new Client(this.#target, this.#credentials, CHANNEL_OPTIONS);
    return this.#client;
  }

  #metadataFor({ token, requireLeader }: RpcOptions): Metadata {
    if (token !== this.#metadata.token) this.#metadata = new CallMetadata(token);
    return requireLeader === true ? this.#metadata.requireLeader : this.#metadata.plain;
  }

  /** Resolves when the channel leaves a state, the deadline passes, or the signal aborts. */
  #stateChange(
    state: connectivityState,
    { deadline, signal }: { readonly deadline: number; readonly signal: AbortSignal | undefined },
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (error?: unknown): void => {
        offAbort(signal, aborted);
        if (error === undefined) resolve();
        else reject(new RpcFailure(RpcStatus.unavailable, 'no connection was made in time'));
      };
      const aborted = (): void => done();
      onAbort(signal, aborted);
      this.#open().getChannel().watchConnectivityState(state, deadline, done);
    });
  }

  /** Why there is no connection; asked once for all who want to know at the same time. */
  #reason(): Promise<RpcFailure> {
    this.#asking ??= this.#askReason().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** Only a call is told, and one on a failed channel never leaves. */
  async #askReason(): Promise<RpcFailure> {
    try {
      await this.unary('/etcdserverpb.Maintenance/Status', NO_BYTES, {
        timeoutMs: REASON_WITHIN_MS,
      });
      return new RpcFailure(RpcStatus.unavailable, 'the connection was just lost and made again');
    } catch (error) {
      const { status, message } = toFailure(error);
      return new RpcFailure(status, message.replace(EMPTY_NOTE, '').replace(/\s+/g, ' '));
    }
  }
}

/** The metadata of calls with one token. gRPC copies it for each call. */
class CallMetadata {
  readonly token: string | undefined;
  readonly plain: Metadata;
  readonly requireLeader: Metadata;

  constructor(token: string | undefined) {
    this.token = token;
    this.plain = new Metadata();
    if (token !== undefined) this.plain.set('token', token);
    this.requireLeader = this.plain.clone();
    this.requireLeader.set('hasleader', 'true');
  }
}

function deadlineOf({ timeoutMs }: RpcOptions): { readonly deadline?: number } {
  return timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function identity(bytes: Buffer): Buffer {
  return bytes;
}

function cancelled(): RpcFailure {
  return new RpcFailure(RpcStatus.cancelled, 'the call was cancelled');
}

/** gRPC's errors have a numeric `code` and `details`; anything else is a fault of the library's. */
function toFailure(error: unknown): RpcFailure {
  if (error instanceof RpcFailure) return error;
  const { code, details, message } = (error ?? {}) as {
    readonly code?: unknown;
    readonly details?: unknown;
    readonly message?: unknown;
  }; // Properties are looked at before they are believed.
  return new RpcFailure(
    typeof code === 'number' ? code : RpcStatus.internal,
    typeof details === 'string' && details !== '' ? details : String(message ?? error),
  );
}
