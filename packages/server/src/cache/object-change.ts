import { entryAtRevision } from './cache-entry.js';
import type { CacheCodec, CacheEntry } from './cache-entry.js';
import type { ObjectEvent } from './cache-event.js';

/** How many events keep what was derived from them: enough for watchers that lag a little. */
const memoizedEvents = 256;

/**
 * The newest events that have derived values. Those of older events are dropped: events stay in
 * history for minutes, and their encoded lines would double its size.
 */
export class MemoWindow {
  readonly #owners: { forget(): void }[] = [];

  add(owner: { forget(): void }): void {
    this.#owners.push(owner);
    if (this.#owners.length > memoizedEvents) this.#owners.shift()?.forget();
  }
}

/** One key's change at one revision, with the event each kind of watcher gets for it. */
export class ObjectChange<T extends object, A> {
  readonly revision: number;
  readonly key: string;
  /** What the key holds now; absent when it was deleted. */
  readonly entry: CacheEntry<T, A> | undefined;
  readonly previous: CacheEntry<T, A> | undefined;
  readonly #codec: CacheCodec<T, A>;
  readonly #memos: MemoWindow;
  #added: ObjectEvent<T, A> | undefined;
  #modified: ObjectEvent<T, A> | undefined;
  #deleted: ObjectEvent<T, A> | undefined;

  constructor(change: {
    readonly revision: number;
    readonly key: string;
    readonly entry: CacheEntry<T, A> | undefined;
    readonly previous: CacheEntry<T, A> | undefined;
    readonly codec: CacheCodec<T, A>;
    readonly memos: MemoWindow;
  }) {
    this.revision = change.revision;
    this.key = change.key;
    this.entry = change.entry;
    this.previous = change.previous;
    this.#codec = change.codec;
    this.#memos = change.memos;
  }

  /** Bytes that keeping this change holds on to. */
  get sizeBytes(): number {
    return this.key.length + ((this.entry ?? this.previous)?.value.length ?? 0);
  }

  /** The event for a watcher with this filter; `undefined` when it concerns none of its objects. */
  eventFor(
    filter: ((entry: CacheEntry<T, A>) => boolean) | undefined,
  ): ObjectEvent<T, A> | undefined {
    const { entry, previous } = this;
    const isIn = entry !== undefined && (filter === undefined || filter(entry));
    const wasIn = previous !== undefined && (filter === undefined || filter(previous));
    if (isIn && wasIn) return (this.#modified ??= this.#event('MODIFIED', entry));
    if (isIn) return (this.#added ??= this.#event('ADDED', entry));
    if (!wasIn) return undefined;
    return (this.#deleted ??= this.#event(
      'DELETED',
      entryAtRevision(previous, this.revision, this.#codec),
    ));
  }

  #event(type: ObjectEvent<T, A>['type'], entry: CacheEntry<T, A>): ObjectEvent<T, A> {
    return new MemoizingEvent({ type, entry, change: this, memos: this.#memos });
  }
}

/** An ADDED event of the initial state; shared with nobody, so it keeps nothing. */
export function initialEvent<T, A>(entry: CacheEntry<T, A>): ObjectEvent<T, A> {
  const { key, revision } = entry;
  return {
    type: 'ADDED',
    revision,
    key,
    entry,
    previous: undefined,
    memo: (_name, make) => make(),
  };
}

class MemoizingEvent<T extends object, A> implements ObjectEvent<T, A> {
  readonly type: ObjectEvent<T, A>['type'];
  readonly revision: number;
  readonly key: string;
  readonly entry: CacheEntry<T, A>;
  readonly previous: CacheEntry<T, A> | undefined;
  readonly #memos: MemoWindow;
  #values: Map<string, unknown> | undefined;

  constructor(parts: {
    readonly type: ObjectEvent<T, A>['type'];
    readonly entry: CacheEntry<T, A>;
    readonly change: ObjectChange<T, A>;
    readonly memos: MemoWindow;
  }) {
    this.type = parts.type;
    this.entry = parts.entry;
    this.revision = parts.change.revision;
    this.key = parts.change.key;
    this.previous = parts.change.previous;
    this.#memos = parts.memos;
  }

  memo<V>(name: string, make: () => V): V {
    if (this.#values === undefined) {
      this.#values = new Map();
      this.#memos.add({ forget: () => (this.#values = undefined) });
    }
    // A name stands for one `make`, as the interface asks, so its value has the type of `make`.
    if (this.#values.has(name)) return this.#values.get(name) as V;
    const value = make();
    this.#values.set(name, value);
    return value;
  }
}
