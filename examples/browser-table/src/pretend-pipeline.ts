import type { ImageClient } from '@imagestream/client';

/** A digest that nobody else has, from a counter. The factor spreads neighbours far apart. */
const digestOf = (n: number): string =>
  `sha256:${((n * 2_654_435_761) >>> 0).toString(16).padStart(8, '0').repeat(8)}`;

/** Pushes one more image to a tag, as a build does: a new event in the tag's history. */
export async function pushImage(
  client: ImageClient,
  push: {
    readonly namespace: string;
    readonly stream: string;
    readonly tag: string;
    readonly n: number;
  },
): Promise<void> {
  const { namespace, stream, tag, n } = push;
  const streams = client.imageStreams.in(namespace);
  if ((await streams.getOrUndefined(stream)) === undefined) {
    await streams.create({ metadata: { name: stream } });
  }
  const digest = digestOf(n);
  await client.imageStreamMappings.in(namespace).create({
    metadata: { name: stream },
    tag,
    image: {
      apiVersion: 'image.openshift.io/v1',
      kind: 'Image',
      metadata: { name: digest },
      dockerImageReference: `registry.example.com/${namespace}/${stream}@${digest}`,
    },
  });
}
