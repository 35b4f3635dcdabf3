import { isStoreError } from '@imagestream/store';
import type { Store } from '@imagestream/store';

/** Revisions the store may keep beyond the cache's before it is compacted: enough to be worth it. */
const slackRevisions = 500;
/** Into how many pieces the time that the store keeps is cut: a mark each. */
const marksPerTime = 20;

/** What following a cache's history with compaction needs. */
export interface StoreCompactionOptions {
  readonly store: Store;
  /** How long the store keeps every revision at least, in milliseconds; 0 = as long as the cache. */
  readonly minStoreAgeMs: number;
  readonly onError: (error: unknown) => void;
}

/** Where the cache stands. */
export interface CacheProgress {
  /** The oldest revision the cache can answer from. */
  readonly oldestRevision: number;
  /** The newest revision it has seen. */
  readonly revision: number;
  /** In milliseconds of the cache's clock. */
  readonly nowMs: number;
}

/** A revision that was the newest one at a time. */
interface TimeMark {
  readonly revision: number;
  readonly seenMs: number;
}

/**
 * Makes the store forget what the cache has forgotten, a good piece at a time, and nothing that is younger than the store is
 * to keep. Only writes make history grow, so it is enough to look after each of them; no timer is needed.
 *
 * Others may compact the same store: what they did already is done, and none of them asks more often than its own history moves.
 *
 * Source: replica-history.
 */
export class StoreCompaction {
  readonly #options: StoreCompactionOptions;
  #compactedRevision: number;
  /** Oldest first, and never more than a few: they are a piece of the time to keep apart. */
  readonly #marks: TimeMark[] = [];
  #running: Promise<void> | undefined;

  constructor(options: StoreCompactionOptions, compactedRevision: number) {
    this.#options = options;
    this.#compactedRevision = compactedRevision;
  }

  /** Compacts in the background if what may be forgotten has grown far enough. */
  follow(progress: CacheProgress): void {
    const target = Math.min(progress.oldestRevision, this.#oldEnough(progress));
    if (this.#running !== undefined) return;
    if (target - this.#compactedRevision < slackRevisions) return;
    this.#compactedRevision = target;
    this.#running = this.#compact(target);
  }

  /** Resolves when no compaction runs any more. */
  async idle(): Promise<void> {
    await this.#running;
  }

  /** The newest revision known to be as old as the store is to keep; 0 when none is. */
  #oldEnough({ revision, nowMs }: CacheProgress): number {
    const { minStoreAgeMs } = this.#options;
    if (minStoreAgeMs === 0) return revision;
    const last = this.#marks.at(-1);
    if (last === undefined || nowMs - last.seenMs >= minStoreAgeMs / marksPerTime) {
      this.#marks.push({ revision, seenMs: nowMs });
    }
    const isOld = (mark: TimeMark | undefined): mark is TimeMark =>
      mark !== undefined && nowMs - mark.seenMs >= minStoreAgeMs;
    while (isOld(this.#marks[1])) this.#marks.shift();
    const [oldest] = this.#marks;
    return isOld(oldest) ? oldest.revision : 0;
  }

  async #compact(revision: number): Promise<void> {
    try {
      await this.#options.store.compact(revision);
    } catch (error) {
      if (isHarmless(error)) return;
      this.#options.onError(error);
    } finally {
      this.#running = undefined;
    }
  }
}

/**
 * A store that was closed or is away will be compacted another time, and where somebody else was faster, or the store does
 * not know the revision, there is nothing to be done.
 */
function isHarmless(error: unknown): boolean {
  return (['Closed', 'Unavailable', 'Compacted', 'FutureRevision'] as const).some((code) =>
    isStoreError(error, code),
  );
}
