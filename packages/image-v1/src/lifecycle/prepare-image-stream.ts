import type { ImageStream } from '../gen/kinds.js';
import {
  assignGenerationsForCreate,
  assignGenerationsForStatusUpdate,
  assignGenerationsForUpdate,
} from './generations.js';
import { type RegistryHosts, withRepositories } from './repositories.js';

/**
 * Returns a stream as the server prepares it for a create: the status that was sent is thrown away, all generations
 * are 1.
 *
 * Expects the stream normalized. {@link followTags} comes next.
 *
 * Source: stream-create-status, generation-create.
 */
export function prepareImageStreamForCreate(
  stream: ImageStream,
  hosts: RegistryHosts,
): ImageStream {
  const fresh: ImageStream = { ...stream, status: {} };
  return assignGenerationsForCreate({ ...fresh, status: withRepositories(fresh, hosts) });
}

/**
 * Returns a stream as the server prepares it for an update by a client: the status is the stored one, generations
 * follow from what changed.
 *
 * Expects both streams normalized. {@link followTags} comes next.
 *
 * Source: stream-update-status, generation-stream.
 */
export function prepareImageStreamForUpdate(
  stream: ImageStream,
  options: { readonly old: ImageStream; readonly hosts: RegistryHosts },
): ImageStream {
  const { old, hosts } = options;
  const kept: ImageStream = { ...stream, status: old.status ?? {} };
  return assignGenerationsForUpdate({ ...kept, status: withRepositories(kept, hosts) }, old);
}

/**
 * Returns a stream as the server prepares it for an update by another resource, a stream tag or an import: like an
 * update by a client, but with the status as given, tags without items and conditions dropped.
 *
 * Source: stream-internal-update.
 */
export function prepareImageStreamForInternalUpdate(
  stream: ImageStream,
  options: { readonly old: ImageStream; readonly hosts: RegistryHosts },
): ImageStream {
  const { tags = [], ...rest } = stream.status ?? {};
  const filled = tags.filter(
    (tag) => (tag.items ?? []).length > 0 || (tag.conditions ?? []).length > 0,
  );
  const status = filled.length > 0 ? { ...rest, tags: filled } : rest;
  const kept: ImageStream = { ...stream, status };
  return assignGenerationsForUpdate(
    { ...kept, status: withRepositories(kept, options.hosts) },
    options.old,
  );
}

/**
 * Returns a stream as the server prepares it for an update of its status: tags and repository of the spec are the
 * stored ones, the lookup policy is the one that was sent. Newest events without generation get one.
 *
 * Source: stream-status-update, generation-status.
 */
export function prepareImageStreamForStatusUpdate(
  stream: ImageStream,
  old: ImageStream,
): ImageStream {
  const { tags: _, dockerImageRepository: __, ...policy } = stream.spec ?? {};
  const spec = { ...policy };
  const kept: ImageStream = { ...stream, spec };
  if (old.spec?.tags !== undefined) kept.spec = { ...kept.spec, tags: old.spec.tags };
  if (old.spec?.dockerImageRepository !== undefined) {
    kept.spec = { ...kept.spec, dockerImageRepository: old.spec.dockerImageRepository };
  }
  const { generation: ___, ...metadata } = stream.metadata;
  const generation = old.metadata.generation;
  kept.metadata = generation === undefined ? metadata : { ...metadata, generation };
  return assignGenerationsForStatusUpdate(kept, old);
}
