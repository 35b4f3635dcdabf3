import type { EventBatch } from '@imagestream/store';

/** Revisions kept: watchers that keep up never have to read the log. */
const maxBatches = 128;

/** The newest batches, so that those who follow live need not read them back from disk. */
export class RecentBatches {
  #batches: EventBatch[] = [];

  /** Adds what was committed. Revisions follow each other without gaps. */
  add(batches: readonly EventBatch[]): void {
    this.#batches.push(...batches);
    // Cut off now and then, not each time: cutting copies the rest.
    if (this.#batches.length > 2 * maxBatches) this.#batches = this.#batches.slice(-maxBatches);
  }

  /**
   * What happened after a revision to keys with a prefix, ending with progress if the newest
   * revision did not match; `undefined` when that goes back further than what is kept.
   */
  after(revision: number, prefix: string): EventBatch[] | undefined {
    const first = this.#batches[0]?.revision;
    const newest = this.#batches.at(-1)?.revision;
    if (first === undefined || newest === undefined || revision + 1 < first) return undefined;
    return matching(this.#batches.slice(revision + 1 - first), prefix, newest);
  }
}

/** The batches with the events of a prefix only, and a last one that tells how far they reach. */
export function matching(
  batches: readonly EventBatch[],
  prefix: string,
  untilRevision: number,
): EventBatch[] {
  const found: EventBatch[] = [];
  for (const { revision, events } of batches) {
    const wanted =
      prefix === '' ? events : events.filter((event) => keyOf(event).startsWith(prefix));
    if (wanted.length > 0) found.push({ revision, events: wanted });
  }
  if (found.at(-1)?.revision !== untilRevision) found.push({ revision: untilRevision, events: [] });
  return found;
}

function keyOf(event: EventBatch['events'][number]): string {
  return event.type === 'put' ? event.current.key : event.previous.key;
}
