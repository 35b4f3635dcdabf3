import type { Collection } from './collection.js';
import { withDeadline } from './deadline.js';
import { WaitTimeoutError } from './errors.js';
import type { WaitOptions } from './options.js';
import { Syncer } from './sync.js';
import type { SyncEvent } from './verbs.js';

/** Follows one object until `test` has an answer. See `Watch.waitFor`. */
export function waitFor<T, R>(
  collection: Collection,
  name: string,
  test: (object: T | undefined) => R | undefined | false,
  { timeoutMs, signal }: WaitOptions,
): Promise<R> {
  const { clock } = collection.context;
  let last: T | undefined;
  let observed = 0;
  const onTimeout = (): WaitTimeoutError =>
    new WaitTimeoutError(
      `waiting for ${collection.target.descriptor.plural} ${JSON.stringify(name)}`,
      timeoutMs,
      last,
      observed,
    );
  return withDeadline({ clock, signal, timeoutMs, onTimeout }, async (inner) => {
    // One object is listed faster than it is streamed, and every server can do that.
    const events = new Syncer<T>(collection, {
      fieldSelector: `metadata.name=${name}`,
      sendInitialEvents: false,
      signal: inner,
    });
    for await (const event of events) {
      last = stateAfter(event, last);
      if (event.type === 'RESTART' || event.type === 'INIT') continue;
      observed++;
      const answer = test(last);
      if (answer !== undefined && answer !== false) return answer;
    }
    // The events only end when the signal has aborted; the reason is whatever the one who aborted chose.
    throw inner.reason;
  });
}

function stateAfter<T>(event: SyncEvent<T>, before: T | undefined): T | undefined {
  switch (event.type) {
    case 'RESTART':
    case 'DELETED':
      return undefined;
    case 'SYNCED':
      return before;
    case 'INIT':
    case 'ADDED':
    case 'MODIFIED':
      return event.object;
  }
}
