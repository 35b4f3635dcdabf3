import { toResourceVersion, type KubeObject, type ResourceVersion } from '@imagestream/core';
import type { SyncOptions } from './options.js';
import { toError } from './errors.js';
import type { SyncEvent, Watch } from './verbs.js';

/** Gives the values an object is found under in an index: none, one or several. */
export type IndexFunction<T> = (object: T) => readonly string[];

/** What changed in a cache. After a restart the differences come as changes too, all at once. */
export type CacheChange<T> =
  | { readonly type: 'ADDED'; readonly object: T }
  | { readonly type: 'MODIFIED'; readonly object: T; readonly previous: T }
  | { readonly type: 'DELETED'; readonly object: T };

/** What a cache is made with. */
export interface CacheOptions<T, I extends string> extends SyncOptions {
  /** Named ways to look objects up. */
  readonly indexes?: Readonly<Record<I, IndexFunction<T>>>;
}

/**
 * A collection held in memory and kept in step with the server.
 *
 * Readers see one state of the collection, never a half-filled one: nothing until `ready` resolves, and during a
 * restart the state before it until the new one is complete. Objects are shared: do not change them.
 */
export interface ObjectCache<T, I extends string = never> {
  /** Resolves when the first state is complete. Rejects when following the collection is not possible, or it was closed before. */
  readonly ready: Promise<void>;
  /** Resolves when the cache has been closed, rejects with what ended it otherwise. */
  readonly done: Promise<void>;
  readonly size: number;
  /** The version of the last event; empty before the first state. */
  readonly resourceVersion: ResourceVersion | '';
  get(name: string, namespace?: string): T | undefined;
  /** Every object, in no order. */
  list(): T[];
  /** The objects an index has under a value. */
  by(index: I, value: string): T[];
  /** Calls the listener after every change, in order; the answer stops it. What a listener throws ends the cache. */
  onChange(listener: (change: CacheChange<T>) => void): () => void;
  /** Stops following. What is held stays readable. */
  close(): void;
}

/**
 * Makes a cache of a collection: of one namespace, of all, of what selectors match.
 *
 * @example
 * const cache = createCache(client.imageStreams.all, { indexes: { byNamespace: (s) => [s.metadata.namespace ?? ''] } });
 * await cache.ready;
 * cache.by('byNamespace', 'web');
 */
export function createCache<T extends KubeObject, I extends string = never>(
  source: Pick<Watch<T>, 'sync'>,
  options: CacheOptions<T, I> = {},
): ObjectCache<T, I> {
  const cache = new SyncedCache<T, I>(options);
  cache.follow(source);
  return cache;
}

/** One complete state, or one that is being filled. */
class Snapshot<T extends KubeObject> {
  readonly objects = new Map<string, T>();
  readonly #functions: ReadonlyMap<string, IndexFunction<T>>;
  /** Index, then value, then key. */
  readonly #indexes = new Map<string, Map<string, Map<string, T>>>();

  constructor(functions: ReadonlyMap<string, IndexFunction<T>>) {
    this.#functions = functions;
    for (const index of functions.keys()) this.#indexes.set(index, new Map());
  }

  set(object: T): T | undefined {
    const key = keyOf(object.metadata.name, object.metadata.namespace);
    const previous = this.delete(key);
    this.objects.set(key, object);
    for (const [values, value] of this.#places(object)) {
      const under = values.get(value) ?? new Map<string, T>();
      values.set(value, under.set(key, object));
    }
    return previous;
  }

  delete(key: string): T | undefined {
    const previous = this.objects.get(key);
    if (previous === undefined) return undefined;
    this.objects.delete(key);
    for (const [values, value] of this.#places(previous)) {
      const under = values.get(value);
      under?.delete(key);
      if (under?.size === 0) values.delete(value);
    }
    return previous;
  }

