import { backoffDelayMs } from './backoff.js';
import { sleep } from './clock.js';
import { isApiError, isExpired, ProtocolError, TransportError } from './errors.js';
import type { ClientContext } from './send.js';

// A stream that is garbled this often in a row, with nothing good in between, will not get better.
const MAX_GARBLED = 5;

/** Whether what failed may work when it is tried again: nobody answered, or the server is busy, ill or not ready. */
function mayPass(error: unknown): boolean {
  if (isExpired(error)) return false;
  if (isApiError(error)) return error.code === 429 || error.code >= 500;
  return error instanceof TransportError || error instanceof ProtocolError;
}

/** Counts the failures of a stream in a row and waits between them. */
export class Recovery {
  readonly #context: ClientContext;
  readonly #maxFailures: number;
  #failures = 0;
  #garbled = 0;

  /** Without `maxFailures` it never gives up on what may pass. */
  constructor(context: ClientContext, maxFailures: number = Infinity) {
    this.#context = context;
    this.#maxFailures = maxFailures;
  }

  /** Something good came: the next failure is the first one. */
  reset(): void {
    this.#failures = 0;
    this.#garbled = 0;
  }

  /**
   * Waits before another attempt: as long as the server asks, or a growing pause. Throws the error when waiting cannot
   * help. An end without an error (undefined) is a failure too when it came too soon.
   */
  async pause(error: Error | undefined, signal: AbortSignal): Promise<void> {
    const { clock, backoff, logger } = this.#context;
    if (signal.aborted) return;
    if (error instanceof ProtocolError) this.#garbled++;
    this.#failures++;
    if (error !== undefined) {
      const hopeless = !mayPass(error) || this.#garbled > MAX_GARBLED;
      if (hopeless || this.#failures > this.#maxFailures) throw error;
    }
    const asked = isApiError(error) ? error.retryAfterMs : undefined;
    const delayMs = asked ?? backoffDelayMs(this.#failures, backoff, clock);
    logger?.warn('reconnect', {
      failures: this.#failures,
      delayMs,
      error: error?.message ?? 'the stream ended too soon',
    });
    await sleep(clock, delayMs, signal);
  }
}
