import { afterEach, beforeEach, expect, test } from 'vitest';
import { createImageClient, ExpiredError, TransportError, type ImageClient } from '../index.js';
import { fakeCluster, type FakeCluster } from './index.js';

let cluster: FakeCluster;
let client: ImageClient;

beforeEach(() => {
  cluster = fakeCluster([
    {
      apiVersion: 'image.openshift.io/v1',
      kind: 'ImageStream',
      metadata: { name: 'app', namespace: 'web' },
    },
  ]);
  client = createImageClient({
    baseUrl: 'http://fake',
    fetch: cluster.fetch,
    maxRetries: 0,
    backoff: { initialDelayMs: 0 },
  });
});

afterEach(() => cluster.close());

const streams = () => client.imageStreams.in('web');

async function createThree(): Promise<void> {
  for (const name of ['b', 'c', 'd']) await streams().create({ metadata: { name } });
}

test('a fake cluster has the objects it was given and notes what it is asked', async () => {
  expect((await streams().get('app')).metadata.name).toBe('app');
  expect(cluster.requests).toEqual([
    {
      method: 'GET',
      url: 'http://fake/apis/image.openshift.io/v1/namespaces/web/imagestreams/app',
    },
  ]);
});

test('a status fault answers as often as asked, with its Retry-After', async () => {
  cluster.fault({ on: 'get', status: 429, retryAfter: 7, times: 2 });
  await expect(streams().get('app')).rejects.toMatchObject({ code: 429, retryAfterMs: 7000 });
  await expect(streams().get('app')).rejects.toMatchObject({ code: 429 });
  await streams().get('app');
});

test('faults hit only the kind of request they wait for', async () => {
  cluster.fault({ on: 'write', status: 503 });
  await streams().list();
  await streams().get('app');
  await expect(streams().delete('app')).rejects.toMatchObject({ code: 503 });
});

test('a reset is a connection that breaks', async () => {
  cluster.fault({ on: 'list', reset: true });
  await expect(streams().list().all()).rejects.toBeInstanceOf(TransportError);
});

test('a watch that is reset in the middle of an event resumes', async () => {
  const { resourceVersion } = await streams().list();
  cluster.fault({ on: 'watch', reset: true, afterEvents: 1 });
  await createThree();
  const names: (string | undefined)[] = [];
  for await (const event of streams().watch({ resourceVersion })) {
    if (event.type !== 'BOOKMARK') names.push(event.object.metadata.name);
    if (names.length === 3) break;
  }
  expect(names).toEqual(['b', 'c', 'd']);
  expect(cluster.requests.filter(({ url }) => url.includes('watch=true'))).toHaveLength(2);
});

test('a watch that is closed resumes', async () => {
  const { resourceVersion } = await streams().list();
  cluster.fault({ on: 'watch', close: true });
  await createThree();
  for await (const event of streams().watch({ resourceVersion })) {
    if (event.type === 'ADDED' && event.object.metadata.name === 'd') break;
  }
  expect(cluster.requests.filter(({ url }) => url.includes('watch=true'))).toHaveLength(2);
});

test('an expire fault is a 410 for a list and an ERROR event for a watch', async () => {
  cluster.fault({ on: 'list', expire: true });
  await expect(streams().list().all()).rejects.toBeInstanceOf(ExpiredError);
  cluster.fault({ on: 'watch', expire: true });
  await expect(streams().watch({ resourceVersion: '1' }).next()).rejects.toBeInstanceOf(
    ExpiredError,
  );
});

test('after compact() old versions and old tokens are expired, and the answer has a token to go on', async () => {
  await createThree();
  const first = await streams().list({ pageSize: 1 });
  const early = await streams().list({ pageSize: 1, onExpired: 'inconsistent' });
  await streams().create({ metadata: { name: 'e' } });
  await cluster.compact();
  await expect(
    streams().watch({ resourceVersion: first.resourceVersion }).next(),
  ).rejects.toBeInstanceOf(ExpiredError);
  await expect(first.next()).rejects.toBeInstanceOf(ExpiredError);
  const second = await early.next();
  expect(second?.items.map((stream) => stream.metadata.name)).toEqual(['b']);
});

test('a delay is waited out, and ends with the call that waits', async () => {
  cluster.fault({ on: 'get', delayMs: 60_000 });
  const signal = AbortSignal.timeout(10);
  await expect(streams().get('app', { signal })).rejects.toMatchObject({ name: 'TimeoutError' });
});
