import { ImportError, type ImageClient } from '@imagestream/client';

/** How do I learn that an import failed, and why, for each tag? The server answers 201 either way; the client does not. */
export async function explainImport(
  client: ImageClient,
  namespace: string,
  image: string,
): Promise<string> {
  try {
    const { images } = await client.imageStreams
      .in(namespace)
      .import('imported', { image, tag: 'latest' }, { insecure: true });
    return images.map(({ tag, image: digest }) => `${tag} is ${digest}`).join('\n');
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    return error.failures
      .map(({ tag, status }) => `${tag ?? 'the repository'}: ${status.reason}: ${status.message}`)
      .join('\n');
  }
}
