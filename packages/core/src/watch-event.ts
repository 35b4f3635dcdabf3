import type { Status } from './gen/meta-v1.js';
import { isJsonObject } from './object.js';
import { toResourceVersion, type ResourceVersion } from './resource-version.js';
import { isStatus } from './status.js';

/**
 * One event of a watch.
 *
 * - `ADDED`, `MODIFIED`, `DELETED` carry the object; a deleted one in its last state, with the resourceVersion of the deletion.
 *   With a selector, an object that starts to match is ADDED and one that stops matching is DELETED.
 * - `BOOKMARK` promises that everything up to its resourceVersion was sent; `initialEventsEnd` marks the one
 *   that closes the initial events.
 * - `ERROR` carries the reason the server ends the stream with.
 */
export type WatchEvent<T = unknown> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }
  | {
      readonly type: 'BOOKMARK';
      readonly resourceVersion: ResourceVersion;
      readonly initialEventsEnd?: boolean;
    }
  | { readonly type: 'ERROR'; readonly status: Status };

/** The annotation of the bookmark that ends the initial events of a watch. */
export const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';

/** A line of a watch stream is not a watch event. `line` is cut to 200 characters. */
export class WatchEventError extends Error {
  override readonly name: string = 'WatchEventError';
  readonly line: string;

  constructor(problem: string, line: string, options?: ErrorOptions) {
    const shown = line.length > 200 ? `${line.slice(0, 200)}…` : line;
    super(`not a watch event: ${problem}: ${shown}`, options);
    this.line = shown;
  }
}

/**
 * Reads one line of a watch stream. The objects are not checked against a schema: the server is trusted with its own types.
 *
 * Throws a WatchEventError when the line is not JSON, has no known type, or lacks what the type needs.
 */
export function parseWatchEvent<T = unknown>(line: string): WatchEvent<T> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new WatchEventError('the line is not JSON', line, { cause });
  }
  if (!isJsonObject(value)) throw new WatchEventError('the line is not an object', line);
  const { type, object } = value;
  if (!isJsonObject(object)) throw new WatchEventError('the event has no object', line);
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      return { type, object: object as T }; // The caller names the type of the collection it watches.
    case 'BOOKMARK':
      return parseBookmark(object, line);
    case 'ERROR':
      if (!isStatus(object)) throw new WatchEventError('an ERROR event carries no Status', line);
      return { type, status: object };
    default:
      throw new WatchEventError(`unknown type ${JSON.stringify(type)}`, line);
  }
}

function parseBookmark(object: Record<string, unknown>, line: string): WatchEvent<never> {
  const metadata = isJsonObject(object['metadata']) ? object['metadata'] : {};
  const version = metadata['resourceVersion'];
  if (typeof version !== 'string' || version === '') {
    throw new WatchEventError('a BOOKMARK has no resourceVersion', line);
  }
  const annotations = isJsonObject(metadata['annotations']) ? metadata['annotations'] : {};
  return {
    type: 'BOOKMARK',
    resourceVersion: toResourceVersion(version),
    ...(annotations[INITIAL_EVENTS_END] === 'true' ? { initialEventsEnd: true } : {}),
  };
}
