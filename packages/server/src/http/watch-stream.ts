import type { KubeObject, Status } from '@imagestream/core';
import type { BookmarkEvent, CacheEvent, ObjectEvent } from '../cache/cache-event.js';
import type { ObjectAttributes } from '../registry/object-codec.js';
import type { OpenWatch } from '../registry/stored-rest.js';
import { encodeUtf8, joinBytes, type AnswerSink, type StreamBody } from './exchange.js';

/** A change of an object as the cache tells it. */
export type WatchedEvent = ObjectEvent<KubeObject, ObjectAttributes>;

/** Turns events into the lines of one stream. */
export interface EventEncoder {
  event(event: WatchedEvent): Uint8Array;
  bookmark(bookmark: {
    readonly revision: number;
    readonly endsInitialEvents: boolean;
  }): Uint8Array;
}

/** How long a stream lasts and what it carries besides changes. */
export interface WatchStreamOptions {
  readonly encoder: EventEncoder;
  readonly bookmarks: boolean;
  /** From the start of the stream to its clean end. */
  readonly durationMs: number;
  /** Told how to end the stream when it begins; returns what to call when it is over. */
  readonly onStart: (end: () => void) => () => void;
}

const bookmarkIntervalMs = 60_000;
/** A last bookmark comes so long before the end that a client still gets it. */
const lastBookmarkLeadMs = 2000;

/** The body of a watch: one JSON line per event, until the time is up, the client leaves, or it reads too slowly. Source: server-slow-watch. */
export function watchBody(open: OpenWatch, options: WatchStreamOptions): StreamBody {
  return {
    start(sink): () => void {
      const stream = new WatchStream(open, options, sink);
      stream.run();
      return () => stream.stop();
    },
  };
}

class WatchStream {
  readonly #subscription: OpenWatch['subscription'];
  readonly #marksInitialEvents: boolean;
  readonly #options: WatchStreamOptions;
  readonly #sink: AnswerSink;
  readonly #timers: ReturnType<typeof setTimeout>[] = [];
  #paused = false;
  #over = false;
  #forget: () => void = () => undefined;

  constructor(open: OpenWatch, options: WatchStreamOptions, sink: AnswerSink) {
    this.#subscription = open.subscription;
    this.#marksInitialEvents = open.marksInitialEvents;
    this.#options = options;
    this.#sink = sink;
  }

  run(): void {
    const { durationMs, bookmarks, onStart } = this.#options;
    this.#forget = onStart(() => this.#finish());
    this.#timers.push(setTimeout(() => this.#finish(), durationMs));
    if (bookmarks) this.#scheduleBookmarks(durationMs);
    this.#subscription.onReady(() => this.#pump());
  }

  /** The client is gone: nothing more is written. */
  stop(): void {
    if (this.#over) return;
    this.#over = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#subscription.close();
    this.#forget();
  }

  #scheduleBookmarks(durationMs: number): void {
    const tick = (): void => {
      this.#subscription.bookmark();
      this.#timers.push(setTimeout(tick, bookmarkIntervalMs));
    };
    this.#timers.push(setTimeout(tick, bookmarkIntervalMs));
    if (durationMs > lastBookmarkLeadMs) {
      const last = (): void => this.#subscription.bookmark();
      this.#timers.push(setTimeout(last, durationMs - lastBookmarkLeadMs));
    }
  }

  #pump(): void {
    while (!this.#paused && !this.#over) {
      const events = this.#subscription.take();
      if (events.length === 0) break;
      const bytes = this.#encode(events);
      if (bytes.length > 0 && !this.#sink.write(bytes)) this.#pause();
    }
    const { end } = this.#subscription;
    // Who is cut off for being slow need not drain first: it may never do so.
    if (end !== undefined && (!this.#paused || end === 'slow')) this.#endWith();
  }

  #pause(): void {
    this.#paused = true;
    this.#sink.onDrain(() => {
      this.#paused = false;
      this.#pump();
    });
  }

  #encode(events: readonly CacheEvent<KubeObject, ObjectAttributes>[]): Uint8Array {
    const { encoder, bookmarks } = this.#options;
    const [first] = events;
    // Events mostly come one by one, and the line of one is the same bytes for all its watchers.
    if (events.length === 1 && first !== undefined && first.type !== 'BOOKMARK') {
      return encoder.event(first);
    }
    const lines: Uint8Array[] = [];
    for (const event of events) {
      if (event.type === 'BOOKMARK' && !(bookmarks && this.#isWanted(event))) continue;
      lines.push(event.type === 'BOOKMARK' ? encoder.bookmark(event) : encoder.event(event));
    }
    return joinBytes(lines);
  }

  #isWanted({ endsInitialEvents }: BookmarkEvent): boolean {
    return !endsInitialEvents || this.#marksInitialEvents;
  }

  /** The subscription ended by itself. A reader that was too slow is cut off, as the real server does. */
  #endWith(): void {
    if (this.#over) return;
    const { end } = this.#subscription;
    this.stop();
    if (end === 'slow') this.#sink.abort();
    else this.#sink.end();
  }

  #finish(): void {
    if (this.#over) return;
    this.#pump();
    if (this.#over) return;
    this.stop();
    this.#sink.end();
  }
}

/** A stream that says why it cannot begin: one ERROR event. Source: api-watch-too-old. */
export function errorBody(status: Status): StreamBody {
  const line = encodeUtf8(`${JSON.stringify({ type: 'ERROR', object: status })}\n`);
  return {
    start(sink): () => void {
      sink.write(line);
      sink.end();
      return () => undefined;
    },
  };
}

/** Plain JSON lines, encoded once per event whoever watches. */
export function jsonEvents(emptyObject: (bookmark: BookmarkMetadata) => KubeObject): EventEncoder {
  return {
    event: (event) => event.memo('json', () => encodeLine(event)),
    bookmark: ({ revision, endsInitialEvents }) => {
      const object = emptyObject(bookmarkMetadata(revision, endsInitialEvents));
      return encodeUtf8(`${JSON.stringify({ type: 'BOOKMARK', object })}\n`);
    },
  };
}

/** The metadata of a bookmark's object. */
export interface BookmarkMetadata {
  resourceVersion: string;
  annotations?: Record<string, string>;
}

/**
 * What a bookmark says: how far the stream has come, and whether the initial state is through.
 *
 * Source: api-watch-bookmarks.
 */
export function bookmarkMetadata(revision: number, endsInitialEvents: boolean): BookmarkMetadata {
  return {
    resourceVersion: String(revision),
    ...(endsInitialEvents ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}),
  };
}

const lineEnd = encodeUtf8('}\n');

function encodeLine({ type, entry }: WatchedEvent): Uint8Array {
  const start = encodeUtf8(`{"type":"${type}","object":`);
  const object = entry.bytes.subarray(0, -1);
  return joinBytes([start, object, lineEnd]);
}
