import type { ImageStream, ImageStreamStatus } from '../gen/kinds.js';
import { formatImageReference } from '../image-reference-forms.js';

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
  const { publicDockerImageRepository: _, ...rest } = stream.status ?? {};
  const inside = hosts.internal
    ? repositoryIn(hosts.internal, stream)
    : (stream.spec?.dockerImageRepository ?? '');
  const outside = hosts.external ? repositoryIn(hosts.external, stream) : '';
  const status: ImageStreamStatus = { ...rest, dockerImageRepository: inside };
  return outside === '' ? status : { ...status, publicDockerImageRepository: outside };
}

/** Without a name, as in bookmarks, there is no address. */
function repositoryIn(registry: string, stream: ImageStream): string {
  const { namespace, name = '' } = stream.metadata;
  return formatImageReference(
    { registry, namespace: namespace || FALLBACK_NAMESPACE, name, tag: '', id: '' },
    'string',
  );
}
