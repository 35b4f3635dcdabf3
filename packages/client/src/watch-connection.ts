import { parseWatchEvent, type ListOptions as ListQuery, type WatchEvent } from '@imagestream/core';
import { complete, type Collection } from './collection.js';
import { withDeadline } from './deadline.js';
import { makeApiError, ProtocolError, TransportError } from './errors.js';
import { LineReader } from './line-reader.js';
import type { CallOptions } from './options.js';
import { makeList } from './request.js';
import { Watchdog } from './watchdog.js';

/** What one watch connection hands out: an ERROR of the server is thrown instead. */
export type ConnectionEvent<T> = Exclude<WatchEvent<T>, { type: 'ERROR' }>;

/** One watch connection, from its headers to its end: no recovery, no memory of what it said. */
export interface WatchConnection<T> {
  /**
   * The next event that is completely here; undefined when more has to be read. Throws an ApiError for an ERROR of the
   * server and a ProtocolError for a line that is no event.
   */
  take(): ConnectionEvent<T> | undefined;
  /**
   * Waits for more bytes; false when the server ended the stream. Throws a TransportError when the stream breaks, or
   * stays silent for longer than `idleTimeoutMs`.
   */
  read(idleTimeoutMs: number): Promise<boolean>;
  /** Ends the connection; a waiting `read` answers false. */
  close(): void;
}

/** Opens a watch connection and waits for its headers. Rejects as one attempt of any request does. */
export async function openWatch<T>(
  collection: Collection,
  query: ListQuery,
  options: CallOptions & { readonly signal: AbortSignal },
): Promise<WatchConnection<T>> {
  const { context, target } = collection;
  const { clock, transport } = context;
  const { signal, timeoutMs = context.timeoutMs } = options;
  const request = makeList(target, { ...query, watch: true }, options);
  const info = transport.describe(request);
  const fail = (type: 'network' | 'timeout', problem: string, cause?: unknown): TransportError =>
    new TransportError(type, problem, info, { cause });

  // Lives as long as the connection, unlike the deadline for its headers.
  const stop = new AbortController();
  const lines = await withDeadline(
    { clock, signal, timeoutMs, onTimeout: () => fail('timeout', `no answer in ${timeoutMs} ms`) },
    async (deadline) => {
      deadline.addEventListener('abort', () => stop.abort(deadline.reason));
      const { body } = await transport.send(request, stop.signal);
      if (body === null) throw new ProtocolError('a watch was answered without a body', info);
      const reader = new LineReader(body);
      // Too late, nobody waits for it any more.
      if (deadline.aborted) reader.cancel();
      return reader;
    },
  );

  let silence: TransportError | undefined;
  const watchdog = new Watchdog(clock, (idleMs) => {
    silence = fail('timeout', `the stream was silent for ${idleMs} ms`);
    close();
  });

  function close(): void {
    signal.removeEventListener('abort', close);
    watchdog.stop();
    lines.cancel();
    stop.abort();
  }
  signal.addEventListener('abort', close);

  return {
    take() {
      const line = lines.take();
      if (line === undefined) return undefined;
      let event: WatchEvent<T>;
      try {
        event = parseWatchEvent<T>(line);
      } catch {
        // Cut off in the middle: the event comes again when the watch resumes.
        if (lines.ended) return undefined;
        // Neither the line nor the error that quotes it: objects may hold secrets.
        throw new ProtocolError(`a line of ${line.length} characters is no watch event`, info);
      }
      if (event.type === 'ERROR') throw makeApiError(event.status, info);
      if (event.type !== 'BOOKMARK') complete(target, event.object, target.descriptor.kind);
      return event;
    },
    async read(idleTimeoutMs) {
      watchdog.start(idleTimeoutMs);
      try {
        const more = await lines.read();
        if (silence !== undefined) throw silence;
        return more;
      } catch (cause) {
        if (cause === silence || cause instanceof RangeError) throw cause;
        throw silence ?? fail('network', 'the stream broke off', cause);
      } finally {
        watchdog.pause();
      }
    },
    close,
  };
}
