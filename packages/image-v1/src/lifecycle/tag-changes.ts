import type { ImageStream, TagReference } from '../gen/kinds.js';

/**
 * Tells whether a spec tag counts as changed against its stored form, so that it gets a new generation and is followed
 * again. What it points to, `reference` and the import mode count, and a generation set to 0; kind, policies and
 * annotations do not.
 *
 * An absent namespace of `from` means the namespace of the stream.
 *
 * Source: tag-changed.
 */
export function isTagChanged(
  tags: { readonly old: TagReference; readonly new: TagReference },
  namespace: string,
): boolean {
  const { from } = tags.new;
  if (from === undefined || ((from.kind ?? '') === '' && (from.name ?? '') === '')) return false;
  const oldFrom = tags.old.from;
  if ((oldFrom?.namespace || namespace) !== (from.namespace || namespace)) return true;
  if ((oldFrom?.name ?? '') !== (from.name ?? '')) return true;
  if ((tags.old.reference ?? false) !== (tags.new.reference ?? false)) return true;
  if ((tags.old.importPolicy?.importMode ?? '') !== (tags.new.importPolicy?.importMode ?? ''))
    return true;
  return isReimportRequest(tags.old, tags.new);
}

/** Both carry a generation, they differ, and the new one is 0: "import this again". Source: tag-generation-zero. */
function isReimportRequest(oldTag: TagReference, newTag: TagReference): boolean {
  const oldGeneration = oldTag.generation ?? undefined;
  return oldGeneration !== undefined && oldGeneration !== 0 && newTag.generation === 0;
}

/** Returns the spec tags of a stream by name. The stream is expected in its normalized form. */
export function specTagsByName(stream: ImageStream | undefined): Map<string, TagReference> {
  return new Map((stream?.spec?.tags ?? []).map((tag) => [tag.name, tag]));
}

/**
 * Returns the spec tags that are new or changed against the stored stream, in the order of the stream. Without a stored
 * stream, all of them.
 *
 * Source: tag-changed.
 */
export function changedTags(stream: ImageStream, old: ImageStream | undefined): TagReference[] {
  const oldTags = specTagsByName(old);
  const namespace = stream.metadata.namespace ?? '';
  return (stream.spec?.tags ?? []).filter((tag) => {
    const oldTag = oldTags.get(tag.name);
    return oldTag === undefined || isTagChanged({ old: oldTag, new: tag }, namespace);
  });
}
