import type { KeyLayout } from './key-layout.js';
import type { EtcdApi } from './rpc/etcd-api.js';

/** Writes under way at a time; more of them are not faster. */
const lanes = 64;

/**
 * Brings etcd's revision from where it stands to another one at least. etcd's counter cannot be set,
 * so it is counted there: a write of a small key for each revision, some thousands a second.
 *
 * Rejects with an `EtcdError` when a write fails, and with the signal's reason when that aborts; what
 * was counted stays, and can be gone on from.
 */
export async function raiseRevision(
  { etcd, keys }: { readonly etcd: EtcdApi; readonly keys: KeyLayout },
  {
    from,
    to,
    signal,
  }: { readonly from: number; readonly to: number; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const mark = { type: 'put', key: keys.mark, value: new Uint8Array(0) } as const;
  let left = to - from;
  const count = async (): Promise<void> => {
    while (left > 0) {
      signal?.throwIfAborted();
      left -= 1;
      await etcd.txn({ compare: [], success: [mark], failure: [] });
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, left) }, count));
}