  by(index: string, value: string): T[] {
    return [...(this.#indexes.get(index)?.get(value)?.values() ?? [])];
  }

  *#places(object: T): Generator<[values: Map<string, Map<string, T>>, value: string]> {
    for (const [index, values] of this.#indexes) {
      for (const value of this.#functions.get(index)?.(object) ?? []) yield [values, value];
    }
  }
}

/** A name cannot hold a slash, so two objects cannot meet under one key. */
function keyOf(name = '', namespace = ''): string {
  return `${namespace}/${name}`;
}

class SyncedCache<T extends KubeObject, I extends string> implements ObjectCache<T, I> {
  readonly ready: Promise<void>;
  done: Promise<void> = Promise.resolve();
  resourceVersion: ResourceVersion | '' = '';
  readonly #functions: ReadonlyMap<string, IndexFunction<T>>;
  readonly #options: SyncOptions;
  readonly #stop = new AbortController();
  readonly #listeners = new Set<(change: CacheChange<T>) => void>();
  readonly #settleReady: { resolve(): void; reject(error: Error): void };
  #current: Snapshot<T>;
  /** Filled between RESTART and SYNCED, invisible until then. */
  #next: Snapshot<T> | undefined;

  constructor({ indexes, ...options }: CacheOptions<T, I>) {
    this.#options = options;
    this.#functions = new Map(Object.entries<IndexFunction<T>>(indexes ?? {}));
    this.#current = new Snapshot(this.#functions);
    const { promise, ...settle } = withResolvers();
    this.ready = promise;
    this.#settleReady = settle;
    // Whoever does not wait for it has `done`.
    promise.catch(() => undefined);
  }

  get size(): number {
    return this.#current.objects.size;
  }

  get(name: string, namespace?: string): T | undefined {
    return this.#current.objects.get(keyOf(name, namespace));
  }

  list(): T[] {
    return [...this.#current.objects.values()];
  }

  by(index: I, value: string): T[] {
    return this.#current.by(index, value);
  }

  onChange(listener: (change: CacheChange<T>) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#stop.abort();
  }

  follow(source: Pick<Watch<T>, 'sync'>): void {
    const { signal } = this.#options;
    const onAbort = (): void => this.close();
    if (signal?.aborted === true) onAbort();
    signal?.addEventListener('abort', onAbort);
    this.done = this.#run(source).finally(() => signal?.removeEventListener('abort', onAbort));
    this.done.catch(() => undefined);
  }

  async #run(source: Pick<Watch<T>, 'sync'>): Promise<void> {
    try {
      for await (const event of source.sync({ ...this.#options, signal: this.#stop.signal })) {
        this.#apply(event);
      }
      this.#settleReady.reject(
        new Error('the cache was closed before its first state was complete'),
      );
    } catch (error) {
      this.#settleReady.reject(toError(error));
      throw error;
    }
  }

  #apply(event: SyncEvent<T>): void {
    switch (event.type) {
      case 'RESTART':
        this.#next = new Snapshot(this.#functions);
        return;
      case 'INIT':
        this.#next?.set(event.object);
        return;
      case 'SYNCED':
        this.#swap();
        this.resourceVersion = event.resourceVersion;
        this.#settleReady.resolve();
        return;
      case 'DELETED':
        this.#note(event.object);
        this.#delete(event.object);
        return;
      case 'ADDED':
      case 'MODIFIED':
        this.#note(event.object);
        this.#set(event.object);
        return;
    }
  }

  #note(object: T): void {
    // The version of the last event is where the cache stands.
    const { resourceVersion } = object.metadata;
    if (resourceVersion !== undefined) this.resourceVersion = toResourceVersion(resourceVersion);
  }

  #set(object: T): void {
    const previous = this.#current.set(object);
    this.#tell(
      previous === undefined ? { type: 'ADDED', object } : { type: 'MODIFIED', object, previous },
    );
  }

  #delete({ metadata }: T): void {
    const object = this.#current.delete(keyOf(metadata.name, metadata.namespace));
    if (object !== undefined) this.#tell({ type: 'DELETED', object });
  }

  #swap(): void {
    const before = this.#current.objects;
    this.#current = this.#next ?? new Snapshot(this.#functions);
    this.#next = undefined;
    const after = this.#current.objects;
    for (const [key, object] of before) {
      if (!after.has(key)) this.#tell({ type: 'DELETED', object });
    }
    for (const [key, object] of after) {
      const previous = before.get(key);
      if (previous === undefined) this.#tell({ type: 'ADDED', object });
      else if (previous.metadata.resourceVersion !== object.metadata.resourceVersion) {
        this.#tell({ type: 'MODIFIED', object, previous });
      }
    }
  }

  #tell(change: CacheChange<T>): void {
    for (const listener of this.#listeners) listener(change);
  }
}

function withResolvers(): { promise: Promise<void>; resolve(): void; reject(error: Error): void } {
  let settle: { resolve(): void; reject(error: Error): void } | undefined;
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, resolve: () => settle?.resolve(), reject: (error) => settle?.reject(error) };
}
