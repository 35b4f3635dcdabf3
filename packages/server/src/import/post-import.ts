import { isStatus, StatusError } from '@imagestream/core';
import type { ImageStreamImport } from '@imagestream/image-v1';

/** The manager under which a cluster's controllers write. */
const CONTROLLER_USER_AGENT = 'openshift-controller-manager';

/**
 * Returns how the background importer posts imports to a server: as a request like any other, made by the controllers of
 * the cluster. What it posts rejects with a StatusError when the server refuses.
 */
export function createImportPoster(
  fetch: (request: Request) => Promise<Response>,
): (request: ImageStreamImport, signal: AbortSignal) => Promise<void> {
  return async (request, signal) => {
    const { namespace = '' } = request.metadata;
    const path = `/apis/image.openshift.io/v1/namespaces/${encodeURIComponent(namespace)}/imagestreamimports`;
    const response = await fetch(
      new Request(`http://server${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'user-agent': CONTROLLER_USER_AGENT },
        body: JSON.stringify(request),
        signal,
      }),
    );
    const body: unknown = await response.json();
    if (response.ok) return;
    if (isStatus(body)) throw new StatusError(body);
    throw new Error(
      `importing for ${namespace}/${request.metadata.name ?? ''} was answered with ${response.status}`,
    );
  };
}
