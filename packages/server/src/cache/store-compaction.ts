import { isStoreError } from '@imagestream/store';
import type { Store } from '@imagestream/store';

/** Revisions the store may keep beyond the cache's before it is compacted: enough to be worth it. */
const slackRevisions = 500;

/** What following a cache's history with compaction needs. */
export interface StoreCompactionOptions {
  readonly store: Store;
  readonly onError: (error: unknown) => void;
}

/**
 * Makes the store forget what the cache has forgotten, a good piece at a time. Only writes make
 * history grow, so it is enough to look after each of them; no timer is needed.
 */
export class StoreCompaction {
  readonly #options: StoreCompactionOptions;
  #compactedRevision: number;
  #running: Promise<void> | undefined;

  constructor(options: StoreCompactionOptions, compactedRevision: number) {
    this.#options = options;
    this.#compactedRevision = compactedRevision;
  }

  /** Compacts in the background if the cache's oldest revision has moved on far enough. */
  follow(oldestRevision: number): void {
    if (this.#running !== undefined) return;
    if (oldestRevision - this.#compactedRevision < slackRevisions) return;
    this.#compactedRevision = oldestRevision;
    this.#running = this.#compact(oldestRevision);
  }

  /** Resolves when no compaction runs any more. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #compact(revision: number): Promise<void> {
    try {
      await this.#options.store.compact(revision);
    } catch (error) {
      // A store that was closed meanwhile will be compacted when it is open again.
      if (!isStoreError(error, 'Closed')) this.#options.onError(error);
    } finally {
      this.#running = undefined;
    }
  }
}
