import { expect, test } from 'vitest';
import { createCache, createImageClient } from './index.js';
import type { ImageStream } from '@imagestream/image-v1';
import {
  bookmark,
  failure,
  line,
  scriptedServer,
  streamObject,
  TestClock,
  watchAnswer,
  type Answer,
} from './scripted-server.test-support.js';

const added = (name: string, version: number): string => line('ADDED', streamObject(name, version));
const expired = line('ERROR', {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  reason: 'Expired',
  code: 410,
});

function caching(...answers: [Answer, ...Answer[]]) {
  const server = scriptedServer(...answers);
  const client = createImageClient({
    baseUrl: 'http://cluster.test',
    fetch: server.fetch,
    clock: new TestClock(),
  });
  const cache = createCache(client.imageStreams.all, {
    indexes: {
      byFirstLetter: (stream: ImageStream) => [stream.metadata.name?.slice(0, 1) ?? ''],
    },
  });
  return { server, cache };
}

const namesOf = (objects: readonly ImageStream[]): (string | undefined)[] =>
  objects.map((object) => object.metadata.name).sort();

/** Waits until a condition on a cache holds; the steps in between are microtasks and stream reads. */
async function until(condition: () => boolean): Promise<void> {
  for (let turns = 0; turns < 1000 && !condition(); turns++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(condition()).toBe(true);
}

test('a cache is empty until its first state is complete', async () => {
  let release: (() => void) | undefined;
  const { cache } = caching(
    () =>
      new Response(
        new ReadableStream({
          start(controller) {
            const send = (text: string): void => controller.enqueue(new TextEncoder().encode(text));
            send(added('a', 1));
            release = () => send(bookmark(20, true));
          },
        }),
      ),
  );
  await until(() => release !== undefined);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect([cache.size, cache.resourceVersion]).toEqual([0, '']);
  release?.();
  await cache.ready;
  expect([namesOf(cache.list()), cache.resourceVersion]).toEqual([['a'], '20']);
  cache.close();
  await cache.done;
});

test('changes move objects in the store and in its indexes', async () => {
  const { cache } = caching(() =>
    watchAnswer(
      [
        added('a1', 1) + added('b1', 2) + bookmark(20, true),
        added('a2', 21) + line('DELETED', streamObject('b1', 22)),
      ],
      'hang',
    ),
  );
  await until(() => cache.resourceVersion === '22');
  expect(namesOf(cache.by('byFirstLetter', 'a'))).toEqual(['a1', 'a2']);
  expect(cache.by('byFirstLetter', 'b')).toEqual([]);
  expect(cache.get('a1', 'web')?.metadata.resourceVersion).toBe('1');
  expect(cache.get('b1', 'web')).toBeUndefined();
  cache.close();
});

test('during a restart readers see the old state, and then the whole new one', async () => {
  const sizes: number[] = [];
  const changes: string[] = [];
  const { cache } = caching(
    () => watchAnswer([added('a', 1) + added('b', 2) + bookmark(20, true), expired]),
    () => watchAnswer([added('b', 30), added('c', 31), bookmark(40, true), added('d', 41)], 'hang'),
  );
  cache.onChange((change) => {
    changes.push(`${change.type} ${change.object.metadata.name}`);
    sizes.push(cache.size);
  });
  await until(() => cache.resourceVersion === '41');
  expect(changes).toEqual(['ADDED a', 'ADDED b', 'DELETED a', 'MODIFIED b', 'ADDED c', 'ADDED d']);
  expect(sizes).toEqual([2, 2, 2, 2, 2, 3]);
  cache.close();
});

test('an index by which one object is found under several values', async () => {
  const server = scriptedServer(() => watchAnswer([added('a', 1) + bookmark(20, true)], 'hang'));
  const client = createImageClient({ baseUrl: 'http://cluster.test', fetch: server.fetch });
  const cache = createCache(client.imageStreams.all, { indexes: { both: () => ['x', 'y'] } });
  await cache.ready;
  expect([namesOf(cache.by('both', 'x')), namesOf(cache.by('both', 'y'))]).toEqual([['a'], ['a']]);
  cache.close();
});

test('a collection that may not be read rejects ready and done', async () => {
  const { cache } = caching(() => failure(403, 'Forbidden'));
  await expect(cache.ready).rejects.toMatchObject({ code: 403 });
  await expect(cache.done).rejects.toMatchObject({ code: 403 });
});

test('closing before the first state rejects ready and resolves done', async () => {
  const { cache } = caching(() => watchAnswer([], 'hang'));
  cache.close();
  await expect(cache.ready).rejects.toThrow('closed');
  await cache.done;
});
