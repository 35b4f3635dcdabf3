import { expect, test } from 'vitest';
import { createImageClient, ForbiddenError, WaitTimeoutError } from './index.js';
import {
  bookmark,
  failure,
  json,
  line,
  page,
  scriptedServer,
  streamObject,
  take,
  TestClock,
  watchAnswer,
  type Answer,
} from './scripted-server.test-support.js';
import type { SyncEvent } from './verbs.js';

function cluster(...answers: [Answer, ...Answer[]]) {
  const server = scriptedServer(...answers);
  const clock = new TestClock();
  const client = createImageClient({ baseUrl: 'http://cluster.test', fetch: server.fetch, clock });
  return { server, clock, streams: client.imageStreams.in('web') };
}

const added = (name: string, version: number): string => line('ADDED', streamObject(name, version));
const expiredEvent = line('ERROR', {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  reason: 'Expired',
  code: 410,
});

function show(event: SyncEvent<{ metadata: { name?: string } }>): string {
  if (event.type === 'RESTART') return `RESTART ${event.reason}`;
  if (event.type === 'SYNCED') return `SYNCED ${event.resourceVersion}`;
  return `${event.type} ${event.object.metadata.name}`;
}

async function seen(
  events: AsyncIterable<SyncEvent<{ metadata: { name?: string } }>>,
  count: number,
): Promise<string[]> {
  return (await take(events, count)).map(show);
}

/** Per request: what kind, and from which version. */
function asked(server: ReturnType<typeof cluster>['server']): string[] {
  return server.requests.map(({ query }) => {
    if (query['sendInitialEvents'] === 'true') return 'initial events';
    if (query['watch'] === 'true') return `watch ${query['resourceVersion']}`;
    return query['continue'] === undefined ? 'list' : `list ${query['continue']}`;
  });
}

test('initial events become INIT until their end, then the same connection goes on', async () => {
  const { server, streams } = cluster(() =>
    watchAnswer(
      [added('a', 7), bookmark(5), added('b', 3), bookmark(20, true), added('c', 21)],
      'hang',
    ),
  );
  expect(await seen(streams.sync(), 5)).toEqual([
    'RESTART initial',
    'INIT a',
    'INIT b',
    'SYNCED 20',
    'ADDED c',
  ]);
  expect(asked(server)).toEqual(['initial events']);
  expect(server.requests[0]?.query).toMatchObject({
    resourceVersionMatch: 'NotOlderThan',
    allowWatchBookmarks: 'true',
  });
});

test('a connection that breaks after the initial events is resumed from their version', async () => {
  const { server, streams } = cluster(
    () => watchAnswer([added('a', 7), bookmark(20, true)], 'reset'),
    () => watchAnswer([added('c', 21)], 'hang'),
  );
  expect(await seen(streams.sync(), 4)).toEqual([
    'RESTART initial',
    'INIT a',
    'SYNCED 20',
    'ADDED c',
  ]);
  expect(asked(server)).toEqual(['initial events', 'watch 20']);
});

test.each([
  ['refuses initial events (422)', (): Response => failure(422, 'Invalid')],
  ['does not understand them (400)', (): Response => failure(400, 'BadRequest')],
])('a server that %s is listed, now and later', async (_what, answer) => {
  const listed: Answer[] = [
    () => page(['a'], { continue: 't1' }),
    () => page(['b']),
    () => watchAnswer([added('c', 101)], 'hang'),
  ];
  const { server, streams } = cluster(answer, ...listed, ...listed);
  const expected = ['RESTART initial', 'INIT a', 'INIT b', 'SYNCED 100', 'ADDED c'];
  expect(await seen(streams.sync(), 5)).toEqual(expected);
  expect(await seen(streams.sync(), 5)).toEqual(expected);
  expect(asked(server)).toEqual([
    'initial events',
    'list',
    'list t1',
    'watch 100',
    'list',
    'list t1',
    'watch 100',
  ]);
});

test('a server that takes the request and never ends the initial events is listed', async () => {
  const { server, clock, streams } = cluster(
    () => watchAnswer([added('a', 7)], 'hang'),
    () => page(['a']),
    () => watchAnswer([added('c', 101)], 'hang'),
  );
  const events = seen(streams.sync(), 6);
  // Twice as long as it takes, a second at a time, so that it does not matter when the reading began.
  for (let second = 0; second < 20; second++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    clock.advance(1000);
  }
  expect(await events).toEqual([
    'RESTART initial',
    'INIT a',
    'RESTART interrupted',
    'INIT a',
    'SYNCED 100',
    'ADDED c',
  ]);
  expect(asked(server)).toEqual(['initial events', 'list', 'watch 100']);
});

