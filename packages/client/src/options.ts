import type { ResourceVersionMatch } from '@imagestream/core';

/** What every call accepts. */
export interface CallOptions {
  /** Ends the call; a pending promise rejects with the signal's reason, an iterator simply ends. */
  readonly signal?: AbortSignal;
  /** How long one attempt may take, in milliseconds; default: the client's. A watch uses it until the headers are there. */
  readonly timeoutMs?: number;
  /** How often a failed attempt is repeated where repeating is safe; default: the client's. */
  readonly maxRetries?: number;
  /** Sent as they are, over the client's own. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** How the server treats fields it does not know: keep quiet, answer with a warning (its default), refuse. */
export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

/** What happens to the objects owned by a deleted one. */
export type PropagationPolicy = 'Orphan' | 'Background' | 'Foreground';

/** What every write accepts. */
export interface WriteOptions extends CallOptions {
  /** True: everything happens, validation and admission included, except that nothing is stored. */
  readonly dryRun?: boolean;
  /** Who writes, as managedFields will say; default: the first part of the user agent. */
  readonly fieldManager?: string;
  readonly fieldValidation?: FieldValidation;
}

/** What server-side apply needs. */
export interface ApplyOptions extends WriteOptions {
  readonly fieldManager: string;
  /** True: fields owned by other managers are taken over instead of answering a ConflictError. */
  readonly force?: boolean;
}

/** What a delete accepts. With `uid` or `resourceVersion` only exactly that object is deleted. */
export interface DeleteOptions extends CallOptions {
  readonly dryRun?: boolean;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly propagationPolicy?: PropagationPolicy;
}

/** Which objects of a collection. */
export interface SelectorOptions {
  /** `app=web,tier in (a,b),!old` */
  readonly labelSelector?: string;
  /** `metadata.name=app`; which fields exist depends on the kind. */
  readonly fieldSelector?: string;
}

/** What deleting a collection accepts: selectors, and what a delete accepts without preconditions. */
export interface DeleteCollectionOptions extends CallOptions, SelectorOptions {
  readonly dryRun?: boolean;
  readonly propagationPolicy?: PropagationPolicy;
}

/**
 * What a list does when its continue token has outlived the server's history (410 Expired):
 *
 * - `restart`: begins again from the first page. Objects already handed out come again; `all()` drops them and
 *   starts over, so nothing is seen twice there. At most five times, then it throws.
 * - `inconsistent`: goes on with the token the server offers. Nothing comes twice, but the pages are of two
 *   moments: what changed in between may be missed or seen in its new state.
 * - `throw`: an ExpiredError. What was handed out stays valid.
 */
export type OnExpired = 'restart' | 'inconsistent' | 'throw';

/** What a list accepts. */
export interface ListOptions extends CallOptions, SelectorOptions {
  /**
   * Objects per page; default 500. Not sent for resources without watch (stream tags, image tags): these are
   * views that cut at the limit and never give a token for the rest.
   */
  readonly pageSize?: number;
  /** The version to read at; how it is meant is said by `resourceVersionMatch`. Only the first page carries it. */
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: ResourceVersionMatch;
  /** Where to begin: the `continueToken` of a page seen earlier. */
  readonly continue?: string;
  /** Default: `restart` for `all()`, `throw` when iterating. */
  readonly onExpired?: OnExpired;
  /** True: the next page is requested while the current one is being consumed. Costs one page of memory. */
  readonly prefetch?: boolean;
}

/** What a watch accepts. */
export interface WatchOptions extends CallOptions, SelectorOptions {
  /**
   * Changes strictly after this version. Without it (or with "0") the watch begins with an ADDED event for every
   * object there is.
   */
  readonly resourceVersion?: string;
  /** Default true: BOOKMARK events are asked for and handed out. */
  readonly bookmarks?: boolean;
  /** A connection that is silent for longer is taken for dead and opened again; default: 5 s more than the server was asked to keep it. */
  readonly idleTimeoutMs?: number;
}

/** What a sync accepts. */
export interface SyncOptions extends CallOptions, SelectorOptions {
  /**
   * Whether the initial state is asked for as part of the watch instead of listed. Default true: a server that cannot
   * do so, or says it can and does not, is noticed, remembered and listed from then on.
   */
  readonly sendInitialEvents?: boolean;
  /** As in a watch. */
  readonly idleTimeoutMs?: number;
}

/** What waiting for a condition accepts. */
export interface WaitOptions {
  /** When to give up with a WaitTimeoutError, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}
