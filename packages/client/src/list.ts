import { isJsonObject, type ListOptions as ListQuery } from '@imagestream/core';
import { complete, resourceVersionOf, type Collection } from './collection.js';
import { Cursor } from './cursor.js';
import { isExpired, ProtocolError } from './errors.js';
import type { ListOptions, OnExpired } from './options.js';
import { makeList } from './request.js';
import { readJson, send } from './send.js';
import type { ListRequest, Page } from './verbs.js';

const DEFAULT_PAGE_SIZE = 500;

// A list that expires this often is longer than the server's history; beginning again would go on for ever.
const MAX_RESTARTS = 5;

/** The options of a list with its policy decided. */
type DecidedOptions = ListOptions & { readonly onExpired: OnExpired };

/** Where a list stands: the token of the next page (none: the first one) and how often it has begun anew. */
interface Position {
  readonly token: string | undefined;
  readonly restarts: number;
}

/** Makes a list. Nothing is sent until it is awaited or iterated. */
export function listCollection<T>(
  collection: Collection,
  options: ListOptions = {},
): ListRequest<T> {
  const decide = (onExpired: OnExpired): DecidedOptions => ({ onExpired, ...options });
  const start: Position = { token: options.continue, restarts: 0 };
  let first: Promise<Page<T>> | undefined;
  return {
    then(onFulfilled, onRejected) {
      first ??= readPage<T>(collection, decide('throw'), start);
      return first.then(onFulfilled, onRejected);
    },
    pages: () => new PageCursor<T>(collection, decide('throw'), start),
    [Symbol.asyncIterator]: () =>
      new ItemCursor<T>(new PageCursor(collection, decide('throw'), start)),
    all: () => readAll(new PageCursor<T>(collection, decide('restart'), start)),
  };
}

async function readAll<T>(pages: AsyncIterable<Page<T>>): Promise<T[]> {
  let items: T[] = [];
  let restarts = 0;
  for await (const page of pages) {
    if (page.restarts !== restarts) items = [];
    restarts = page.restarts;
    for (const item of page.items) items.push(item);
  }
  return items;
}

async function readPage<T>(
  collection: Collection,
  options: DecidedOptions,
  start: Position,
): Promise<Page<T>> {
  let position = start;
  for (let expiries = 0; ; expiries++) {
    try {
      return await requestPage<T>(collection, options, position);
    } catch (error) {
      const next = afterExpiry(error, options.onExpired, position);
      if (next === undefined || expiries === MAX_RESTARTS) throw error;
      position = next;
    }
  }
}

/** Where to go on after an error; undefined when it is not an expired token or the policy is to say so. */
function afterExpiry(
  error: unknown,
  onExpired: OnExpired,
  { token, restarts }: Position,
): Position | undefined {
  // Without a token it is the requested resourceVersion that has expired, and beginning again cannot help.
  if (!isExpired(error) || token === undefined || onExpired === 'throw') return undefined;
  if (onExpired === 'restart') {
    return restarts < MAX_RESTARTS ? { token: undefined, restarts: restarts + 1 } : undefined;
  }
  const fresh = error.status.metadata.continue;
  return fresh === undefined ? undefined : { token: fresh, restarts };
}

async function requestPage<T>(
  collection: Collection,
  options: DecidedOptions,
  { token, restarts }: Position,
): Promise<Page<T>> {
  const { context, target } = collection;
  const request = makeList(target, pageQuery(collection, options, token), options);
  const answer = await send(context, request, options, readJson(context, request));
  const items = isJsonObject(answer) ? (answer['items'] ?? []) : undefined;
  if (!isJsonObject(answer) || !Array.isArray(items)) {
    throw new ProtocolError('the answer is not a list', context.transport.describe(request));
  }
  const { continue: next, remainingItemCount: remaining } = listMeta(answer['metadata']);
  if (next !== undefined && next === token) {
    throw new ProtocolError(
      'the server answered the continue token it was sent; the list would never end',
      context.transport.describe(request),
    );
  }
  for (const item of items) complete(target, item, target.descriptor.kind);
  return {
    items: items as T[], // The server is trusted with its own types.
    resourceVersion: resourceVersionOf(answer),
    restarts,
    ...(next === undefined ? {} : { continueToken: next }),
    ...(remaining === undefined ? {} : { remaining }),
    next: () =>
      next === undefined ? undefined : readPage(collection, options, { token: next, restarts }),
  };
}

function listMeta(metadata: unknown): { continue?: string; remainingItemCount?: number } {
  const { continue: token, remainingItemCount: remaining } = isJsonObject(metadata) ? metadata : {};
  return {
    ...(typeof token === 'string' && token !== '' ? { continue: token } : {}),
    ...(typeof remaining === 'number' ? { remainingItemCount: remaining } : {}),
  };
}

function pageQuery(
  { target }: Collection,
  options: ListOptions,
  token: string | undefined,
): ListQuery {
  const { labelSelector, fieldSelector, resourceVersion, resourceVersionMatch } = options;
  const paged = target.descriptor.verbs.includes('watch') && !target.legacy;
  return {
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
    ...(paged ? { limit: options.pageSize ?? DEFAULT_PAGE_SIZE } : {}),
    // A token carries its own version; the server refuses another beside it.
    ...(token === undefined
      ? {
          ...(resourceVersion === undefined ? {} : { resourceVersion }),
          ...(resourceVersionMatch === undefined ? {} : { resourceVersionMatch }),
        }
      : { continue: token }),
  };
}

/**
 * Pages, one after the other, or with `prefetch` one ahead. A page that was handed out is not held: the next one is
 * parsed beside it otherwise, and twice as much survives each garbage collection.
 */
class PageCursor<T> extends Cursor<Page<T>> {
  readonly #prefetch: boolean;
  #request: () => Promise<Page<T>> | undefined;
  #ahead: Promise<Page<T>> | undefined;

  constructor(collection: Collection, options: DecidedOptions, start: Position) {
    super();
    this.#request = () => readPage<T>(collection, options, start);
    this.#prefetch = options.prefetch === true;
  }

  protected take(): undefined {
    return undefined;
  }

  protected async fetchNext(): Promise<Page<T> | undefined> {
    const page = await (this.#ahead ?? this.#request());
    if (page === undefined) return undefined;
    this.#request = page.next;
    if (this.#prefetch) {
      this.#ahead = page.next();
      // If it fails, the consumer hears of it when it asks for that page, or never.
      this.#ahead?.catch(() => undefined);
    }
    return page;
  }

  protected close(): void {
    // A page that is on its way is simply not looked at.
  }
}

/** The objects of all pages. */
class ItemCursor<T> extends Cursor<T> {
  readonly #pages: Cursor<Page<T>>;
  #items: readonly T[] = [];
  #index = 0;

  constructor(pages: Cursor<Page<T>>) {
    super();
    this.#pages = pages;
  }

  protected take(): T | undefined {
    return this.#items[this.#index++];
  }

  protected async fetchNext(): Promise<T | undefined> {
    // A page may be empty and still not the last one.
    for (;;) {
      this.#items = [];
      const { done, value } = await this.#pages.next();
      if (done === true) return undefined;
      this.#items = value.items;
      this.#index = 0;
      const item = this.take();
      if (item !== undefined) return item;
    }
  }

  protected close(): void {
    this.#items = [];
    void this.#pages.return();
  }
}
