import type { ImageStream, TagEventCondition } from './gen/kinds.js';
import { findSpecTag, findStatusTag } from './tag-history.js';

/** How far the import of a tag is. */
export type TagImportState =
  /** The tag is not imported: no DockerImage source, or marked as a mere reference. */
  | { readonly type: 'notImported' }
  /** The spec is newer than the history; nobody has reported a result for it yet. */
  | { readonly type: 'pending'; readonly generation: number }
  /** The history is as new as the spec. */
  | { readonly type: 'imported'; readonly generation: number }
  /** The last import failed; the condition says why. */
  | { readonly type: 'failed'; readonly condition: TagEventCondition };

/**
 * Says from generations and conditions whether the import of a tag is pending, done or failed.
 *
 * A failure counts for the spec it was reported for: once the tag's generation rises above the condition's, the
 * import is pending again. A tag without generation is as old as its history.
 *
 * Source: tag-import-pending, tag-import-condition.
 *
 * @example
 * tagImportState(stream, 'latest'); // { type: 'pending', generation: 3 }
 */
export function tagImportState(stream: ImageStream, tag: string): TagImportState {
  const spec = findSpecTag(stream, tag);
  if (spec?.from?.kind !== 'DockerImage' || spec.reference === true) return { type: 'notImported' };
  const status = findStatusTag(stream, tag);
  const imported = status?.items?.[0]?.generation;
  const wanted = spec.generation ?? imported ?? 0;
  const condition = failedImport(status?.conditions ?? []);
  if (condition !== undefined && condition.generation >= wanted)
    return { type: 'failed', condition };
  if (imported !== undefined && imported >= wanted)
    return { type: 'imported', generation: imported };
  return { type: 'pending', generation: wanted };
}

/** Returns the condition that reports a failed import, if there is one. Source: tag-import-condition. */
export function failedImport(
  conditions: readonly TagEventCondition[],
): TagEventCondition | undefined {
  return conditions.find(({ type, status }) => type === 'ImportSuccess' && status === 'False');
}
