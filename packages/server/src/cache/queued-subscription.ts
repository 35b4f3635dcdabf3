import type { BookmarkEvent, CacheEvent } from './cache-event.js';
import type { CacheEntry } from './cache-entry.js';
import type { CacheState } from './event-history.js';
import { initialEvent } from './object-change.js';
import type { ObjectChange } from './object-change.js';
import type { SubscriptionEnd, WatchSubscription } from './watch-subscription.js';

/** Which keys and entries a reader is interested in. */
export interface Scope<T, A> {
  readonly prefix: string;
  readonly name: string | undefined;
  readonly filter: ((entry: CacheEntry<T, A>) => boolean) | undefined;
}

/** Whether a key lies in a scope; what the filter says is another question. */
export function coversKey<T, A>({ prefix, name }: Scope<T, A>, key: string): boolean {
  return key.startsWith(prefix) && (name === undefined || lastSegment(key) === name);
}

/** What follows the last slash of a key: the name of its object. */
export function lastSegment(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

/** What a subscription gets from the cache that made it. */
export interface SubscriptionParts<T extends object, A> {
  readonly scope: Scope<T, A>;
  /** Changes up to this revision are not delivered; the one the subscription starts from. */
  readonly afterRevision: number;
  /** To be handed out first, followed by the bookmark that ends the initial events. */
  readonly initial: CacheState<T, A> | undefined;
  /** Changes of the past, to be handed out before live ones. */
  readonly past: readonly ObjectChange<T, A>[];
  readonly maxQueued: number;
  readonly currentRevision: () => number;
  /** Called once, when the subscription has ended for whatever reason. */
  readonly onEnd: () => void;
}

/** The cache's side of a subscription is `offer` and `finish`, the reader's side the interface. */
export class QueuedSubscription<T extends object, A> implements WatchSubscription<T, A> {
  readonly scope: Scope<T, A>;
  readonly #parts: SubscriptionParts<T, A>;
  #end: SubscriptionEnd | undefined;
  #initial: CacheState<T, A> | undefined;
  #initialNext: string;
  #past: readonly ObjectChange<T, A>[];
  #pastNext = 0;
  #live: CacheEvent<T, A>[] = [];
  #listener: (() => void) | undefined;
  #called = false;

  constructor(parts: SubscriptionParts<T, A>) {
    this.#parts = parts;
    this.scope = parts.scope;
    this.#initial = parts.initial;
    this.#initialNext = parts.scope.prefix;
    this.#past = parts.past;
  }

  get end(): SubscriptionEnd | undefined {
    return this.#end;
  }

  /** Queues a change of a key in scope. Returns whether the reader has something new to take. */
  offer(change: ObjectChange<T, A>): boolean {
    if (this.#end !== undefined || change.revision <= this.#parts.afterRevision) return false;
    const event = change.eventFor(this.scope.filter);
    if (event === undefined) return false;
    this.#live.push(event);
    if (this.#live.length > this.#parts.maxQueued) this.finish('slow');
    return true;
  }

  /** Ends it. What waits is kept for the reader only if the reader did nothing wrong. */
  finish(end: SubscriptionEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    if (end !== 'lost' && end !== 'closed') this.#dropAll();
    this.#parts.onEnd();
  }

  /** Calls the listener, unless it was called already and has not taken anything since. */
  wake(): void {
    if (this.#listener === undefined || this.#called) return;
    this.#called = true;
    this.#listener();
  }

  take(maxEvents = 500): readonly CacheEvent<T, A>[] {
    this.#called = false;
    const taken: CacheEvent<T, A>[] = [];
    if (this.#initial !== undefined) this.#takeInitial(this.#initial, maxEvents, taken);
    this.#takePast(maxEvents, taken);
    if (this.#pastNext === this.#past.length) this.#takeLive(maxEvents, taken);
    return taken;
  }

  onReady(listener: () => void): void {
    this.#listener = listener;
    this.#called = false;
    if (this.#isReady()) this.wake();
  }

  bookmark(): void {
    const revision = this.#parts.currentRevision();
    if (this.#end !== undefined || revision < this.#parts.afterRevision) return;
    // Two bookmarks in a row say no more than the second.
    if (this.#live.at(-1)?.type === 'BOOKMARK') this.#live.pop();
    this.#live.push({ type: 'BOOKMARK', revision, endsInitialEvents: false });
    this.wake();
  }

  close(): void {
    this.finish('aborted');
    this.wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<CacheEvent<T, A>> {
    try {
      for (;;) {
        const events = this.take();
        yield* events;
        if (events.length > 0) continue;
        if (this.#end !== undefined) return;
        await new Promise<void>((resolve) => this.onReady(resolve));
      }
    } finally {
      this.close();
    }
  }

  #isReady(): boolean {
    const waiting = this.#live.length > 0 || this.#pastNext < this.#past.length;
    return waiting || this.#initial !== undefined || this.#end !== undefined;
  }

  /** Takes initial objects; once through, the bookmark that says so. */
  #takeInitial(state: CacheState<T, A>, maxEvents: number, taken: CacheEvent<T, A>[]): void {
    const { scope, afterRevision } = this.#parts;
    let next: string | undefined;
    state.visitFrom(this.#initialNext, (entry) => {
      if (!entry.key.startsWith(scope.prefix)) return false;
      if (taken.length >= maxEvents) {
        next = entry.key;
        return false;
      }
      const wanted = scope.filter === undefined || scope.filter(entry);
      if (wanted && coversKey(scope, entry.key)) taken.push(initialEvent(entry));
      return true;
    });
    if (next !== undefined) {
      this.#initialNext = next;
      return;
    }
    this.#initial = undefined;
    taken.push(initialEventsEnd(afterRevision));
  }

  #takePast(maxEvents: number, taken: CacheEvent<T, A>[]): void {
    if (this.#initial !== undefined) return;
    for (; this.#pastNext < this.#past.length; this.#pastNext++) {
      const change = this.#past[this.#pastNext];
      if (change === undefined || !coversKey(this.scope, change.key)) continue;
      const event = change.eventFor(this.scope.filter);
      if (event === undefined) continue;
      if (isFull(taken, maxEvents, event)) return;
      taken.push(event);
    }
    this.#past = [];
    this.#pastNext = 0;
  }

  #takeLive(maxEvents: number, taken: CacheEvent<T, A>[]): void {
    if (this.#initial !== undefined) return;
    let count = 0;
    for (const event of this.#live) {
      if (isFull(taken, maxEvents, event)) break;
      taken.push(event);
      count += 1;
    }
    this.#live = this.#live.slice(count);
  }

  #dropAll(): void {
    this.#initial = undefined;
    this.#past = [];
    this.#pastNext = 0;
    this.#live = [];
  }
}

/** Whether no more fits, where the events of one revision count as one. */
function isFull<T, A>(
  taken: readonly CacheEvent<T, A>[],
  maxEvents: number,
  next: CacheEvent<T, A>,
): boolean {
  return taken.length >= maxEvents && taken.at(-1)?.revision !== next.revision;
}

function initialEventsEnd(revision: number): BookmarkEvent {
  return { type: 'BOOKMARK', revision, endsInitialEvents: true };
}
