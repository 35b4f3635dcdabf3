import { makeStatus, StatusError } from '@imagestream/core';

/**
 * 504: the store did not say whether it wrote. It may have, or may still do so, and nobody repeats the write but the client,
 * who can read first.
 *
 * Source: replica-write-outcome.
 */
export function unknownOutcome(cause: Error): StatusError {
  const why = `the store did not confirm the write (${cause.message}); it may have happened or not: read before repeating it`;
  return timeout(why, { cause });
}

/** 504: the request took too long and has written nothing. Source: replica-write-outcome. */
export function outOfTime(): StatusError {
  return timeout('request did not complete within the allotted timeout; nothing was written');
}

function timeout(why: string, options?: ErrorOptions): StatusError {
  const status = makeStatus({
    reason: 'Timeout',
    message: `Timeout: ${why}`,
    details: { retryAfterSeconds: 1 },
  });
  return new StatusError(status, options);
}
