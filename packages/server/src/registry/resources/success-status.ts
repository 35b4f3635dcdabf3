import type { Status } from '@imagestream/core';

/**
 * A bare success, as views answer it that have no object to show. `code` is printed only where the server sets it.
 */
export function successStatus(code?: number): Status {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    ...(code === undefined ? {} : { code }),
  };
}
