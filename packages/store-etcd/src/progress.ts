import { backoffMs, sleep } from './rpc/backoff.js';
import { isEtcdError } from './store-errors.js';

/** A wait that grows again begins with this; one that would be shorter is none. */
const leastWaitMs = 5;

/** What progress is made with. */
export interface ProgressOptions {
  /** Writes something that every watch of the store sees, and returns the revision of that. */
  readonly mark: () => Promise<number>;
  /** How long an event is waited for at most before a mark is written. */
  readonly markAfterMs: number;
  readonly random: () => number;
  /** Told of marks that could not be written; they are tried again. */
  readonly onError: (error: unknown) => void;
  readonly closed: AbortSignal;
}

/** Where one watch stands. */
export interface WatchPosition {
  /** Something of the store happened at this revision, and the watch was told of it. */
  saw(revision: number): void;
  /** Everything up to this revision was told, whether or not something happened at it. */
  reached(revision: number): void;
  /** A mark would be heard now, as at the beginning. */
  ready(): void;
  /** A mark would help nobody now: the reader is at work, or etcd is lost. */
  busy(): void;
  end(): void;
}

/**
 * Brings watches to the revisions that readers were told of.
 *
 * etcd's revision is also that of others who write there, and a watch hears nothing of those. So
 * when nothing of the store happens for a while that is as new as what a reader was told, a mark is
 * written: its event tells all watches, on all replicas, that they have seen what was before. Where
 * the store is alone in its etcd, every revision has an event and no mark is needed. After marks
 * that were needed the next ones come sooner, in the end at once; after needless ones later.
 *
 * etcd's own way to ask a watch how far it got is not used: before 3.4.25 and 3.5.8 its answer can
 * overtake events.
 *
 * Source: store-etcd-revision.
 */
export class Progress {
  readonly #options: ProgressOptions;
  readonly #watches = new Set<{ revision: number; isReady: boolean }>();
  /** The newest revision at which something of the store happened, as far as is known. */
  #happened = 1;
  /** The newest revision a reader was told of. */
  #told = 1;
  #waitMs: number;
  /** A mark of which it is not known yet whether it was needed. */
  #unjudged: { readonly wanted: number; readonly revision: number } | undefined;
  #isAtWork = false;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#waitMs = options.markAfterMs;
  }

  /** Takes note of a revision at which something of the store happened: watches get there. */
  happened(revision: number): void {
    if (revision > this.#happened) this.#happened = revision;
  }

  /** Takes note of a revision that a reader was told of: watches have to get there. */
  told(revision: number): void {
    if (revision <= this.#told) return;
    this.#told = revision;
    this.#look();
  }

  /** Takes note of a watch that begins after a revision. */
  watch(afterRevision: number): WatchPosition {
    const watch = { revision: afterRevision, isReady: true };
    this.#watches.add(watch);
    this.#look();
    const reached = (revision: number): void => {
      if (revision > watch.revision) watch.revision = revision;
    };
    return {
      reached,
      saw: (revision) => {
        reached(revision);
        this.happened(revision);
        this.#judge(revision);
      },
      ready: () => {
        watch.isReady = true;
        this.#look();
      },
      busy: () => {
        watch.isReady = false;
      },
      end: () => this.#watches.delete(watch),
    };
  }

  /** The first event that is new enough tells whether the mark was needed: if it is not an earlier one. */
  #judge(revision: number): void {
    const mark = this.#unjudged;
    if (mark === undefined || revision < mark.wanted) return;
    this.#unjudged = undefined;
    const isNeedless = revision < mark.revision;
    const waitMs = isNeedless ? Math.max(leastWaitMs, 2 * this.#waitMs) : this.#waitMs / 4;
    this.#waitMs = waitMs < leastWaitMs ? 0 : Math.min(waitMs, this.#options.markAfterMs);
  }

  #look(): void {
    if (!this.#isAtWork && this.#isWanted()) void this.#work();
  }

  #isWanted(): boolean {
    const told = this.#told;
    if (told <= this.#happened || this.#options.closed.aborted) return false;
    return [...this.#watches].some(({ revision, isReady }) => isReady && revision < told);
  }

  async #work(): Promise<void> {
    const { random, closed, onError } = this.#options;
    this.#isAtWork = true;
    for (let failures = 0; this.#isWanted();) {
      const wanted = this.#told;
      const waitMs = failures === 0 ? this.#waitMs : backoffMs(failures, random);
      if (waitMs > 0) await sleep(waitMs, [closed]);
      if (!this.#isWanted()) break;
      try {
        const revision = await this.#options.mark();
        this.#unjudged = { wanted, revision };
        this.happened(revision);
        failures = 0;
      } catch (error) {
        failures += 1;
        if (!isEtcdError(error, 'Closed')) onError(error);
      }
    }
    this.#isAtWork = false;
  }
}
