import { coversKey, lastSegment } from './queued-subscription.js';
import type { QueuedSubscription } from './queued-subscription.js';

/**
 * Finds the subscriptions a key concerns without asking all of them. A subscription is filed under
 * its folder (a prefix that ends with a slash, or the empty one) and its name if it has one; a key
 * lies in a handful of folders only.
 */
export class SubscriptionIndex<T extends object, A> {
  readonly #byFolder = new Map<string, Set<QueuedSubscription<T, A>>>();
  /** Those whose prefix is not a folder. */
  readonly #others = new Set<QueuedSubscription<T, A>>();

  add(subscription: QueuedSubscription<T, A>): void {
    const id = folderId(subscription);
    if (id === undefined) {
      this.#others.add(subscription);
      return;
    }
    const filed = this.#byFolder.get(id);
    if (filed === undefined) this.#byFolder.set(id, new Set([subscription]));
    else filed.add(subscription);
  }

  delete(subscription: QueuedSubscription<T, A>): void {
    const id = folderId(subscription);
    if (id === undefined) {
      this.#others.delete(subscription);
      return;
    }
    const filed = this.#byFolder.get(id);
    filed?.delete(subscription);
    if (filed?.size === 0) this.#byFolder.delete(id);
  }

  /** Calls `visit` for each subscription whose scope covers a key. */
  visit(key: string, visit: (subscription: QueuedSubscription<T, A>) => void): void {
    const name = lastSegment(key);
    for (let end = 0; ; end = key.indexOf('/', end) + 1) {
      const folder = key.slice(0, end);
      this.#byFolder.get(folder)?.forEach(visit);
      this.#byFolder.get(`${folder}\0${name}`)?.forEach(visit);
      if (key.indexOf('/', end) < 0) break;
    }
    for (const subscription of this.#others) {
      if (coversKey(subscription.scope, key)) visit(subscription);
    }
  }

  all(): QueuedSubscription<T, A>[] {
    return [...this.#byFolder.values(), this.#others].flatMap((filed) => [...filed]);
  }
}

/** NUL separates folder and name: no key contains it. */
function folderId<T extends object, A>({
  scope: { prefix, name },
}: QueuedSubscription<T, A>): string | undefined {
  if (prefix !== '' && !prefix.endsWith('/')) return undefined;
  return name === undefined ? prefix : `${prefix}\0${name}`;
}
