import { assertNever } from '@imagestream/core';
import type { Collection } from './collection.js';
import { Cursor } from './cursor.js';
import { isApiError, isExpired, toError, TransportError } from './errors.js';
import { listCollection } from './list.js';
import type { CallOptions, SyncOptions } from './options.js';
import { Recovery } from './recovery.js';
import { makeList } from './request.js';
import type { Page, SyncEvent } from './verbs.js';
import { openWatch, type WatchConnection } from './watch-connection.js';
import { pickTimeouts, selectorsOf, Watcher, type OpenConnection } from './watch.js';

// A server that sends initial events sends them back to back. Silence before their end means it never will end them.
const INITIAL_EVENTS_SILENCE_MS = 10_000;

// A server that does not know initial events may send changes instead, one now and then. What is waited for in all is
// short where the state is sent, however large it is.
const INITIAL_EVENTS_WAIT_MS = 30_000;

// Where connections do not live long enough for the whole state, pages still get through.
const MAX_BROKEN_STREAMS = 2;

type RestartReason = Extract<SyncEvent<unknown>, { type: 'RESTART' }>['reason'];

type State<T> =
  /** Nothing is known. Hands out RESTART and goes on to `opening` or, where initial events do not work, to `listing`. */
  | { readonly type: 'starting'; readonly reason: RestartReason }
  /** Asks for a watch that begins with the initial state; a server that refuses leads to `listing`. */
  | { readonly type: 'opening' }
  /**
   * Hands out initial events as INIT until the bookmark that ends them, then SYNCED, and goes on to `watching` on the
   * same connection. The versions of these events are in no order, so they are not remembered.
   */
  | {
      readonly type: 'streaming';
      readonly connection: WatchConnection<T>;
      readonly idleTimeoutMs: number;
      /** How long has been waited for bytes so far. */
      waitedMs: number;
    }
  /** Hands out the objects of a list as INIT, page by page, then SYNCED with its version, and goes on to `watching`. */
  | { readonly type: 'listing'; page: Page<T> | undefined; index: number }
  /** Hands out changes. When history is gone it goes back to `starting`; everything else the watcher recovers from. */
  | { readonly type: 'watching'; readonly watcher: Watcher<T> };

/** A collection kept in step with the server, for ever: an explicit state machine over list and watch. */
export class Syncer<T> extends Cursor<SyncEvent<T>> {
  readonly #collection: Collection;
  readonly #options: SyncOptions;
  readonly #recovery: Recovery;
  readonly #path: string;
  readonly #stop = new AbortController();
  readonly #onAbort = (): void => this.#stop.abort();
  #state: State<T> = { type: 'starting', reason: 'initial' };
  /** Whether anything was handed out since the last RESTART, so that another one is due when this round fails. */
  #begun = false;
  /** Whether the last round ended because history was gone, and nothing good came since. */
  #expired = false;
  /** How many times in a row the initial events broke off. */
  #brokenStreams = 0;

