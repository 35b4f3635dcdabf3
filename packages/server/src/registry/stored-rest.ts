import type { KubeObject, ObjectMeta } from '@imagestream/core';
import type { CacheEntry } from '../cache/cache-entry.js';
import type { WatchSubscription } from '../cache/watch-subscription.js';
import type { ObjectAttributes } from './object-codec.js';
import type { RequestContext } from './request-context.js';
import type { StoredRegistry } from './resource-dependencies.js';
import type { ListQuery, Rest } from './rest.js';
import type { Selection } from './selection.js';

/** An object in the cache, with its bytes. */
export type ObjectEntry = CacheEntry<KubeObject, ObjectAttributes>;

/** A page of cached objects with what goes into the list's metadata. */
export interface EntryPage {
  readonly entries: readonly ObjectEntry[];
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** A watch request, parsed and checked. */
export interface WatchQuery extends Selection {
  /** The text of the query; empty = unset. */
  readonly resourceVersion: string;
  /** As sent; undefined when the client did not say. */
  readonly sendInitialEvents?: boolean;
  readonly signal: AbortSignal;
  /** How many events may wait for a client that reads slowly; absent = the cache's own limit. */
  readonly maxQueued?: number;
}

/** A watch that has begun. */
export interface OpenWatch {
  readonly subscription: WatchSubscription<KubeObject, ObjectAttributes>;
  /** Whether a bookmark marks the end of the state there is. A stream can begin with that state unasked, and then has none. */
  readonly marksInitialEvents: boolean;
}

/** A stored resource as the server's own verbs use it: from cached bytes, and with watch. */
export interface StoredRest<T extends KubeObject = KubeObject> extends StoredRegistry<T> {
  /** As `get`, but shared: nobody may change the entry's object. `resourceVersion` is the text of the query. */
  entry(
    context: RequestContext,
    name: string,
    options: { readonly resourceVersion: string },
  ): Promise<ObjectEntry>;

  /** As `list`, in shared entries. */
  page(context: RequestContext, query: ListQuery): Promise<EntryPage>;

  /** Follows the collection. Throws before it begins for what must be an HTTP status. */
  watch(context: RequestContext, query: WatchQuery): Promise<OpenWatch>;

  /** An object of the kind with nothing in it but defaults and what is computed: what bookmarks carry. */
  blank(metadata: ObjectMeta): T;

  /** Whether `entry` and `page` answer what `get` and `list` would: false on undecorated paths such as `status`. */
  readonly servesEntries: boolean;
}

/** Whether a resource is a stored one. */
export function isStoredRest(rest: Rest): rest is StoredRest {
  return 'watch' in rest && 'page' in rest;
}
