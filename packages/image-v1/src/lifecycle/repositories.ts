import type { ImageStream, ImageStreamStatus } from '../gen/kinds.js';

/** The host names under which a cluster's own registry is reached. Empty or absent: there is none. */
export interface RegistryHosts {
  /** Inside the cluster. */
  readonly internal?: string;
  /** From outside. */
  readonly external?: string;
}

/** Source: repository-fields. A stream that is stored without namespace. */
const FALLBACK_NAMESPACE = 'default';

/**
 * Returns the status of a stream with its two repository addresses as the server computes them, on every write and on
 * every read. The outside address never derives from the spec.
 *
 * Source: repository-fields.
 */
export function withRepositories(stream: ImageStream, hosts: RegistryHosts): ImageStreamStatus {
  const path = `${stream.metadata.namespace || FALLBACK_NAMESPACE}/${stream.metadata.name ?? ''}`;
  const { publicDockerImageRepository: _, ...rest } = stream.status ?? {};
  const inside = hosts.internal
    ? `${hosts.internal}/${path}`
    : (stream.spec?.dockerImageRepository ?? '');
  const status: ImageStreamStatus = { ...rest, dockerImageRepository: inside };
  return hosts.external
    ? { ...status, publicDockerImageRepository: `${hosts.external}/${path}` }
    : status;
}
