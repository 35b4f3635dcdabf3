/**
 * What a promise gives, unless that takes longer than a limit in milliseconds: then it rejects with what `late` makes. The
 * promise goes on by itself; nobody is told of its outcome.
 */
export function within<T>(promise: Promise<T>, limitMs: number, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), limitMs);
    const stop = (): void => clearTimeout(timer);
    promise.then(resolve, reject);
    promise.then(stop, stop);
  });
}
