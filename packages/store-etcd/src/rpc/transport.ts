/**
 * What is needed to speak gRPC with one member: bytes out, bytes in. Everything that knows etcd
 * stands on this, so that another implementation can take the place of the one on `@grpc/grpc-js`.
 */

/** How one call is made. */
export interface RpcOptions {
  /** When it is given up; absent = never. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The token etcd's Authenticate gave out; absent = none. */
  readonly token?: string | undefined;
  /** Whether a member without a leader refuses the call at once. */
  readonly requireLeader?: boolean;
}

/** How long a connection may take. */
export interface ConnectOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * One member of a cluster and the connection to it. Nothing happens before it is first used. A
 * connection on which nothing is going on does not keep the process alive.
 *
 * All methods reject with an `RpcFailure` and nothing else.
 */
export interface Transport {
  /** Where the member is, as it is written in messages. */
  readonly endpoint: string;
  /** Whether a call made now goes out at once. */
  isReady(): boolean;
  /**
   * Connects when there is no connection. Rejects when that fails or takes too long; nothing was
   * asked of the member then.
   */
  connect(options: ConnectOptions): Promise<void>;
  /** Sends one message and gives back the one that answers it. Never sent twice. */
  unary(method: string, request: Uint8Array, options: RpcOptions): Promise<Uint8Array>;
  /**
   * Sends one message, keeps the sending side open, and yields what comes. At most one message is
   * read ahead. Ends when the member ends the stream well; leaving the loop cancels it.
   */
  stream(method: string, request: Uint8Array, options: RpcOptions): AsyncIterable<Uint8Array>;
  /** Ends all calls with status `CANCELLED` and closes the connection. */
  close(): void;
}

/**
 * The statuses of gRPC that are told apart here.
 *
 * Source: gRPC status codes.
 */
export const RpcStatus = {
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  outOfRange: 11,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  dataLoss: 15,
  unauthenticated: 16,
} as const;

/** A call that failed: gRPC's status and its details, which is the text etcd explains itself with. */
export class RpcFailure extends Error {
  readonly status: number;

  constructor(status: number, details: string) {
    super(details);
    this.name = 'RpcFailure';
    this.status = status;
  }
}
