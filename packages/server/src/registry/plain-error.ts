import { StatusError } from '@imagestream/core';

/**
 * A failure the real server reports without a reason: only a message and a code, 500 unless said otherwise. Its
 * clients see `reason` as empty.
 */
export function plainError(message: string, code = 500): StatusError {
  return new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    code,
  });
}
