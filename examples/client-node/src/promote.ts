import type { ImageClient, TagName } from '@imagestream/client';

/**
 * How do I promote what was tested, and not what the tag points to by then? Resolve the tag to a digest and tag that
 * very image.
 */
export async function promote(
  client: ImageClient,
  namespace: string,
  tags: { readonly from: TagName; readonly to: TagName },
): Promise<string> {
  const streams = client.imageStreams.in(namespace);
  const { image } = await streams.resolve(tags.from);
  const [stream] = tags.from.split(':');
  await streams.tag(tags.to, { streamImage: `${stream ?? ''}@${image}` });
  const { pullSpec } = await streams.waitForTag(tags.to, { timeoutMs: 30_000 });
  return pullSpec;
}
