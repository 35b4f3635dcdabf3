import type { NamedTagEventList, TagEvent } from '../gen/kinds.js';

/**
 * Returns the history of a tag with an event added, or undefined when the event is already the newest one and nothing
 * changes.
 *
 * An event that shares image or reference with the newest one updates it in place and keeps its time; one that differs
 * in both goes in front. Either way the tag's conditions are gone. Older events are never compared, and a history has
 * no limit.
 *
 * Source: tag-event-add.
 *
 * @example
 * addTagEvent(undefined, { tag: 'latest', event }); // { tag: 'latest', items: [event] }
 */
export function addTagEvent(
  history: NamedTagEventList | undefined,
  added: { readonly tag: string; readonly event: TagEvent },
): NamedTagEventList | undefined {
  const { tag, event } = added;
  const [newest, ...older] = history?.items ?? [];
  if (newest === undefined) return { tag, items: [event] };
  const isSameReference = newest.dockerImageReference === event.dockerImageReference;
  const isSameImage = newest.image === event.image;
  if (!isSameReference && !isSameImage) return { tag, items: [event, newest, ...older] };
  if (isSameReference && isSameImage && newest.generation === event.generation) return undefined;
  return { tag, items: [{ ...event, created: newest.created }, ...older] };
}

/** Tells whether two events say the same, time included. Source: tag-tracking. */
export function isSameTagEvent(a: TagEvent | undefined, b: TagEvent | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.created === b.created &&
    a.dockerImageReference === b.dockerImageReference &&
    a.image === b.image &&
    a.generation === b.generation
  );
}
