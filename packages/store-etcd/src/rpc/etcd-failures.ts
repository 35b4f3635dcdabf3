import { EtcdError, type EtcdErrorCode } from './etcd-api.js';
import { RpcFailure, RpcStatus } from './transport.js';

/** What a failure means. `token`: the token is no longer good; with another one it may succeed. */
interface Meaning {
  readonly code: EtcdErrorCode;
  readonly outcome: 'none' | 'unknown';
  readonly token?: true;
}

const none = (code: EtcdErrorCode): Meaning => ({ code, outcome: 'none' });

/**
 * The texts etcd explains its errors with, where gRPC's status says too little. A text counts
 * wherever it begins in the details: releases put different words before it, such as
 * "etcdserver: ", "etcdserver: mvcc: " and "auth: ".
 *
 * All but the one about space are decided before a request is proposed to the cluster, or by the rules
 * that every member applies to it before anything of it happens.
 *
 * Source: etcd's v3 error texts (etcdserver/api/v3rpc/rpctypes) and its releases 3.4 to 3.6.
 */
const MEANINGS: readonly (readonly [text: string, meaning: Meaning])[] = [
  ['required revision has been compacted', none('Compacted')],
  ['required revision is a future revision', none('FutureRevision')],
  ['request is too large', none('TooLarge')],
  ['too many operations in txn request', none('TooLarge')],
  // The member that finds the quota used up only when it applies a write does the write and says this.
  ['database space exceeded', { code: 'NoSpace', outcome: 'unknown' }],
  ['requested lease not found', none('LeaseNotFound')],
  ['invalid auth token', { ...none('NotAllowed'), token: true }],
  ['revision of auth store is old', { ...none('NotAllowed'), token: true }],
  ['revision in header is old', { ...none('NotAllowed'), token: true }],
  // A call without a token, since authentication was off when this side asked.
  ['user name is empty', { ...none('NotAllowed'), token: true }],
  ['permission denied', none('NotAllowed')],
  ['authentication failed', none('NotAllowed')],
  ['no leader', none('Unavailable')],
  ['raft proposal dropped', none('Unavailable')],
  ['too many requests', none('Unavailable')],
  ['not capable', none('Unavailable')],
  ['rpc not supported for learner', none('Unavailable')],
];

/** What statuses mean when no text says more. All others leave open whether anything was done. */
const STATUS_MEANINGS: ReadonlyMap<number, Meaning> = new Map([
  [RpcStatus.invalidArgument, none('InvalidArgument')],
  [RpcStatus.failedPrecondition, none('InvalidArgument')],
  [RpcStatus.notFound, none('InvalidArgument')],
  [RpcStatus.outOfRange, none('InvalidArgument')],
  [RpcStatus.unimplemented, none('InvalidArgument')],
  [RpcStatus.permissionDenied, none('NotAllowed')],
  [RpcStatus.unauthenticated, none('NotAllowed')],
]);

/** gRPC's own words on either side when one message exceeds a limit. */
const TOO_LARGE = /message larger than max/i;

/** Whether etcd's words say that the token is no longer good; nothing was done then. */
export function isTokenRefusal(details: string): boolean {
  return MEANINGS.some(([text, { token }]) => token === true && details.includes(text));
}

/**
 * The error to reject with: what etcd said, and where. What is no failure of gRPC's is an answer
 * that could not be read.
 */
export function toEtcdError(
  error: unknown,
  { endpoint, method }: { readonly endpoint: string; readonly method: string },
): EtcdError {
  const failure =
    error instanceof RpcFailure
      ? error
      : new RpcFailure(RpcStatus.internal, `its answer cannot be read: ${String(error)}`);
  const { code, outcome } = meaningOf(failure);
  const call = method.slice(method.lastIndexOf('/') + 1);
  return new EtcdError(code, `etcd at ${endpoint}, ${call}: ${failure.message}`, {
    outcome,
    cause: failure,
  });
}

function meaningOf(failure: RpcFailure): Meaning {
  const { status, message } = failure;
  for (const [text, meaning] of MEANINGS) if (message.includes(text)) return meaning;
  if (status === RpcStatus.resourceExhausted && TOO_LARGE.test(message)) return none('TooLarge');
  return STATUS_MEANINGS.get(status) ?? { code: 'Unavailable', outcome: 'unknown' };
}
