import { ConflictError, isApiError, type ImageClient } from '@imagestream/client';

/**
 * How do I change an object that others change too? `modify` reads, changes and writes, again when somebody was faster;
 * `apply` states which fields are mine and is told when they are somebody else's.
 */
export async function changeTogether(
  client: ImageClient,
  namespace: string,
  name: string,
): Promise<string> {
  const streams = client.imageStreams.in(namespace);
  await streams.modify(name, (stream) => {
    (stream.metadata.annotations ??= {})['example.com/seen'] = 'yes';
  });
  const mine = { metadata: { name }, spec: { lookupPolicy: { local: true } } };
  await streams.apply(mine, { fieldManager: 'team-a' });
  const theirs = { metadata: { name }, spec: { lookupPolicy: { local: false } } };
  try {
    await streams.apply(theirs, { fieldManager: 'team-b' });
    return 'nobody minded';
  } catch (error) {
    // Either test works; the second one also across two installs of the client.
    if (error instanceof ConflictError || isApiError(error, 'Conflict')) return error.message;
    throw error;
  }
}
