import type { ImageClient } from '@imagestream/client';

/** How do I see every image stream of a cluster, however many there are? Pages are fetched as the loop goes on. */
export async function listEverything(client: ImageClient): Promise<string[]> {
  const lines: string[] = [];
  for await (const { metadata, status } of client.imageStreams.all.list({ pageSize: 250 })) {
    const tags = status?.tags?.map((tag) => tag.tag).join(', ') ?? '';
    lines.push(`${metadata.namespace}/${metadata.name}: ${tags || 'no tags'}`);
  }
  return lines;
}
