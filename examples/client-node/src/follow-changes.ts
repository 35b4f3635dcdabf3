import type { ImageClient } from '@imagestream/client';

/**
 * How do I follow changes without missing one? List, and watch from the version of the list. The watch resumes by itself,
 * whatever happens to its connections; it ends when the signal aborts.
 */
export async function followChanges(
  client: ImageClient,
  namespace: string,
  options: { readonly signal: AbortSignal; readonly onLine: (line: string) => void },
): Promise<void> {
  const streams = client.imageStreams.in(namespace);
  const { resourceVersion } = await streams.list({ pageSize: 1 });
  for await (const event of streams.watch({ resourceVersion, signal: options.signal })) {
    // A bookmark says "nothing new up to here"; it is what makes resuming cheap.
    if (event.type === 'BOOKMARK') continue;
    options.onLine(`${event.type} ${event.object.metadata.name}`);
  }
}
