import {
  badRequestError,
  expiredError,
  makeStatus,
  StatusError,
  tooLargeResourceVersionError,
} from '@imagestream/core';
import { RevisionExpiredError, RevisionTooLargeError } from '../cache/cache-errors.js';
import {
  ContinueTokenError,
  formatContinueToken,
  parseContinueToken,
  type ContinuePosition,
} from '../cache/continue-token.js';
import type { CacheListQuery } from '../cache/watch-cache.js';
import type { KubeObject } from '@imagestream/core';
import type { ObjectAttributes } from './object-codec.js';
import type { ObjectCache } from './object-storage.js';
import { plainError } from './plain-error.js';
import type { RequestContext } from './request-context.js';
import type { ListQuery, ResourceInfo } from './rest.js';
import { selectedName, toEntryFilter } from './selection.js';
import { collectionPrefix } from './storage-key.js';
import type { EntryPage, OpenWatch, WatchQuery } from './stored-rest.js';

/** Where a read happens. */
export interface ReadScope {
  readonly cache: ObjectCache;
  readonly info: ResourceInfo;
  readonly context: RequestContext;
}

/** Reads a resourceVersion of a query: 0 for unset and `"0"`. Source: api-resource-version. */
export function parseRevision(text: string): number {
  if (text === '') return 0;
  if (/^\d+$/.test(text)) {
    const revision = Number(text);
    if (Number.isSafeInteger(revision)) return revision;
  }
  const why = /^\d+$/.test(text) ? 'value out of range' : 'invalid syntax';
  throw plainError(`strconv.ParseUint: parsing ${JSON.stringify(text)}: ${why}`);
}

/**
 * Waits until the cache may answer: for the newest state when `text` is unset, for a version when it is given.
 * `"0"` takes what there is. Only an unset version needs the store.
 *
 * Throws 504 for a version that does not come in time; rejects as `catchUp` of the cache does.
 *
 * Source: api-resource-version, replica-freshness.
 */
export function awaitFreshness({ cache }: Pick<ReadScope, 'cache'>, text: string): Promise<void> {
  return text === '' ? cache.catchUp() : awaitGiven(cache, text);
}

async function awaitGiven(cache: ObjectCache, text: string): Promise<void> {
  return awaitRevision(cache, parseRevision(text));
}

async function awaitRevision(cache: ObjectCache, wanted: number): Promise<void> {
  if (wanted <= cache.revision || (await cache.reach(wanted))) return;
  throw tooLargeResourceVersionError(String(wanted), String(cache.revision));
}

/**
 * A page of a collection, by the table of resourceVersion, resourceVersionMatch, limit and continue.
 *
 * Source: api-list, api-list-continue, api-resource-version.
 */
export async function readPage(scope: ReadScope, query: ListQuery): Promise<EntryPage> {
  const prefix = collectionPrefix(scope.info, scope.context.namespace);
  const name = selectedName(query.fields);
  // One object known by name is looked up: there are no pages then, and no rule for them applies.
  const { info, context } = scope;
  const isLookup =
    name !== undefined &&
    query.continue === '' &&
    (info.scope === 'Cluster' || context.namespace !== '');
  // Who takes any state gets all of it: such a read never comes in pages either.
  const limit = isLookup || query.resourceVersion === '0' ? 0 : query.limit;
  const { revision, start } = await findPosition(scope, { ...query, limit }, prefix);
  const filter = toEntryFilter(query);
  const cacheQuery: CacheListQuery<KubeObject, ObjectAttributes> = {
    prefix,
    limit,
    ...(revision === undefined ? {} : { revision }),
    ...(start === undefined ? {} : { start }),
    ...(name === undefined ? {} : { name }),
    ...(filter === undefined ? {} : { filter }),
  };
  const list = readList(scope.cache, cacheQuery);
  const page = { entries: list.entries, resourceVersion: String(list.revision) };
  if (list.next === undefined) return page;
  return {
    ...page,
    continue: formatContinueToken(prefix, { revision: list.revision, start: list.next }),
    ...(filter === undefined ? { remainingItemCount: list.remaining } : {}),
  };
}

