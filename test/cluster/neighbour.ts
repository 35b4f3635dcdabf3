import { setTimeout as sleep } from 'node:timers/promises';
import { isStoreError, type Store } from '@imagestream/store';
import { openEtcdStore } from '@imagestream/store-etcd';

/** Somebody else who uses the same etcd: revisions that are not the servers' own come in between theirs. */
export class Neighbour {
  readonly #store: Store;
  readonly #stop = new AbortController();
  readonly #writing: Promise<void>;

  private constructor(store: Store, everyMs: number) {
    this.#store = store;
    this.#writing = this.#write(everyMs);
  }

  /** Writes something every so often, under a prefix of its own, until it is closed. */
  static async start(endpoints: readonly string[], everyMs: number): Promise<Neighbour> {
    return new Neighbour(await openEtcdStore({ endpoints, prefix: '/neighbour' }), everyMs);
  }

  /** Rejects with what went wrong, unless it is that etcd was away. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#store.close();
    await this.#writing;
  }

  async #write(everyMs: number): Promise<void> {
    const value = new Uint8Array(100);
    while (!this.#stop.signal.aborted) {
      try {
        await this.#store.txn({
          conditions: [],
          operations: [{ type: 'put', key: '/counter', value }],
        });
      } catch (error) {
        if (!isStoreError(error, 'Unavailable') && !isStoreError(error, 'Closed')) throw error;
      }
      await sleep(everyMs);
    }
  }
}
