import { StoreError, type Store } from '@imagestream/store';

/**
 * How long the store may take to tell its revision; a call that hangs is given up when it is between once and twice as old.
 * Longer than a cluster of etcd takes to find a new leader.
 */
const answerLimitMs = 2500;

interface Queued {
  readonly answer: Promise<number>;
  readonly resolve: (revision: number) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Where a store stands, asked for many readers at once: however many there are, one question is under way and one waits.
 *
 * What a reader is told was true at some time after it asked. So one that comes while a question is under way is not served
 * by its answer, which may be older than what the reader has seen done, but by that of the next question.
 *
 * Rejects with the store's error, and with `Unavailable` when the store does not answer at all.
 */
export class StoreHead {
  readonly #store: Pick<Store, 'currentRevision'>;
  readonly #limitMs: number;
  /** The question under way, and how to give it up. */
  #sent: ((error: unknown) => void) | undefined;
  #queued: Queued | undefined;
  #isWatched = false;

  constructor(store: Pick<Store, 'currentRevision'>, limitMs: number = answerLimitMs) {
    this.#store = store;
    this.#limitMs = limitMs;
  }

  /** The store's revision, at the time of the call or later. */
  ask(): Promise<number> {
    if (this.#sent === undefined) return this.#send();
    this.#queued ??= makeQueued();
    return this.#queued.answer;
  }

  #send(): Promise<number> {
    const answer = new Promise<number>((resolve, reject) => {
      this.#sent = reject;
      this.#store.currentRevision().then(
        (revision) => {
          resolve(revision);
          this.#settle(reject);
        },
        (error: Error) => {
          reject(error);
          this.#settle(reject);
        },
      );
    });
    if (!this.#isWatched) this.#watch();
    return answer;
  }

  /** A question is answered, or given up before. */
  #settle(question: (error: unknown) => void): void {
    if (this.#sent !== question) return;
    this.#sent = undefined;
    const queued = this.#queued;
    if (queued === undefined) return;
    this.#queued = undefined;
    this.#send().then(queued.resolve, queued.reject);
  }

  /** Looks now and then instead of setting a timer for each question: nearly all are answered at once. */
  #watch(): void {
    const seen = this.#sent;
    this.#isWatched = seen !== undefined;
    if (seen === undefined) return;
    const look = (): void => {
      if (this.#sent === seen) this.#giveUp(seen);
      this.#watch();
    };
    AbortSignal.timeout(this.#limitMs).addEventListener('abort', look, { once: true });
  }

  /** Those who came later have waited in vain as well: they need not wait as long again. */
  #giveUp(reject: (error: unknown) => void): void {
    const error = storeIsSilent();
    const queued = this.#queued;
    this.#queued = undefined;
    this.#settle(reject);
    reject(error);
    queued?.reject(error);
  }
}

/** The error of a store that has not answered for too long. */
export function storeIsSilent(): StoreError {
  return new StoreError('Unavailable', 'the store does not answer');
}

function makeQueued(): Queued {
  let resolve: Queued['resolve'] | undefined;
  let reject: Queued['reject'] | undefined;
  const answer = new Promise<number>((onAnswer, onError) => {
    resolve = onAnswer;
    reject = onError;
  });
  if (resolve === undefined || reject === undefined) throw new Error('a promise was not made');
  return { answer, resolve, reject };
}
