import type { ImageStream, TagReference } from '../gen/kinds.js';
import { DEFAULT_TAG } from '../image-reference-forms.js';
import { streamTagTarget } from '../tag-history.js';

/**
 * Returns the tag of the same stream that a spec tag tracks, or undefined when it tracks none.
 *
 * Source: tag-tracking.
 */
export function trackedTag(stream: ImageStream, tag: TagReference): string | undefined {
  const target = streamTagTarget(stream, tag);
  if (target === undefined || target.stream !== (stream.metadata.name ?? '')) return undefined;
  if (target.namespace !== (stream.metadata.namespace ?? '')) return undefined;
  return target.tag || DEFAULT_TAG;
}

/**
 * Returns the spec tags so that a tag stands behind the tag it tracks, otherwise in their order. Taken in that order,
 * chains settle in one pass; the server's own order is unspecified. Tags on a cycle come in any order.
 *
 * Source: tag-tracking-order.
 */
export function sourcesFirst(stream: ImageStream, tags: readonly TagReference[]): TagReference[] {
  const byName = new Map(tags.map((tag) => [tag.name, tag]));
  const done = new Set<string>();
  const ordered: TagReference[] = [];
  for (const tag of tags) {
    const chain: TagReference[] = [];
    let next: TagReference | undefined = tag;
    while (next !== undefined && !done.has(next.name)) {
      done.add(next.name);
      chain.push(next);
      next = byName.get(trackedTag(stream, next) ?? '');
    }
    for (const link of chain.reverse()) ordered.push(link);
  }
  return ordered;
}
