/**
 * Who is to be told when a signal aborts. Many calls may share one signal; each as a listener of
 * its own would have Node warn of a leak that there is not, so that all share one.
 */
const waiting = new WeakMap<AbortSignal, Waiting>();

interface Waiting {
  readonly calls: Set<() => void>;
  readonly tellAll: () => void;
}

/** Calls `done`, which must not throw, when the signal aborts, unless `offAbort` comes first. */
export function onAbort(signal: AbortSignal | undefined, done: () => void): void {
  if (signal === undefined) return;
  let entry = waiting.get(signal);
  if (entry === undefined) {
    entry = beginWaiting();
    waiting.set(signal, entry);
  }
  if (entry.calls.size === 0) signal.addEventListener('abort', entry.tellAll, { once: true });
  entry.calls.add(done);
}

/** Takes `done` off again; nothing happens when it is not there. */
export function offAbort(signal: AbortSignal | undefined, done: () => void): void {
  const entry = signal && waiting.get(signal);
  if (entry?.calls.delete(done) !== true || entry.calls.size > 0) return;
  signal?.removeEventListener('abort', entry.tellAll);
}

function beginWaiting(): Waiting {
  const calls = new Set<() => void>();
  const tellAll = (): void => {
    const all = [...calls];
    calls.clear();
    for (const done of all) done();
  };
  return { calls, tellAll };
}
