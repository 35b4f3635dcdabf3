import type { ImageStream, TagReference } from '@imagestream/image-v1';

/**
 * The tags of a stream that track one of its tags: those whose spec follows it inside the stream. One hop.
 *
 * Source: tag-tracking.
 */
export function trackersOf(stream: ImageStream, tag: string): string[] {
  return (stream.spec?.tags ?? [])
    .filter((candidate) => trackedTag(stream, candidate) === tag)
    .map(({ name }) => name);
}

function trackedTag({ metadata }: ImageStream, { from }: TagReference): string | undefined {
  if (from?.kind !== 'ImageStreamTag') return undefined;
  if (from.namespace && from.namespace !== metadata.namespace) return undefined;
  const parts = (from.name ?? '').split(':');
  if (parts.length !== 2) return parts[0];
  return parts[0] === metadata.name ? parts[1] : undefined;
}