test('a server that sends one object now and then, and never the end, is listed', async () => {
  let send: ((text: string) => void) | undefined;
  const dripping = new ReadableStream<Uint8Array>({
    start(controller) {
      send = (text) => controller.enqueue(new TextEncoder().encode(text));
    },
  });
  const { clock, streams } = cluster(
    () => new Response(dripping),
    () => page(['a']),
    () => watchAnswer([], 'hang'),
  );
  const events = streams.sync();
  const seen: string[] = [];
  const reading = (async () => {
    for await (const event of events) {
      seen.push(show(event));
      if (event.type === 'SYNCED') break;
    }
  })();
  for (let i = 0; i < 31; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    clock.advance(1000);
    send?.(added(`drip${i}`, i));
  }
  await reading;
  expect(seen.slice(-3)).toEqual(['RESTART interrupted', 'INIT a', 'SYNCED 100']);
});

test('changes before the end of the initial events show a server that does not know them', async () => {
  const { streams } = cluster(
    () => watchAnswer([added('a', 7), line('MODIFIED', streamObject('a', 8))], 'hang'),
    () => page(['a']),
    () => watchAnswer([], 'hang'),
  );
  expect(await seen(streams.sync(), 5)).toEqual([
    'RESTART initial',
    'INIT a',
    'RESTART interrupted',
    'INIT a',
    'SYNCED 100',
  ]);
});

test('initial events that break off begin anew, and say so', async () => {
  const { streams } = cluster(
    () => watchAnswer([added('a', 7)], 'reset'),
    () => watchAnswer([added('a', 7), bookmark(20, true)], 'hang'),
  );
  expect(await seen(streams.sync(), 5)).toEqual([
    'RESTART initial',
    'INIT a',
    'RESTART interrupted',
    'INIT a',
    'SYNCED 20',
  ]);
});

test('where initial events break off again and again, pages are read instead', async () => {
  const { server, streams } = cluster(
    () => watchAnswer([added('a', 7)], 'reset'),
    () => watchAnswer([added('a', 7)], 'reset'),
    () => page(['a']),
    () => watchAnswer([], 'hang'),
  );
  expect((await seen(streams.sync(), 7)).slice(-3)).toEqual([
    'RESTART interrupted',
    'INIT a',
    'SYNCED 100',
  ]);
  expect(asked(server)).toEqual(['initial events', 'initial events', 'list']);
});

test('429 on the initial events is waited out, not answered with a list', async () => {
  const { server, clock, streams } = cluster(
    () => failure(429, 'TooManyRequests', { headers: { 'Retry-After': '3' } }),
    () => watchAnswer([bookmark(20, true)], 'hang'),
  );
  expect(await seen(streams.sync(), 2)).toEqual(['RESTART initial', 'SYNCED 20']);
  expect(asked(server)).toEqual(['initial events', 'initial events']);
  expect(clock.pauses).toEqual([3000]);
});

test('history that is gone restarts the sync at once', async () => {
  const { server, clock, streams } = cluster(
    () => watchAnswer([bookmark(20, true), expiredEvent]),
    () => watchAnswer([added('a', 7), bookmark(90, true), added('b', 91)], 'hang'),
  );
  expect(await seen(streams.sync(), 6)).toEqual([
    'RESTART initial',
    'SYNCED 20',
    'RESTART expired',
    'INIT a',
    'SYNCED 90',
    'ADDED b',
  ]);
  expect(asked(server)).toEqual(['initial events', 'initial events']);
  expect(clock.pauses).toEqual([]);
});

test('history that is gone again and again is restarted with growing pauses', async () => {
  const { clock, streams } = cluster(() => watchAnswer([bookmark(20, true), expiredEvent]));
  await seen(streams.sync(), 8);
  expect(clock.pauses).toEqual([400, 800]);
});

test('a list that expires on its second page restarts', async () => {
  const { streams } = cluster(
    () => page(['a'], { continue: 't1' }),
    () => failure(410, 'Expired'),
    () => page(['a'], { continue: 't2' }),
    () => page(['b']),
    () => watchAnswer([], 'hang'),
  );
  expect(await seen(streams.sync({ sendInitialEvents: false }), 6)).toEqual([
    'RESTART initial',
    'INIT a',
    'RESTART expired',
    'INIT a',
    'INIT b',
    'SYNCED 100',
  ]);
});

