import { backoffDelayMs, type BackoffOptions } from './backoff.js';
import { sleep, type Clock } from './clock.js';
import type { Logger } from './config.js';
import { withDeadline } from './deadline.js';
import { isApiError, ProtocolError, TransportError } from './errors.js';
import type { CallOptions } from './options.js';
import type { ApiRequest } from './request.js';
import type { Transport } from './transport.js';

/** What everything in a client shares. */
export interface ClientContext {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly backoff: BackoffOptions;
  readonly maxRetries: number;
  readonly timeoutMs: number;
  readonly legacy: boolean;
  readonly logger: Logger | undefined;
  /** Collections (by path) whose server turned out to be unable to send initial events. Grows, never shrinks. */
  readonly withoutInitialEvents: Set<string>;
}

// A server that asks for more patience than this is told to the caller at once, who can decide.
const MAX_RETRY_AFTER_MS = 60_000;

/**
 * Sends a request, again where that is safe, and reads its answer.
 *
 * Repeated are: what the server refused before doing anything (429, or 503 with Retry-After), and, for requests that
 * are repeatable, every 5xx, every missing answer and every answer that broke off. Never a 409: it means Conflict or
 * AlreadyExists. Between attempts the server's Retry-After counts, or else a growing pause.
 */
export async function send<R>(
  context: ClientContext,
  request: ApiRequest,
  options: CallOptions | undefined,
  read: (response: Response) => Promise<R>,
): Promise<R> {
  const { clock, transport, logger, backoff } = context;
  const { signal, maxRetries = context.maxRetries } = options ?? {};
  for (let failures = 1; ; failures++) {
    signal?.throwIfAborted();
    try {
      return await sendOnce(context, request, options, read);
    } catch (error) {
      const delayMs = pauseBeforeRetry(error, request, () =>
        backoffDelayMs(failures, backoff, clock),
      );
      if (delayMs === undefined || failures > maxRetries) throw error;
      logger?.warn('retry', {
        ...transport.describe(request),
        failures,
        delayMs,
        error: String(error),
      });
      await sleep(clock, delayMs, signal);
    }
  }
}

/** Sends a request once, within its time, and reads its answer. */
export function sendOnce<R>(
  context: ClientContext,
  request: ApiRequest,
  options: Pick<CallOptions, 'signal' | 'timeoutMs'> | undefined,
  read: (response: Response) => Promise<R>,
): Promise<R> {
  const { clock, transport } = context;
  const { signal, timeoutMs = context.timeoutMs } = options ?? {};
  const onTimeout = (): TransportError =>
    new TransportError('timeout', `no answer within ${timeoutMs} ms`, transport.describe(request));
  return withDeadline({ clock, signal, timeoutMs, onTimeout }, async (inner) =>
    read(await transport.send(request, inner)),
  );
}

/** How long to wait before trying again; undefined when trying again is not safe or cannot help. */
function pauseBeforeRetry(
  error: unknown,
  request: ApiRequest,
  backoff: () => number,
): number | undefined {
  if (error instanceof TransportError) return request.repeatable ? backoff() : undefined;
  if (!isApiError(error)) return undefined;
  const { code, retryAfterMs } = error;
  if (retryAfterMs !== undefined && retryAfterMs > MAX_RETRY_AFTER_MS) return undefined;
  const refused = code === 429 || (code === 503 && retryAfterMs !== undefined);
  if (!refused && !(request.repeatable && code >= 500)) return undefined;
  return retryAfterMs ?? backoff();
}

/** Reads an answer as JSON. A body that breaks off is a TransportError, one that is not JSON a ProtocolError. */
export function readJson(
  context: ClientContext,
  request: ApiRequest,
): (response: Response) => Promise<unknown> {
  return async (response) => {
    const info = context.transport.describe(request);
    let text: string;
    try {
      text = await response.text();
    } catch (cause) {
      throw new TransportError('network', 'the answer broke off', info, { cause });
    }
    try {
      return JSON.parse(text) as unknown;
    } catch (cause) {
      throw new ProtocolError('the answer is not JSON', info, { cause });
    }
  };
}
