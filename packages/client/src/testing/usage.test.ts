/** The tour of the README and more, on the reference server: what a user writes, and what does not compile. */
import type { ImageStream } from '@imagestream/image-v1';
import { images, imageStreams, imageStreamTags } from '@imagestream/image-v1';
import { afterAll, beforeAll, expect, expectTypeOf, test } from 'vitest';
import {
  connect,
  ConflictError,
  createCache,
  createImageClient,
  ImportError,
  jsonPatch,
  listObjects,
  mergePatch,
  NotFoundError,
  strategicPatch,
  UnresolvedTagError,
  watchObjects,
  type ImageClient,
} from '../index.js';
import { fakeCluster, type FakeCluster } from './index.js';

let cluster: FakeCluster;
let client: ImageClient;
beforeAll(() => {
  cluster = fakeCluster();
  client = createImageClient({ baseUrl: 'http://fake', fetch: cluster.fetch });
});
afterAll(() => cluster.close());

let namespaces = 0;
/** A namespace of its own for each test. */
const inNew = () => client.imageStreams.in(`team-${++namespaces}`);

const DIGEST = `sha256:${'a'.repeat(64)}`;

test('create, get, modify, patch in three ways, apply, delete', async () => {
  const streams = inNew();
  const app = await streams.create(
    { metadata: { name: 'app' }, spec: { lookupPolicy: { local: true } } },
    { fieldManager: 'ci' },
  );
  expect(app).toMatchObject({ kind: 'ImageStream', spec: { lookupPolicy: { local: true } } });

  await streams.patch('app', mergePatch({ metadata: { labels: { tier: 'web' } } }));
  await streams.patch(
    'app',
    strategicPatch({
      spec: { tags: [{ name: 'a', from: { kind: 'DockerImage', name: 'quay.io/a/b:c' } }] },
    }),
  );
  const dry = await streams.patch(
    'app',
    jsonPatch([{ op: 'remove', path: '/metadata/labels/tier' }]),
    { dryRun: true },
  );
  expect(dry.metadata.labels ?? {}).toEqual({});
  await streams.modify('app', (stream) => {
    (stream.metadata.annotations ??= {})['seen'] = 'yes';
  });
  const stream = await streams.get('app');
  expect(stream.metadata).toMatchObject({ labels: { tier: 'web' }, annotations: { seen: 'yes' } });
  expect(stream.spec?.tags?.map((tag) => tag.name)).toEqual(['a']);

  await streams.apply(
    { metadata: { name: 'app' }, spec: { lookupPolicy: { local: false } } },
    { fieldManager: 'gitops', force: true },
  );
  expect((await streams.get('app')).spec?.lookupPolicy).toEqual({ local: false });
  await streams.delete('app', { propagationPolicy: 'Background' });
  expect(await streams.getOrUndefined('app')).toBeUndefined();
});

test('an update with an old version is a ConflictError, and modify tries again', async () => {
  const streams = inNew();
  const old = await streams.create({ metadata: { name: 'app' } });
  await streams.patch('app', mergePatch({ metadata: { labels: { a: '1' } } }));
  await expect(streams.update(old)).rejects.toBeInstanceOf(ConflictError);

  let attempts = 0;
  const changed = await streams.modify('app', (stream) => {
    attempts++;
    if (attempts === 1) return { ...stream, metadata: { ...old.metadata, labels: { b: '2' } } };
    return { ...stream, metadata: { ...stream.metadata, labels: { b: '2' } } };
  });
  expect([attempts, changed.metadata.labels]).toEqual([2, { b: '2' }]);
});

test('tags are set, followed, resolved to a digest, waited for and removed', async () => {
  const namespace = `team-${++namespaces}`;
  const streams = client.imageStreams.in(namespace);
  await streams.create({ metadata: { name: 'app' } });
  await expect(streams.resolve('app:latest')).rejects.toBeInstanceOf(UnresolvedTagError);
  const waiting = streams.waitForTag('app:latest', { timeoutMs: 10_000 });
  const answer = await client.imageStreamMappings.in(namespace).create({
    metadata: { name: 'app' },
    tag: 'latest',
    image: {
      apiVersion: 'image.openshift.io/v1',
      kind: 'Image',
      metadata: { name: DIGEST },
      dockerImageReference: `quay.io/acme/app@${DIGEST}`,
    },
  });
  expect(answer.status).toBe('Success');
  expect(await waiting).toMatchObject({ image: DIGEST });
  await streams.tag('app:prod', { tag: 'app:latest' });
  expect(await streams.resolve('app:prod')).toMatchObject({
    image: DIGEST,
    pullSpec: `quay.io/acme/app@${DIGEST}`,
  });
  await streams.untag('app:prod');
  await expect(streams.untag('app:prod')).rejects.toBeInstanceOf(NotFoundError);
});

test('an import that fails is an ImportError with a Status per tag, though the answer was 201', async () => {
  const error: unknown = await inNew()
    .import('app', { image: '127.0.0.1:1/acme/app:1.2', tag: '1.2' }, { insecure: true })
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ImportError);
  expect((error as ImportError).failures).toMatchObject([
    { tag: '1.2', status: { status: 'Failure' } },
  ]);
});

