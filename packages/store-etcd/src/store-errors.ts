import { StoreError, storeClosed } from '@imagestream/store';
import { EtcdError } from './rpc/etcd-api.js';

/**
 * What a store throws for an error of etcd. `asked` is the revision that was asked for, for the
 * errors that are about one. What is no error of etcd stays what it is.
 */
export function toStoreError(error: unknown, asked?: number): Error {
  if (!(error instanceof EtcdError)) {
    return error instanceof Error ? error : new Error(String(error), { cause: error });
  }
  const { message, code } = error;
  switch (code) {
    case 'Compacted':
    case 'FutureRevision':
    case 'InvalidArgument':
    case 'TooLarge':
      return new StoreError(code, message, {
        cause: error,
        ...(asked === undefined ? {} : { requestedRevision: asked }),
      });
    case 'Closed':
      return storeClosed();
    case 'NoSpace':
    case 'NotAllowed':
    case 'LeaseNotFound':
    case 'Aborted':
    case 'Unavailable':
      return new StoreError('Unavailable', message, {
        cause: error,
        unwritten: error.outcome === 'none',
      });
  }
}

/** Whether an error came from etcd, and from what cause when `code` is given. */
export function isEtcdError(error: unknown, code?: EtcdError['code']): error is EtcdError {
  return error instanceof EtcdError && (code === undefined || error.code === code);
}
