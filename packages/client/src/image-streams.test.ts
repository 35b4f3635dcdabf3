import { expect, test } from 'vitest';
import { createImageClient, ImportError, UnresolvedTagError } from './index.js';
import { json, scriptedServer, type Answer } from './scripted-server.test-support.js';

function cluster(...answers: [Answer, ...Answer[]]) {
  const server = scriptedServer(...answers);
  const client = createImageClient({ baseUrl: 'http://cluster.test', fetch: server.fetch });
  return { server, streams: client.imageStreams.in('web') };
}

const success = { status: 'Success' };
const image = (name: string): object => ({
  metadata: { name },
  dockerImageReference: `quay.io/acme/app@${name}`,
});
const notFound = { status: 'Failure', reason: 'NotFound', message: 'no such image', code: 404 };

/** An import as it comes back: the request with a status. */
const answerImport =
  (status: object): Answer =>
  ({ body }) =>
    json({ ...(body as object), status }, { status: 201 });

test('an import says what it brought, under the tags that were asked for', async () => {
  const { server, streams } = cluster(
    answerImport({
      import: { metadata: { name: 'app' } },
      images: [{ status: success, tag: '1.2.3', image: image('sha256:1') }],
    }),
  );
  const from = { image: 'quay.io/acme/app:1.2.3', tag: 'latest' };
  expect(await streams.import('app', from, { scheduled: true, fieldManager: 'ci' })).toEqual({
    imageStream: { metadata: { name: 'app' } },
    images: [
      { tag: 'latest', image: 'sha256:1', dockerImageReference: 'quay.io/acme/app@sha256:1' },
    ],
  });
  expect(server.requests[0]).toMatchObject({
    method: 'POST',
    path: '/apis/image.openshift.io/v1/namespaces/web/imagestreamimports',
    query: { fieldManager: 'ci' },
    body: {
      kind: 'ImageStreamImport',
      metadata: { name: 'app' },
      spec: {
        import: true,
        images: [
          {
            from: { kind: 'DockerImage', name: 'quay.io/acme/app:1.2.3' },
            to: { name: 'latest' },
            importPolicy: { scheduled: true },
          },
        ],
      },
    },
  });
});

test('a repository import of which one tag failed names that tag', async () => {
  const { streams } = cluster(
    answerImport({
      import: { metadata: { name: 'app' } },
      repository: {
        status: { status: 'Failure', reason: 'ImportFailed', message: 'one of the images …' },
        images: [
          { status: success, tag: 'a', image: image('sha256:1') },
          { status: notFound, tag: 'b' },
        ],
      },
    }),
  );
  const error: unknown = await streams
    .import('app', { repository: 'quay.io/acme/app' })
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ImportError);
  expect(error).toMatchObject({
    message: 'importing into app failed: b: no such image',
    failures: [{ tag: 'b', status: notFound }],
  });
});

test('a repository that could not be read at all is one failure without a tag', async () => {
  const { streams } = cluster(answerImport({ repository: { status: notFound } }));
  await expect(streams.import('app', { repository: 'quay.io/acme/app' })).rejects.toMatchObject({
    message: 'importing into app failed: no such image',
    failures: [{ status: notFound }],
  });
});

test('an entry the server left empty is a failure, not a success', async () => {
  const { streams } = cluster(answerImport({ images: [{ status: {} }] }));
  await expect(
    streams.import('app', { image: 'quay.io/acme/app', tag: 'x' }),
  ).rejects.toMatchObject({ failures: [{ tag: 'x', status: {} }] });
});

test('tagging is one blind write of the tag, whoever was there', async () => {
  const { server, streams } = cluster(({ body }) => json(body));
  await streams.tag('app:prod', { tag: 'base:latest', namespace: 'other' });
  await streams.tag('app:pin', { streamImage: 'app@sha256:1' }, { referencePolicy: 'Local' });
  await streams.tag('app:dev', { image: 'quay.io/a/b:1' }, { insecure: true });
  expect(server.requests.map(({ method, path }) => `${method} ${path.split('/').pop()}`)).toEqual([
    'PUT app:prod',
    'PUT app:pin',
    'PUT app:dev',
  ]);
  expect(server.requests.map(({ body }) => (body as { tag: object }).tag)).toEqual([
    {
      name: 'prod',
      from: { kind: 'ImageStreamTag', name: 'base:latest', namespace: 'other' },
      importPolicy: {},
    },
    {
      name: 'pin',
      from: { kind: 'ImageStreamImage', name: 'app@sha256:1' },
      importPolicy: {},
      referencePolicy: { type: 'Local' },
    },
    {
      name: 'dev',
      from: { kind: 'DockerImage', name: 'quay.io/a/b:1' },
      importPolicy: { insecure: true },
    },
  ]);
});

const DIGEST = `sha256:${'a'.repeat(64)}`;
const stream = (spec: object, condition?: object): object => ({
  metadata: { name: 'app', namespace: 'web', resourceVersion: '5' },
  spec: {
    tags: [
      { name: 'latest', generation: 2, from: { kind: 'DockerImage', name: 'q/a/b:1' }, ...spec },
    ],
  },
  status: {
    dockerImageRepository: 'registry.svc:5000/web/app',
    tags: [
      {
        tag: 'latest',
        items: [{ image: DIGEST, dockerImageReference: `quay.io/a/b@${DIGEST}`, generation: 2 }],
        conditions: condition === undefined ? [] : [condition],
      },
    ],
  },
});

test('a tag is resolved as its reference policy says', async () => {
  const { streams } = cluster(
    () => json(stream({})),
    () => json(stream({ referencePolicy: { type: 'Local' } })),
  );
  expect(await streams.resolve('app:latest')).toEqual({
    image: DIGEST,
    pullSpec: `quay.io/a/b@${DIGEST}`,
    generation: 2,
  });
  expect((await streams.resolve('app:latest')).pullSpec).toBe(
    `registry.svc:5000/web/app@${DIGEST}`,
  );
});

test('a tag without an image says whether one is on its way', async () => {
  const { streams } = cluster(() => json({ ...stream({}), status: { tags: [] } }));
  const error: unknown = await streams.resolve('app:latest').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UnresolvedTagError);
  expect(error).toMatchObject({
    message: 'app:latest has no image yet: its import is due',
    state: { type: 'pending' },
  });
});

const listOf = (object: object): Response =>
  json({ kind: 'ImageStreamList', metadata: { resourceVersion: '5' }, items: [object] });

test('waiting for a tag ends at once when its import is reported failed', async () => {
  const condition = {
    type: 'ImportSuccess',
    status: 'False',
    reason: 'NotFound',
    message: 'gone',
    generation: 3,
  };
  const { streams } = cluster(() => listOf(stream({ generation: 3 }, condition)));
  await expect(streams.waitForTag('app:latest', { timeoutMs: 5000 })).rejects.toMatchObject({
    name: 'ImportError',
    failures: [{ tag: 'latest', status: { reason: 'NotFound', message: 'gone' } }],
  });
});

test('waiting for another image does not take the one that is there', async () => {
  const { streams } = cluster(
    () => listOf(stream({})),
    () => new Response(new ReadableStream()),
  );
  const wait = { timeoutMs: 500, differentFrom: DIGEST };
  await expect(streams.waitForTag('app:latest', wait)).rejects.toMatchObject({ observed: 1 });
});

test('a name that is no tag is refused with the server’s words', async () => {
  const { streams } = cluster(() => json({}));
  await expect(streams.resolve('a:b:c')).rejects.toThrow('expected exactly one : delimiter');
});