test('deleteCollection answers what was deleted, complete objects', async () => {
  const streams = inNew();
  for (const name of ['a', 'b']) {
    await streams.create({ metadata: { name, labels: { name } } });
  }
  const deleted = await streams.deleteCollection({ labelSelector: 'name=a' });
  expect(deleted).toMatchObject([{ kind: 'ImageStream', metadata: { name: 'a' } }]);
  expect((await streams.list().all()).map((stream) => stream.metadata.name)).toEqual(['b']);
});

test('subresources: status, layers, secrets', async () => {
  const streams = inNew();
  await streams.create({ metadata: { name: 'app' } });
  expect((await streams.status.get('app')).kind).toBe('ImageStream');
  expect((await streams.layers.get('app')).kind).toBe('ImageStreamLayers');
  expect((await streams.secrets.get('app')).kind).toBe('SecretList');
});

test('the 3.x surface shows the same objects, and what it lacks is refused', async () => {
  const old = createImageClient({ baseUrl: 'http://fake', fetch: cluster.fetch, legacy: true });
  const namespace = `team-${++namespaces}`;
  const made = await old.imageStreams.in(namespace).create({ metadata: { name: 'app' } });
  expect(made.apiVersion).toBe('image.openshift.io/v1');
  expect(cluster.requests.at(-1)?.url).toContain(`/oapi/v1/namespaces/${namespace}/imagestreams`);
  const all = await old.imageStreams.in(namespace).list().all();
  expect(all.map(({ apiVersion, kind }) => [apiVersion, kind])).toEqual([
    ['image.openshift.io/v1', 'ImageStream'],
  ]);
  await expect(
    old.imageStreams.in(namespace).create({ metadata: { name: 'b' } }, { dryRun: true }),
  ).rejects.toThrow(TypeError);
});

test('any resource of which there is a descriptor has a handle with its verbs', async () => {
  const handle = client.resource(imageStreams).in(`team-${++namespaces}`);
  const made: ImageStream = await handle.create({ metadata: { name: 'app' } });
  expect((await handle.get('app')).metadata.uid).toBe(made.metadata.uid);
  expect(Object.keys(client.resource(imageStreamTags).in('x'))).not.toContain('watch');
  expect(await client.resource(images).list({ pageSize: 1 })).toBeDefined();
});

test('list and watch are there as functions too', async () => {
  const connection = connect({ baseUrl: 'http://fake', fetch: cluster.fetch });
  const namespace = `team-${++namespaces}`;
  await client.imageStreams.in(namespace).create({ metadata: { name: 'app' } });
  const all: ImageStream[] = await listObjects(connection, imageStreams, { namespace }).all();
  expect(all.map((stream) => stream.metadata.name)).toEqual(['app']);
  for await (const event of watchObjects(connection, imageStreams, { namespace })) {
    expect(event).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'app' } } });
    break;
  }
});

test('a cache follows one namespace', async () => {
  const streams = inNew();
  await streams.create({ metadata: { name: 'app' } });
  const cache = createCache(streams);
  await cache.ready;
  expect(cache.list().map((stream) => stream.metadata.name)).toEqual(['app']);
  cache.close();
  await cache.done;
});

test('a name that is no name is refused before anything is sent', async () => {
  const streams = inNew();
  const sent = cluster.requests.length;
  for (const name of ['', '.', '..']) await expect(streams.delete(name)).rejects.toThrow(TypeError);
  await expect(client.imageStreams.in('..').get('app')).rejects.toThrow(TypeError);
  expect(cluster.requests).toHaveLength(sent);
});

test('verbs the API does not have are neither in the type nor in the object', () => {
  const tags = client.imageStreamTags.in('web');
  const imports = client.imageStreamImports.in('web');
  expectTypeOf(tags).not.toHaveProperty('watch');
  expectTypeOf(imports).not.toHaveProperty('get');
  expectTypeOf(client.imageStreams.all).not.toHaveProperty('create');
  expectTypeOf(client.imageStreamImages).not.toHaveProperty('all');
  expect([Object.keys(tags), Object.keys(imports)]).toEqual([
    ['create', 'delete', 'get', 'getOrUndefined', 'list', 'patch', 'apply', 'update', 'modify'],
    ['create'],
  ]);
});

/** Never run: that it compiles is the test. */
export function doesNotCompile(): void {
  const streams = client.imageStreams.in('web');
  // @ts-expect-error A tag name has a colon.
  void streams.tag('app', { image: 'quay.io/acme/app:1' });
  // @ts-expect-error Apply needs to know who applies.
  void streams.apply({ metadata: { name: 'app' } }, {});
  // @ts-expect-error The status is not for appliers.
  void streams.apply({ metadata: { name: 'app' }, status: {} }, { fieldManager: 'ci' });
  // @ts-expect-error A label is a text.
  void streams.patch('app', mergePatch({ metadata: { labels: { tier: 1 } } }));
  // @ts-expect-error Stream tags cannot be watched by the function either.
  watchObjects(connect({ baseUrl: '/' }), imageStreamTags);
}
