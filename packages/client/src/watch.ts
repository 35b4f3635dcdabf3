import type { ListOptions as ListQuery } from '@imagestream/core';
import { resourceVersionOf, type Collection } from './collection.js';
import { Cursor } from './cursor.js';
import { toError } from './errors.js';
import { listCollection } from './list.js';
import type { SelectorOptions, WatchOptions } from './options.js';
import { Recovery } from './recovery.js';
import type { ClientContext } from './send.js';
import type { ChangeEvent, Page } from './verbs.js';
import { openWatch, type WatchConnection } from './watch-connection.js';

// Below the 300 s after which Node's fetch cuts a silent body and most proxies a connection, and not the same for all
// clients of a server that restarts.
const MIN_TIMEOUT_SECONDS = 240;
const MAX_TIMEOUT_SECONDS = 290;
const IDLE_MARGIN_SECONDS = 5;

// A stream that ends sooner than this is a sign of trouble, not of a deadline.
const SHORT_CONNECTION_MS = 1000;

/** How long a connection is asked to live, and how long it may be silent before it is taken for dead. */
export function pickTimeouts(
  { clock }: ClientContext,
  idleTimeoutMs: number | undefined,
): { timeoutSeconds: number; idleTimeoutMs: number } {
  const range = MAX_TIMEOUT_SECONDS - MIN_TIMEOUT_SECONDS + 1;
  const timeoutSeconds = MIN_TIMEOUT_SECONDS + Math.floor(clock.random() * range);
  return {
    timeoutSeconds,
    idleTimeoutMs: idleTimeoutMs ?? (timeoutSeconds + IDLE_MARGIN_SECONDS) * 1000,
  };
}

/** The selectors among the options. */
export function selectorsOf({ labelSelector, fieldSelector }: SelectorOptions): ListQuery {
  return {
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
  };
}

/** A connection that is already open, and the version up to which its events have been seen. */
export interface OpenConnection<T> {
  readonly connection: WatchConnection<T>;
  readonly resourceVersion: string;
  readonly idleTimeoutMs: number;
}

/**
 * Changes of a collection over as many connections as it takes.
 *
 * What makes nothing lost and nothing repeated: the version of every event and bookmark is remembered when it is taken,
 * every new connection begins strictly after it, and an event that was cut off in the middle was never taken.
 */
export class Watcher<T> extends Cursor<ChangeEvent<T>> {
  readonly #collection: Collection;
  readonly #options: WatchOptions;
  readonly #recovery: Recovery;
  readonly #stop = new AbortController();
  readonly #onAbort = (): void => this.#stop.abort();
  /** Everything up to this version was handed out; undefined until the initial objects are. */
  #version: string | undefined;
  #connection: WatchConnection<T> | undefined;
  #openedMs = 0;
  #idleTimeoutMs = 0;
  /** What `take` ran into; dealt with when the consumer asks for more. */
  #problem: Error | undefined;
  #page: Page<T> | undefined;
  #index = 0;

  constructor(collection: Collection, options: WatchOptions = {}, open?: OpenConnection<T>) {
    super();
    const { signal, resourceVersion, maxRetries } = options;
    this.#collection = collection;
    this.#options = options;
    this.#recovery = new Recovery(collection.context, maxRetries);
    if (resourceVersion !== undefined && resourceVersion !== '' && resourceVersion !== '0') {
      this.#version = resourceVersion;
    }
    if (open !== undefined) {
      this.#version = open.resourceVersion;
      this.#adopt(open.connection, open.idleTimeoutMs);
    }
    if (signal?.aborted === true) this.#stop.abort();
    signal?.addEventListener('abort', this.#onAbort);
  }

  protected take(): ChangeEvent<T> | undefined {
    if (this.#problem !== undefined) return undefined;
    const object = this.#page?.items[this.#index++];
    if (object !== undefined) return { type: 'ADDED', object };
    for (;;) {
      let event;
      try {
        event = this.#connection?.take();
      } catch (problem) {
        this.#problem = toError(problem);
      }
      if (event === undefined) return undefined;
      this.#recovery.reset();
      if (event.type !== 'BOOKMARK') {
        this.#version = resourceVersionOf(event.object) || this.#version;
        return event;
      }
      this.#version = event.resourceVersion;
      if (this.#options.bookmarks !== false) return event;
    }
  }

  protected async fetchNext(): Promise<ChangeEvent<T> | undefined> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const event = this.take();
      if (event !== undefined) return event;
      try {
        if (this.#problem !== undefined) throw this.#problem;
        await this.#step();
      } catch (problem) {
        this.#problem = undefined;
        this.#disconnect();
        await this.#recovery.pause(toError(problem), signal);
      }
    }
    return undefined;
  }

  /** Does the one thing that is due: the next page of the initial state, a connection, or more bytes from it. */
  async #step(): Promise<void> {
    const { context } = this.#collection;
    if (this.#version === undefined) return this.#readInitialPage();
    if (this.#connection === undefined) return this.#connect(this.#version);
    if (await this.#connection.read(this.#idleTimeoutMs)) return;
    this.#disconnect();
    if (context.clock.now() - this.#openedMs < SHORT_CONNECTION_MS) {
      await this.#recovery.pause(undefined, this.#stop.signal);
    }
  }

  async #readInitialPage(): Promise<void> {
    const { signal } = this.#stop;
    const { resourceVersion, timeoutMs, headers } = this.#options;
    const page = await (this.#page?.next() ??
      listCollection<T>(this.#collection, {
        ...selectorsOf(this.#options),
        ...(resourceVersion === undefined ? {} : { resourceVersion }),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
        ...(headers === undefined ? {} : { headers }),
        signal,
      }));
    this.#page = page;
    this.#index = 0;
    if (page.continueToken === undefined) this.#version = page.resourceVersion;
  }

  async #connect(resourceVersion: string): Promise<void> {
    const { timeoutSeconds, idleTimeoutMs } = pickTimeouts(
      this.#collection.context,
      this.#options.idleTimeoutMs,
    );
    const query: ListQuery = {
      ...selectorsOf(this.#options),
      resourceVersion,
      timeoutSeconds,
      ...(this.#options.bookmarks === false ? {} : { allowWatchBookmarks: true }),
    };
    const connection = await openWatch<T>(this.#collection, query, {
      ...this.#options,
      signal: this.#stop.signal,
    });
    this.#adopt(connection, idleTimeoutMs);
  }

  #adopt(connection: WatchConnection<T>, idleTimeoutMs: number): void {
    this.#connection = connection;
    this.#idleTimeoutMs = idleTimeoutMs;
    this.#openedMs = this.#collection.context.clock.now();
  }

  #disconnect(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }

  protected close(): void {
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#stop.abort();
    this.#disconnect();
  }
}
