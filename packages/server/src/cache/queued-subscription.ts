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
  readonly maxQueued: number;
  readonly currentRevision: () => number;
  /** Changes after a revision from history; `undefined` when history does not reach back so far. */
  readonly changesAfter: (revision: number) => readonly ObjectChange<T, A>[] | undefined;
  /** Called once, when the subscription has ended for whatever reason. */
  readonly onEnd: () => void;
}

/**
 * The cache's side of a subscription is `offer` and `finish`, the reader's side the interface.
 *
 * What is to be handed out comes from four places, in this order: the initial state; changes that
 * were fetched from history; live events that were queued; and changes that still have to be
 * fetched, because the reader started in the past or its queue was full. So a reader that is behind
 * costs its queue and no more.
 */
export class QueuedSubscription<T extends object, A> implements WatchSubscription<T, A> {
  readonly scope: Scope<T, A>;
  readonly #parts: SubscriptionParts<T, A>;
  #end: SubscriptionEnd | undefined;
  #initial: CacheState<T, A> | undefined;
  #initialNext: string;
  #fetched: readonly ObjectChange<T, A>[] = [];
  #fetchedNext = 0;
  #live: CacheEvent<T, A>[] = [];
  /** Changes after this revision have to be fetched; nothing is queued as long as it is set. */
  #behind: number | undefined;
  /** A bookmark was asked for that had to wait until nothing is left to fetch. */
  #owesBookmark = false;
  #listener: (() => void) | undefined;
  #called = false;

  constructor(parts: SubscriptionParts<T, A>) {
    this.#parts = parts;
    this.scope = parts.scope;
    this.#initial = parts.initial;
    this.#initialNext = parts.scope.prefix;
    if (parts.afterRevision < parts.currentRevision()) this.#behind = parts.afterRevision;
  }

  get end(): SubscriptionEnd | undefined {
    return this.#end;
  }

  /** Queues a change of a key in scope. Returns whether the reader may have something to take. */
  offer(change: ObjectChange<T, A>): boolean {
    if (this.#end !== undefined || change.revision <= this.#parts.afterRevision) return false;
    if (this.#behind !== undefined) return true;
    const event = change.eventFor(this.scope.filter);
    if (event === undefined) return false;
    if (this.#live.length < this.#parts.maxQueued) this.#live.push(event);
    else this.#fallBehind(change.revision);
    return true;
  }

  /** Ends it with `slow` if history no longer holds what it has not read. */
  endIfLeftBehind(oldestRevision: number): boolean {
    if (this.#behind === undefined || this.#behind >= oldestRevision) return false;
    this.finish('slow');
    return true;
  }

  /** Ends it. What waits is kept for the reader only if the reader did nothing wrong. */
  finish(end: SubscriptionEnd): void {
    if (this.#end !== undefined) return;
    // The history it would be fetched from may be gone afterwards.
    if (end === 'lost' || end === 'closed') this.#fetchAll();
    else this.#dropAll();
    this.#end = end;
    // The listener is told of the end even if it has not taken since the last call.
    this.#called = false;
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
    if (this.#isLive(maxEvents)) return this.#takeLive();
    const taken: CacheEvent<T, A>[] = [];
    if (this.#initial !== undefined) this.#takeInitial(this.#initial, maxEvents, taken);
    if (this.#initial !== undefined) return taken;
    this.#takeQueued(maxEvents, taken);
    while (this.#behind !== undefined && this.#live.length === 0 && taken.length < maxEvents) {
      this.#fetch(this.#behind);
      this.#takeQueued(maxEvents, taken);
    }
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
    if (this.#behind !== undefined) {
      this.#owesBookmark = true;
      return;
    }
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
    const waiting = this.#live.length > 0 || this.#fetchedNext < this.#fetched.length;
    const toCome = this.#initial !== undefined || this.#behind !== undefined;
    return waiting || toCome || this.#end !== undefined;
  }

  /** Whether all there is to hand out is queued and fits: how it is for readers that keep up. */
  #isLive(maxEvents: number): boolean {
    return (
      this.#behind === undefined &&
      this.#initial === undefined &&
      this.#fetched.length === 0 &&
      this.#live.length <= maxEvents
    );
  }

  #takeLive(): readonly CacheEvent<T, A>[] {
    if (this.#live.length === 0) return nothing;
    const taken = this.#live;
    this.#live = [];
    return taken;
  }

  /** Gives up queueing at a revision, as a whole: what was queued of it is fetched again. */
  #fallBehind(revision: number): void {
    this.#live = this.#live.filter((event) => event.revision < revision);
    this.#behind = revision - 1;
  }

  /** Fetches everything up to now; afterwards live changes are queued again. */
  #fetch(afterRevision: number): void {
    const changes = this.#parts.changesAfter(afterRevision);
    this.#behind = undefined;
    if (changes === undefined) {
      this.finish('slow');
      return;
    }
    this.#fetched = changes;
    this.#fetchedNext = 0;
    if (this.#owesBookmark) this.bookmark();
    this.#owesBookmark = false;
  }

  /** Fetches behind what is queued, which nobody adds to any more. */
  #fetchAll(): void {
    if (this.#behind === undefined) return;
    const changes = this.#parts.changesAfter(this.#behind) ?? [];
    this.#behind = undefined;
    for (const change of changes) {
      const event = this.#eventOf(change);
      if (event !== undefined) this.#live.push(event);
    }
  }

  #eventOf(change: ObjectChange<T, A>): CacheEvent<T, A> | undefined {
    return coversKey(this.scope, change.key) ? change.eventFor(this.scope.filter) : undefined;
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

  /** Takes what was fetched, then, when nothing of it is left, what was queued. */
  #takeQueued(maxEvents: number, taken: CacheEvent<T, A>[]): void {
    for (; this.#fetchedNext < this.#fetched.length; this.#fetchedNext++) {
      const change = this.#fetched[this.#fetchedNext];
      const event = change && this.#eventOf(change);
      if (event === undefined) continue;
      if (isFull(taken, maxEvents, event)) return;
      taken.push(event);
    }
    this.#fetched = [];
    this.#fetchedNext = 0;
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
    this.#behind = undefined;
    this.#fetched = [];
    this.#fetchedNext = 0;
    this.#live = [];
  }
}

const nothing: readonly never[] = [];

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
