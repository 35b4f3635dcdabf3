import {
  isStatusError,
  makeStatus,
  tooLargeResourceVersionError,
  type Status,
} from '@imagestream/core';
import { isStoreError } from '@imagestream/store';
import { RevisionTooLargeError } from '../cache/cache-errors.js';

/** When clients come back that found the server without its store. */
const retryAfterSeconds = 1;

/**
 * The Status of an error that was meant to be told; undefined for one that nobody foresaw.
 *
 * A store that does not answer is no fault of the server's: reads, and writes that did not come as far as writing, are 503 and can
 * be repeated by anybody. A write that may have happened says so itself. A cache that is behind its store is 504, as for a
 * version that has not come yet.
 *
 * Source: api-errors, replica-store-away, replica-freshness.
 */
export function knownFailure(error: unknown): Status | undefined {
  if (isStatusError(error)) return error.status;
  if (error instanceof RevisionTooLargeError) {
    const { requestedRevision, currentRevision } = error;
    return tooLargeResourceVersionError(String(requestedRevision), String(currentRevision)).status;
  }
  if (isStoreError(error, 'Unavailable')) {
    return unavailable(`the store is not available: ${error.message}`);
  }
  if (isStoreError(error, 'Closed')) return shuttingDown();
  return undefined;
}

/** 503 of a server that is about to end. Source: replica-shutdown. */
export function shuttingDown(): Status {
  return unavailable('the server is shutting down, please try again later');
}

function unavailable(message: string): Status {
  return makeStatus({ reason: 'ServiceUnavailable', message, details: { retryAfterSeconds } });
}
