/** What clients did to objects and what they were told, as one process saw it. */

/** An object as an answer or an event shows it. `put` and `patch` name the writes it carries; none is ''. */
export interface Version {
  readonly rv: number;
  readonly uid: string;
  /** The create or update that wrote the whole object. */
  readonly put: string;
  /** The patch that came last since. */
  readonly patch: string;
}

/** What was asked for. Every write carries an id that no other write has. */
export type Request =
  | { readonly type: 'create'; readonly put: string }
  /** A whole object over a version that was seen: compare-and-swap. */
  | {
      readonly type: 'update';
      readonly put: string;
      readonly patch: string;
      readonly expectedRv: number;
    }
  /** Changes `patch` alone, whatever the rest is. */
  | { readonly type: 'patch'; readonly patch: string }
  | { readonly type: 'delete'; readonly expectedRv?: number; readonly expectedUid?: string }
  /** A consistent read. */
  | { readonly type: 'read' };

/**
 * What came of it. `refused`: the server said that it did nothing, or was not reached. `unknown`: it took effect at some
 * moment after it was sent, or never.
 */
export type Outcome =
  | { readonly type: 'ok'; readonly version: Version }
  | { readonly type: 'deleted'; readonly uid?: string }
  | { readonly type: 'NotFound' }
  | { readonly type: 'Conflict' }
  | { readonly type: 'AlreadyExists' }
  | { readonly type: 'refused' }
  | { readonly type: 'unknown' };

/** One operation on one object. */
export interface Operation {
  /** Counts from 0 over all objects, in the order they were sent. */
  readonly id: number;
  readonly key: string;
  /** Who did it, and where. */
  readonly by: string;
  readonly request: Request;
  readonly outcome: Outcome;
  /** Ticks of one clock that never shows the same twice: one operation was over before another if its `returned` is less. */
  readonly invoked: number;
  /** Infinity when no answer came. */
  readonly returned: number;
}

/** A list that was read at one moment, page by page or at once. */
export interface ListReading {
  readonly by: string;
  /** Whether it had to be as new as anything that was known when it was asked for. */
  readonly consistent: boolean;
  /** What it was asked to be at least as new as. */
  readonly notOlderThan: number;
  readonly rv: number;
  readonly items: ReadonlyMap<string, Version>;
  readonly invoked: number;
  readonly returned: number;
}

/** The ids a request writes. */
export function writerOf(request: Request): string | undefined {
  switch (request.type) {
    case 'create':
    case 'update':
      return request.put;
    case 'patch':
      return request.patch;
    case 'delete':
    case 'read':
      return undefined;
  }
}

/** One line for people. */
export function describeOperation(operation: Operation): string {
  const { id, key, by, invoked, returned } = operation;
  const time = `[${invoked}, ${returned === Infinity ? '…' : returned}]`;
  return `#${id} ${time} ${by} ${key}: ${describeRequest(operation.request)} -> ${describeOutcome(operation.outcome)}`;
}

function describeRequest(request: Request): string {
  switch (request.type) {
    case 'create':
      return `create ${request.put}`;
    case 'update':
      return `update ${request.put}/${request.patch} over ${request.expectedRv}`;
    case 'patch':
      return `patch ${request.patch}`;
    case 'delete':
      return `delete${request.expectedRv === undefined ? '' : ` version ${request.expectedRv}`}${
        request.expectedUid === undefined ? '' : ` uid ${request.expectedUid}`
      }`;
    case 'read':
      return 'read';
  }
}

function describeOutcome(outcome: Outcome): string {
  if (outcome.type === 'deleted') return `deleted ${outcome.uid ?? ''}`;
  return outcome.type === 'ok' ? describeVersion(outcome.version) : outcome.type;
}

/** A version in a few characters. */
export function describeVersion({ rv, uid, put, patch }: Version): string {
  return `${rv} ${put}/${patch} (${uid})`;
}
