import { expect, test } from 'vitest';
import { createImageClient, ExpiredError, ProtocolError } from './index.js';
import {
  failure,
  page,
  scriptedServer,
  TestClock,
  type Answer,
} from './scripted-server.test-support.js';

function listing(...answers: [Answer, ...Answer[]]) {
  const server = scriptedServer(...answers);
  const client = createImageClient({
    baseUrl: 'http://cluster.test',
    fetch: server.fetch,
    clock: new TestClock(),
  });
  return { server, streams: client.imageStreams.in('web') };
}

async function namesOf(source: AsyncIterable<{ metadata: { name?: string } }>): Promise<string[]> {
  const names: string[] = [];
  for await (const object of source) names.push(object.metadata.name ?? '');
  return names;
}

test('a list is sent when it is awaited, and gives the first page', async () => {
  const { server, streams } = listing(() =>
    page(['a', 'b'], { continue: 't1', remainingItemCount: 3 }),
  );
  const list = streams.list({ labelSelector: 'app=web' });
  expect(server.requests).toEqual([]);
  const first = await list;
  expect(first).toMatchObject({
    resourceVersion: '100',
    continueToken: 't1',
    remaining: 3,
    restarts: 0,
  });
  expect(server.requests.map((request) => request.query)).toEqual([
    { labelSelector: 'app=web', limit: '500' },
  ]);
});

test('items of a list come with apiVersion and kind', async () => {
  const { streams } = listing(() => page(['a']));
  const { items } = await streams.list();
  expect(items[0]).toMatchObject({ apiVersion: 'image.openshift.io/v1', kind: 'ImageStream' });
});

test('iterating gives every object of every page, also past an empty one', async () => {
  const { server, streams } = listing(
    () => page(['a', 'b'], { continue: 't1' }),
    () => page([], { continue: 't2' }),
    () => page(['c']),
  );
  expect(await namesOf(streams.list({ pageSize: 2, resourceVersion: '100' }))).toEqual([
    'a',
    'b',
    'c',
  ]);
  expect(server.requests.map((request) => request.query)).toEqual([
    { limit: '2', resourceVersion: '100' },
    { limit: '2', continue: 't1' },
    { limit: '2', continue: 't2' },
  ]);
});

test('leaving a loop early requests nothing more', async () => {
  const { server, streams } = listing(() => page(['a', 'b'], { continue: 't1' }));
  for await (const stream of streams.list()) {
    expect(stream.metadata.name).toBe('a');
    break;
  }
  expect(server.requests).toHaveLength(1);
});

test('with prefetch the next page is requested while the first is consumed', async () => {
  const { server, streams } = listing(
    () => page(['a'], { continue: 't1' }),
    () => page(['b']),
  );
  for await (const stream of streams.list({ prefetch: true })) {
    expect([stream.metadata.name, server.requests.length]).toEqual([stream.metadata.name, 2]);
  }
});

test('a page that is held gives the next one', async () => {
  const { streams } = listing(
    () => page(['a'], { continue: 't1' }),
    () => page(['b']),
  );
  const first = await streams.list();
  const second = await first.next();
  expect(second?.items.map((stream) => stream.metadata.name)).toEqual(['b']);
  expect(second?.next()).toBeUndefined();
});

test('items: null is an empty page', async () => {
  const { streams } = listing(() =>
    Response.json({ kind: 'ImageStreamList', items: null, metadata: {} }),
  );
  expect((await streams.list()).items).toEqual([]);
});

const expired = (token?: string): Response =>
  failure(410, 'Expired', { metadata: token === undefined ? {} : { continue: token } });

test('an expired token ends an iteration with an ExpiredError', async () => {
  const { streams } = listing(
    () => page(['a'], { continue: 't1' }),
    () => expired('fresh'),
  );
  await expect(namesOf(streams.list())).rejects.toBeInstanceOf(ExpiredError);
});

test('with onExpired restart an expired token begins the list anew, and the pages say so', async () => {
  const { streams } = listing(
    () => page(['a'], { continue: 't1' }),
    () => expired(),
    () => page(['a'], { continue: 't2' }),
    () => page(['b']),
  );
  const restarts: number[] = [];
  for await (const one of streams.list({ onExpired: 'restart' }).pages())
    restarts.push(one.restarts);
  expect(restarts).toEqual([0, 1, 1]);
});

test('all() survives an expired token without giving anything twice', async () => {
  const { streams } = listing(
    () => page(['a'], { continue: 't1' }),
    () => expired(),
    () => page(['a'], { continue: 't2' }),
    () => page(['b']),
  );
  const all = await streams.list().all();
  expect(all.map((stream) => stream.metadata.name)).toEqual(['a', 'b']);
});

test('with onExpired inconsistent the list goes on with the token of the answer', async () => {
  const { server, streams } = listing(
    () => page(['a'], { continue: 't1' }),
    () => expired('fresh'),
    () => page(['b'], { resourceVersion: '200' }),
  );
  expect(await namesOf(streams.list({ onExpired: 'inconsistent' }))).toEqual(['a', 'b']);
  expect(server.requests[2]?.query).toEqual({ limit: '500', continue: 'fresh' });
});

test('a list that always expires gives up', async () => {
  let calls = 0;
  const { streams } = listing(() =>
    ++calls % 2 === 1 ? page(['a'], { continue: 't1' }) : expired(),
  );
  await expect(streams.list().all()).rejects.toBeInstanceOf(ExpiredError);
  expect(calls).toBe(12);
});

test('an expired resourceVersion of the first page is thrown, whatever the policy', async () => {
  const { streams } = listing(() => expired());
  const list = streams.list({
    resourceVersion: '5',
    resourceVersionMatch: 'Exact',
    onExpired: 'restart',
  });
  await expect(list.all()).rejects.toBeInstanceOf(ExpiredError);
});

test('a token the server answers again is an error instead of an endless list', async () => {
  const { streams } = listing(() => page(['a'], { continue: 't1' }));
  await expect(namesOf(streams.list())).rejects.toBeInstanceOf(ProtocolError);
});

test('an answer that is not a list is an error instead of an empty one', async () => {
  const { streams } = listing(() => Response.json('hello'));
  await expect(streams.list().all()).rejects.toBeInstanceOf(ProtocolError);
});

test('views that cut at a limit without a token are asked for without one', async () => {
  const server = scriptedServer(() => page([]));
  const client = createImageClient({ baseUrl: 'http://cluster.test', fetch: server.fetch });
  await client.imageStreamTags.in('web').list({ pageSize: 10 });
  expect(server.requests[0]?.query).toEqual({});
});
