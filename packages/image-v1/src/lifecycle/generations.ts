import type { ImageStream, TagReference } from '../gen/kinds.js';
import { isTagChanged, specTagsByName } from './tag-changes.js';

/**
 * Returns a new stream with the generations of a create: 1 for the stream and for every tag, whatever was sent.
 *
 * Source: generation-create.
 */
export function assignGenerationsForCreate(stream: ImageStream): ImageStream {
  return withGenerations(stream, {
    generation: 1,
    tags: (stream.spec?.tags ?? []).map((tag) => ({ ...tag, generation: 1 })),
  });
}

/**
 * Returns the new stream with the generations of an update.
 *
 * A client may send a tag generation of 0, "import again"; any other one it sends for a stored tag is replaced by the
 * stored one, null and absent included. If the spec then differs from the stored spec, the stream's generation rises
 * by one. Tags that are new, changed or without a generation get the stream's.
 *
 * Both streams are expected in their normalized form.
 *
 * Source: generation-tag-sent, generation-stream, generation-tag-assigned.
 *
 * @example
 * assignGenerationsForUpdate(sent, stored).metadata.generation; // 4
 */
export function assignGenerationsForUpdate(stream: ImageStream, old: ImageStream): ImageStream {
  const oldTags = specTagsByName(old);
  const kept = (stream.spec?.tags ?? []).map((tag) =>
    keepStoredGeneration(tag, oldTags.get(tag.name)),
  );
  const oldGeneration = old.metadata.generation ?? 0;
  const isUnchanged = isSameSpec({ ...stream, spec: { ...stream.spec, tags: kept } }, old);
  const generation = isUnchanged && oldGeneration !== 0 ? oldGeneration : oldGeneration + 1;
  const namespace = stream.metadata.namespace ?? '';
  const tags = kept.map((tag) => {
    const oldTag = oldTags.get(tag.name);
    const isFresh = oldTag === undefined || isTagChanged({ old: oldTag, new: tag }, namespace);
    return isFresh || !tag.generation ? { ...tag, generation } : tag;
  });
  return withGenerations(stream, { generation, tags });
}

/**
 * Returns the stream with the generations of a status update: the newest event of a tag that carries none gets one, the
 * tag's own when the event is news for a tag the spec knows, else the stream's.
 *
 * Source: generation-status.
 */
export function assignGenerationsForStatusUpdate(
  stream: ImageStream,
  old: ImageStream,
): ImageStream {
  const tags = stream.status?.tags;
  if (tags === undefined) return stream;
  const specTags = specTagsByName(stream);
  const oldEvents = new Map((old.status?.tags ?? []).map((tag) => [tag.tag, tag.items?.[0]]));
  const filled = tags.map((tag) => {
    const [first, ...rest] = tag.items ?? [];
    if (first === undefined || first.generation !== 0) return tag;
    const oldFirst = oldEvents.get(tag.tag);
    const isOldNews =
      oldFirst === undefined ||
      (oldFirst.image === first.image &&
        oldFirst.dockerImageReference === first.dockerImageReference &&
        oldFirst.generation <= 0);
    const ofSpec = isOldNews ? undefined : specTags.get(tag.tag)?.generation;
    const generation = ofSpec ?? stream.metadata.generation ?? 0;
    return { ...tag, items: [{ ...first, generation }, ...rest] };
  });
  return { ...stream, status: { ...stream.status, tags: filled } };
}

/** Source: generation-tag-sent. */
function keepStoredGeneration(tag: TagReference, old: TagReference | undefined): TagReference {
  if (tag.generation === 0 || old === undefined) return tag;
  return { ...tag, generation: old.generation ?? null };
}

function withGenerations(
  stream: ImageStream,
  assigned: { readonly generation: number; readonly tags: TagReference[] },
): ImageStream {
  const result: ImageStream = {
    ...stream,
    metadata: { ...stream.metadata, generation: assigned.generation },
  };
  if (stream.spec?.tags !== undefined) result.spec = { ...stream.spec, tags: assigned.tags };
  return result;
}

/**
 * Compares specs as the server does: null and empty are equal, the order of tags does not matter, generations count.
 * Normalized streams print all of that alike, so equal text means equal specs.
 *
 * Source: generation-stream.
 */
function isSameSpec(a: ImageStream, b: ImageStream): boolean {
  return JSON.stringify(comparableSpec(a)) === JSON.stringify(comparableSpec(b));
}

function comparableSpec(stream: ImageStream): unknown {
  const { lookupPolicy, dockerImageRepository, tags } = stream.spec ?? {};
  return [
    lookupPolicy?.local ?? false,
    dockerImageRepository ?? '',
    (tags ?? []).map((tag) => [
      tag.name,
      Object.entries(tag.annotations ?? {}).sort(([left], [right]) => (left < right ? -1 : 1)),
      tag.from ?? null,
      tag.reference ?? false,
      tag.generation ?? null,
      tag.importPolicy?.insecure ?? false,
      tag.importPolicy?.scheduled ?? false,
      tag.importPolicy?.importMode ?? '',
      tag.referencePolicy?.type ?? '',
    ]),
  ];
}