interface ListPosition {
  /** Exactly this state; absent = the newest. */
  readonly revision?: number | undefined;
  /** The key to go on at. */
  readonly start?: string;
}

async function findPosition(
  scope: ReadScope,
  query: ListQuery,
  prefix: string,
): Promise<ListPosition> {
  const { resourceVersion, resourceVersionMatch, limit } = query;
  if (query.continue !== '') {
    if (resourceVersion !== '' && resourceVersion !== '0') {
      throw badRequestError('specifying resource version is not allowed when using continue');
    }
    const position = readToken(prefix, query.continue);
    // Another replica may have cut the pages so far.
    if (position.revision === undefined) await scope.cache.catchUp();
    else await awaitRevision(scope.cache, position.revision);
    return position;
  }
  await awaitFreshness(scope, resourceVersion);
  const revision = parseRevision(resourceVersion);
  // Before resourceVersionMatch existed, a version with a limit meant exactly that version. It still does.
  const exact =
    resourceVersionMatch === 'Exact' || (resourceVersionMatch === undefined && limit > 0);
  return exact && revision > 0 ? { revision } : {};
}

function readToken(prefix: string, token: string): ContinuePosition {
  try {
    return parseContinueToken(prefix, token);
  } catch (error) {
    if (!(error instanceof ContinueTokenError)) throw error;
    throw badRequestError(`invalid continue token: ${error.message}`);
  }
}

function readList(
  cache: ObjectCache,
  query: CacheListQuery<KubeObject, ObjectAttributes>,
): ReturnType<ObjectCache['list']> {
  try {
    return cache.list(query);
  } catch (error) {
    if (error instanceof RevisionExpiredError) {
      const { prefix, start } = query;
      if (start === undefined) throw expiredList();
      throw expiredContinue(formatContinueToken(prefix, { start, revision: undefined }));
    }
    if (error instanceof RevisionTooLargeError) {
      throw tooLargeResourceVersionError(
        String(error.requestedRevision),
        String(error.currentRevision),
      );
    }
    throw error;
  }
}

function expiredList(): StatusError {
  return expiredError('The resourceVersion for the provided list is too old.');
}

/** 410 with a token that goes on at the newest state. Source: api-list-expired. */
export function expiredContinue(token: string): StatusError {
  const status = makeStatus({
    reason: 'Expired',
    message:
      'The provided continue parameter is too old to display a consistent list result. ' +
      'You can start a new list without the continue parameter, or use the continue token in this ' +
      'response to retrieve the remainder of the results. Continuing with the provided token results ' +
      'in an inconsistent list - objects that were created, modified, or deleted between the time the ' +
      'first chunk was returned and now may show up in the list.',
  });
  return new StatusError({ ...status, metadata: { continue: token } });
}

/** 410 as the one event of a watch that asked for lost history. */
export function expiredWatch(requested: number, oldest: number): StatusError {
  return expiredError(`too old resource version: ${requested} (${oldest - 1})`);
}

/**
 * Opens a watch. An unset version or `"0"` begins with the state there is, another one with what came after it.
 * Source: api-watch-start, api-watch-selectors.
 */
export async function openWatch(scope: ReadScope, query: WatchQuery): Promise<OpenWatch> {
  const revision = parseRevision(query.resourceVersion);
  const initialEvents = query.sendInitialEvents ?? revision === 0;
  if (query.resourceVersion === '' || initialEvents) {
    await awaitFreshness(scope, initialEvents ? query.resourceVersion : '');
  }
  const name = selectedName(query.fields);
  const filter = toEntryFilter(query);
  const fromNow = !initialEvents && revision === 0;
  const subscription = scope.cache.watch({
    prefix: collectionPrefix(scope.info, scope.context.namespace),
    signal: query.signal,
    ...(query.maxQueued === undefined ? {} : { maxQueued: query.maxQueued }),
    ...(name === undefined ? {} : { name }),
    ...(filter === undefined ? {} : { filter }),
    ...(initialEvents ? { initialEvents } : {}),
    ...(initialEvents || fromNow ? {} : { afterRevision: revision }),
  });
  return { subscription, marksInitialEvents: query.sendInitialEvents === true };
}
