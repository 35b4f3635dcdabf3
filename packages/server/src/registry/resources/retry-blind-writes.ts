import { isStatusError } from '@imagestream/core';
import type { RequestContext } from '../request-context.js';

/** Set by an attempt that overwrites whatever version there is. */
export interface WriteMark {
  blind: boolean;
}

/** Source: istag-update-blind. */
const ATTEMPTS = 4;
const FIRST_DELAY_MS = 10;
const DELAY_FACTOR = 5;

/**
 * Runs a write, and once more after a short wait as long as it meets a Conflict and its client did not insist on a
 * version. Four attempts in all, then the Conflict is thrown on.
 *
 * Source: istag-update-blind.
 */
export async function retryBlindWrites<T>(
  context: RequestContext,
  write: (mark: WriteMark) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const mark: WriteMark = { blind: false };
    try {
      return await write(mark);
    } catch (error) {
      if (attempt === ATTEMPTS || !mark.blind || !isStatusError(error, 'Conflict')) throw error;
    }
    await wait(FIRST_DELAY_MS * DELAY_FACTOR ** (attempt - 1), context.signal);
  }
}

/** Ends early when the signal aborts; the next attempt then finds out by itself. */
function wait(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, delayMs);
    signal.addEventListener('abort', done);
  });
}
