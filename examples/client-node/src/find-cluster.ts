import { createImageClient, type ImageClient } from '@imagestream/client';
import { fromKubeconfig } from '@imagestream/client/node';
import { fakeCluster } from '@imagestream/client/testing';

/** A client, and what to call when it is no longer needed. */
export interface Found {
  readonly client: ImageClient;
  readonly isReal: boolean;
  close(): Promise<void>;
}

/** How do I reach a cluster, and how do I try a program without one? The rest of the program cannot tell them apart. */
export async function findCluster(options: { readonly context?: string }): Promise<Found> {
  if (options.context !== undefined) {
    const client = createImageClient(await fromKubeconfig({ context: options.context }));
    return { client, isReal: true, close: async () => client.close() };
  }
  const cluster = fakeCluster();
  const client = createImageClient({ baseUrl: 'http://fake', fetch: cluster.fetch });
  return { client, isReal: false, close: () => cluster.close() };
}
