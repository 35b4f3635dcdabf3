import { offAbort, onAbort } from './abort.js';
import { DEFAULT_TIMEOUT_MS, type Caller } from './caller.js';
import { EtcdError, type WatchRequest, type WatchResponse } from './etcd-api.js';
import { toEtcdError } from './etcd-failures.js';
import { RpcFailure, RpcStatus, type Transport } from './transport.js';
import { decodeWatchResponse, encodeWatchRequest } from './watch-messages.js';

const METHOD = '/etcdserverpb.Watch/Watch';

/** How long a member may take to say that the watch is there. */
const CREATED_WITHIN_MS = DEFAULT_TIMEOUT_MS;

/**
 * One watch on one member. Yields what comes, to a response with `canceled`, which ends it. Ends
 * without an error when the signal aborts, and leaves the member with an `EtcdError` when it is
 * lost or says nothing.
 */
export async function* watchOnce(
  caller: Caller,
  request: WatchRequest,
  { signal, token }: { readonly signal: AbortSignal; readonly token: string | undefined },
): AsyncGenerator<WatchResponse, void> {
  const transport = await connect(caller, signal);
  if (transport === undefined) return;
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  onAbort(signal, stop);
  const timer = setTimeout(stop, CREATED_WITHIN_MS);
  try {
    const options = { token, requireLeader: true, signal: stopping.signal };
    for await (const message of transport.stream(METHOD, encodeWatchRequest(request), options)) {
      clearTimeout(timer);
      if (signal.aborted) return;
      const response = decodeWatchResponse(message);
      yield response;
      if (response.canceled) return;
    }
    if (!signal.aborted) throw new RpcFailure(RpcStatus.unavailable, 'the member ended the watch');
  } catch (error) {
    if (signal.aborted) return;
    throw lost(caller, transport, stopping.signal.aborted ? silent() : error);
  } finally {
    clearTimeout(timer);
    offAbort(signal, stop);
  }
}

/** Undefined when the signal aborted. */
async function connect(caller: Caller, signal: AbortSignal): Promise<Transport | undefined> {
  try {
    return await caller.connect({ until: performance.now() + CREATED_WITHIN_MS, signal });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

function silent(): RpcFailure {
  return new RpcFailure(
    RpcStatus.deadlineExceeded,
    `the member did not begin the watch within ${CREATED_WITHIN_MS} ms`,
  );
}

/** The error to throw. A watch does nothing to etcd, so that its outcome is `none`. */
function lost(caller: Caller, transport: Transport, error: unknown): EtcdError {
  if (caller.closed) {
    return new EtcdError('Closed', 'the client of etcd was closed', { outcome: 'none' });
  }
  const { code, message, cause } = toEtcdError(error, {
    endpoint: transport.endpoint,
    method: METHOD,
  });
  const failed = new EtcdError(code, message, { outcome: 'none', cause });
  caller.leave(transport, failed);
  return failed;
}