test('403 ends a sync', async () => {
  const { streams } = cluster(() => failure(403, 'Forbidden'));
  await expect(seen(streams.sync(), 2)).rejects.toBeInstanceOf(ForbiddenError);
});

test.each([
  ['starting', [() => watchAnswer([], 'hang')], 1],
  ['streaming initial events', [() => watchAnswer([added('a', 7)], 'hang')], 2],
  ['watching', [() => watchAnswer([bookmark(20, true)], 'hang')], 2],
] as [string, [Answer], number][])(
  'aborting while %s ends a sync without an error',
  async (_state, answers, before) => {
    const controller = new AbortController();
    const { server, streams } = cluster(...answers);
    const events = streams.sync({ signal: controller.signal });
    for (let i = 0; i < before; i++) await events.next();
    const next = events.next();
    await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(server.requests.every((request) => request.signal.aborted)).toBe(true);
  },
);

test('aborting while listing ends a sync without an error', async () => {
  const controller = new AbortController();
  const { streams } = cluster(() => new Promise<Response>(() => undefined));
  const events = streams.sync({ sendInitialEvents: false, signal: controller.signal });
  await events.next();
  const next = events.next();
  controller.abort();
  expect(await next).toEqual({ done: true, value: undefined });
});

const withDigest = (version: number, image?: string): object => ({
  ...streamObject('app', version),
  status: { tags: image === undefined ? [] : [{ tag: 'latest', items: [{ image }] }] },
});

const list = (...items: object[]): Response =>
  json({ kind: 'ImageStreamList', metadata: { resourceVersion: '10' }, items });

test('waitFor answers from the state as it is', async () => {
  const { server, streams } = cluster(() => list(withDigest(5, 'sha256:1')));
  const image = await streams.waitFor(
    'app',
    (stream) => stream?.status?.tags?.[0]?.items?.[0]?.image,
    { timeoutMs: 60_000 },
  );
  expect(image).toBe('sha256:1');
  expect(server.requests.map((request) => request.query['fieldSelector'])).toEqual([
    'metadata.name=app',
  ]);
});

test('waitFor answers from a later change, and sees absence as undefined', async () => {
  const states: (string | undefined)[] = [];
  const { streams } = cluster(
    () => list(),
    () =>
      watchAnswer(
        [
          line('ADDED', withDigest(11)),
          line('DELETED', withDigest(12)),
          line('ADDED', withDigest(13, 'sha256:1')),
        ],
        'hang',
      ),
  );
  const image = await streams.waitFor(
    'app',
    (stream) => {
      states.push(stream?.metadata.resourceVersion);
      return stream?.status?.tags?.[0]?.items?.[0]?.image;
    },
    { timeoutMs: 60_000 },
  );
  expect([image, states]).toEqual(['sha256:1', [undefined, '11', undefined, '13']]);
});

test('waitFor that is not answered in time throws what it saw last', async () => {
  const { server, clock, streams } = cluster(
    () => list(withDigest(5)),
    () => watchAnswer([], 'hang'),
  );
  const waiting = streams.waitFor('app', () => false, { timeoutMs: 20_000 });
  const outcome = waiting.catch((error: unknown) => error);
  while (server.requests.length < 2) await new Promise(setImmediate);
  clock.advance(20_000);
  const error = await outcome;
  expect(error).toBeInstanceOf(WaitTimeoutError);
  expect(error).toMatchObject({ observed: 1, last: { metadata: { resourceVersion: '5' } } });
  expect((error as Error).message).toBe(
    'waiting for imagestreams "app": not within 20000 ms (1 states seen)',
  );
});

test('waitFor rejects with the reason of its signal', async () => {
  const { streams } = cluster(
    () => list(),
    () => watchAnswer([], 'hang'),
  );
  const reason = new Error('enough');
  const signal = AbortSignal.abort(reason);
  await expect(streams.waitFor('app', () => false, { timeoutMs: 20_000, signal })).rejects.toBe(
    reason,
  );
});

test('waitFor tells at once that looking is forbidden', async () => {
  const { streams } = cluster(() => failure(403, 'Forbidden'));
  await expect(streams.waitFor('app', () => false, { timeoutMs: 20_000 })).rejects.toBeInstanceOf(
    ForbiddenError,
  );
});