  constructor(collection: Collection, options: SyncOptions = {}) {
    super();
    const { signal, maxRetries } = options;
    this.#collection = collection;
    this.#options = options;
    this.#recovery = new Recovery(collection.context, maxRetries);
    this.#path = makeList(collection.target, {}).path;
    if (signal?.aborted === true) this.#stop.abort();
    signal?.addEventListener('abort', this.#onAbort);
  }

  protected take(): undefined {
    return undefined;
  }

  protected async fetchNext(): Promise<SyncEvent<T> | undefined> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        const event = await this.#step(this.#state);
        if (event !== undefined) return event;
      } catch (problem) {
        await this.#interrupt(toError(problem));
      }
    }
    return undefined;
  }

  #step(state: State<T>): SyncEvent<T> | undefined | Promise<SyncEvent<T> | undefined> {
    switch (state.type) {
      case 'starting':
        return this.#start(state.reason);
      case 'opening':
        return this.#open();
      case 'streaming':
        return this.#stream(state);
      case 'listing':
        return this.#list(state);
      case 'watching':
        return this.#watch(state.watcher);
      default:
        return assertNever(state);
    }
  }

  #start(reason: RestartReason): SyncEvent<T> {
    this.#begun = false;
    this.#begin();
    return { type: 'RESTART', reason };
  }

  /** To the state a round begins with. */
  #begin(): void {
    const { context } = this.#collection;
    const canStream =
      this.#options.sendInitialEvents !== false &&
      this.#brokenStreams < MAX_BROKEN_STREAMS &&
      !context.legacy &&
      !context.withoutInitialEvents.has(this.#path);
    this.#state = canStream ? { type: 'opening' } : { type: 'listing', page: undefined, index: 0 };
  }

  async #open(): Promise<undefined> {
    const { timeoutSeconds, idleTimeoutMs } = pickTimeouts(
      this.#collection.context,
      this.#options.idleTimeoutMs,
    );
    const query = {
      ...selectorsOf(this.#options),
      resourceVersionMatch: 'NotOlderThan',
      allowWatchBookmarks: true,
      sendInitialEvents: true,
      timeoutSeconds,
    } as const;
    try {
      const connection = await openWatch<T>(this.#collection, query, this.#callOptions());
      this.#state = { type: 'streaming', connection, idleTimeoutMs, waitedMs: 0 };
    } catch (error) {
      // Not understood, or understood and switched off.
      if (!isApiError(error, 'BadRequest') && !isApiError(error, 'Invalid')) throw error;
      this.#giveUpStreaming(String(error));
    }
  }

  async #stream(
    state: Extract<State<T>, { type: 'streaming' }>,
  ): Promise<SyncEvent<T> | undefined> {
    const { connection, idleTimeoutMs } = state;
    const event = connection.take();
    if (event === undefined) return this.#readInitialEvents(state);
    if (event.type === 'ADDED') {
      this.#begun = true;
      return { type: 'INIT', object: event.object };
    }
    if (event.type !== 'BOOKMARK') {
      this.#giveUpStreaming(`${event.type} before the end of the initial events`);
      return undefined;
    }
    if (event.initialEventsEnd !== true) return undefined;
    const { resourceVersion } = event;
    this.#follow(resourceVersion, { connection, resourceVersion, idleTimeoutMs });
    return { type: 'SYNCED', resourceVersion };
  }

  async #readInitialEvents(state: Extract<State<T>, { type: 'streaming' }>): Promise<undefined> {
    const { clock } = this.#collection.context;
    const startedMs = clock.now();
    let more: boolean;
    try {
      more = await state.connection.read(INITIAL_EVENTS_SILENCE_MS);
    } catch (error) {
      if (!(error instanceof TransportError && error.type === 'timeout')) throw error;
      this.#giveUpStreaming('silence before the end of the initial events');
      return;
    }
    state.waitedMs += clock.now() - startedMs;
    if (!more) await this.#interrupt(undefined);
    else if (state.waitedMs > INITIAL_EVENTS_WAIT_MS) {
      this.#giveUpStreaming('no end of the initial events');
    }
  }

  async #list(state: Extract<State<T>, { type: 'listing' }>): Promise<SyncEvent<T> | undefined> {
    const { page } = state;
    const object = page?.items[state.index++];
    if (object !== undefined) {
      this.#begun = true;
      return { type: 'INIT', object };
    }
    if (page !== undefined && page.continueToken === undefined) {
      this.#follow(page.resourceVersion);
      return { type: 'SYNCED', resourceVersion: page.resourceVersion };
    }
    state.page = await (page?.next() ??
      listCollection<T>(this.#collection, {
        ...selectorsOf(this.#options),
        ...this.#callOptions(),
      }));
    state.index = 0;
    return undefined;
  }

  #follow(resourceVersion: string, open?: OpenConnection<T>): void {
    this.#begun = true;
    this.#brokenStreams = 0;
    const options = { ...this.#options, resourceVersion, signal: this.#stop.signal };
    this.#state = { type: 'watching', watcher: new Watcher<T>(this.#collection, options, open) };
  }

  async #watch(watcher: Watcher<T>): Promise<SyncEvent<T> | undefined> {
    for (;;) {
      const { done, value } = await watcher.next();
      // A watcher ends by itself only when the signal has aborted.
      if (done === true) return undefined;
      if (value.type === 'BOOKMARK') continue;
      this.#expired = false;
      this.#recovery.reset();
      return value;
    }
  }

  #giveUpStreaming(why: string): void {
    const { context } = this.#collection;
    context.withoutInitialEvents.add(this.#path);
    context.logger?.warn('fallback to list', { path: this.#path, why });
    this.#restart('interrupted');
  }

  /** Ends a round that failed. Throws the problem when another round cannot help. */
  async #interrupt(problem: Error | undefined): Promise<void> {
    const expired = isExpired(problem);
    // Old history is nobody's fault and is mended at once, unless that did not mend it.
    if (!expired || this.#expired) {
      await this.#recovery.pause(expired ? undefined : problem, this.#stop.signal);
    }
    this.#expired = expired;
    if (this.#state.type === 'streaming') this.#brokenStreams++;
    this.#restart(expired ? 'expired' : 'interrupted');
  }

  #restart(reason: RestartReason): void {
    if (this.#state.type === 'streaming') this.#state.connection.close();
    if (this.#begun) this.#state = { type: 'starting', reason };
    else this.#begin();
  }

  #callOptions(): CallOptions & { readonly signal: AbortSignal } {
    const { timeoutMs, headers } = this.#options;
    return {
      signal: this.#stop.signal,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(headers === undefined ? {} : { headers }),
    };
  }

  protected close(): void {
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#stop.abort();
  }
}
