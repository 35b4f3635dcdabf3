import { imageStreams, type ImageStream } from '@imagestream/image-v1';
import { onObject, type RequestContext } from '../request-context.js';
import type { ResourceDependencies, StoredRegistry } from '../resource-dependencies.js';
import type { ResourceInfo, Rest } from '../rest.js';
import {
  createInternalStreamStrategy,
  createPublicStreamStrategy,
  createStatusStreamStrategy,
} from './image-stream-strategy.js';
import { toResourceInfo, toSubresourceInfo } from './resource-info.js';
import type { StreamWriteParts } from './stream-writes.js';

/** What `imagestreams` is. */
export const imageStreamsInfo: ResourceInfo = toResourceInfo(imageStreams, [
  'spec.dockerImageRepository',
  'status.dockerImageRepository',
]);

/** The three ways to the stored streams. They differ in their rules and share everything else. */
export interface ImageStreamRegistries {
  /** For clients. */
  readonly streams: StoredRegistry<ImageStream>;
  /** For the server's own writes, which own the status. */
  readonly internal: StoredRegistry<ImageStream>;
  /** `imagestreams/status`, and the writes of mappings. */
  readonly status: StoredRegistry<ImageStream>;
}

/** Makes the registries of `imagestreams`. */
export function createImageStreamRegistries(
  dependencies: ResourceDependencies,
): ImageStreamRegistries {
  const parts: StreamWriteParts = {
    dependencies,
    readStream: (context, stream) => streams.get(onObject(context, stream), stream.name),
  };
  const streams = dependencies.registry<ImageStream>({
    info: imageStreamsInfo,
    strategy: createPublicStreamStrategy(parts),
  });
  const internal = dependencies.registry<ImageStream>({
    info: imageStreamsInfo,
    strategy: createInternalStreamStrategy(parts),
  });
  const status = dependencies.registry<ImageStream>({
    info: toSubresourceInfo(imageStreams, {
      name: 'status',
      descriptor: imageStreams.subresources.status,
    }),
    strategy: createStatusStreamStrategy(parts),
  });
  return { streams, internal, status };
}

/**
 * `imagestreams/status`: get, update and patch of the registry, and nothing else of it.
 *
 * Source: stream-status-update.
 */
export function createImageStreamStatusRest({ status }: ImageStreamRegistries): Rest<ImageStream> {
  return {
    info: status.info,
    normalize: (object) => status.normalize(object),
    get: (context: RequestContext, name) => status.get(context, name),
    // An apply may not make the stream a status is part of.
    update: (context, name, request) =>
      status.update(context, name, { ...request, mayCreate: false }),
  };
}
