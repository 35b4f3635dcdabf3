import { expect, test } from 'vitest';
import type { WatchOptions } from './options.js';
import { createImageClient, ExpiredError, ForbiddenError, ProtocolError } from './index.js';
import {
  bookmark,
  failure,
  line,
  page,
  scriptedServer,
  streamObject,
  take,
  TestClock,
  watchAnswer,
  type Answer,
} from './scripted-server.test-support.js';

function watching(
  answers: [Answer, ...Answer[]],
  options: WatchOptions = { resourceVersion: '10' },
) {
  const server = scriptedServer(...answers);
  const clock = new TestClock();
  const client = createImageClient({ baseUrl: 'http://cluster.test', fetch: server.fetch, clock });
  const streams = client.imageStreams.in('web');
  return { server, clock, watch: streams.watch(options) };
}

const added = (name: string, version: number): string => line('ADDED', streamObject(name, version));
const modified = (name: string, version: number): string =>
  line('MODIFIED', streamObject(name, version));

/** What was asked for, without the lifetime that is drawn by chance. */
function versionsAsked({ server }: ReturnType<typeof watching>): (string | undefined)[] {
  return server.requests.map((request) => request.query['resourceVersion']);
}

async function seen(watch: AsyncIterable<unknown>, count: number): Promise<string[]> {
  const events = (await take(watch, count)) as {
    type: string;
    object?: { metadata: { name: string; resourceVersion: string } };
    resourceVersion?: string;
  }[];
  return events.map(({ type, object, resourceVersion }) =>
    object === undefined
      ? `${type} ${resourceVersion}`
      : `${type} ${object.metadata.name}@${object.metadata.resourceVersion}`,
  );
}

test('a watch asks for bookmarks and for an end before anything on the way cuts it', async () => {
  const { server, watch } = watching([() => watchAnswer([added('a', 11)], 'hang')]);
  await take(watch, 1);
  expect(server.requests[0]?.query).toEqual({
    resourceVersion: '10',
    watch: 'true',
    allowWatchBookmarks: 'true',
    timeoutSeconds: '265',
  });
});

test('events come in order and objects with apiVersion and kind', async () => {
  const { watch } = watching([
    () => watchAnswer([added('a', 11) + modified('a', 12), bookmark(15)], 'hang'),
  ]);
  expect(await take(watch, 3)).toEqual([
    {
      type: 'ADDED',
      object: {
        ...streamObject('a', 11),
        apiVersion: 'image.openshift.io/v1',
        kind: 'ImageStream',
      },
    },
    {
      type: 'MODIFIED',
      object: {
        ...streamObject('a', 12),
        apiVersion: 'image.openshift.io/v1',
        kind: 'ImageStream',
      },
    },
    { type: 'BOOKMARK', resourceVersion: '15' },
  ]);
});

test('a watch that is closed resumes after the last event', async () => {
  const run = watching([
    () => watchAnswer([added('a', 11), added('b', 12)]),
    () => watchAnswer([added('c', 13)], 'hang'),
  ]);
  expect(await seen(run.watch, 3)).toEqual(['ADDED a@11', 'ADDED b@12', 'ADDED c@13']);
  expect(versionsAsked(run)).toEqual(['10', '12']);
});

test('a watch resumes after a bookmark, though it was not asked to show it', async () => {
  const run = watching(
    [
      () => watchAnswer([added('a', 11), bookmark(40)]),
      () => watchAnswer([added('b', 41)], 'hang'),
    ],
    { resourceVersion: '10', bookmarks: true },
  );
  expect(await seen(run.watch, 3)).toEqual(['ADDED a@11', 'BOOKMARK 40', 'ADDED b@41']);
  expect(versionsAsked(run)).toEqual(['10', '40']);
});

test('with bookmarks off none are asked for and none are shown', async () => {
  const run = watching([() => watchAnswer([bookmark(40), added('b', 41)], 'hang')], {
    resourceVersion: '10',
    bookmarks: false,
  });
  expect(await seen(run.watch, 1)).toEqual(['ADDED b@41']);
  expect(run.server.requests[0]?.query['allowWatchBookmarks']).toBeUndefined();
});

test('a reset in the middle of an event loses nothing and repeats nothing', async () => {
  const half = added('b', 12).slice(0, 40);
  const run = watching([
    () => watchAnswer([added('a', 11), half], 'reset'),
    () => watchAnswer([added('b', 12)], 'hang'),
  ]);
  expect(await seen(run.watch, 2)).toEqual(['ADDED a@11', 'ADDED b@12']);
  expect(versionsAsked(run)).toEqual(['10', '11']);
});

test('a stream that is closed in the middle of an event loses nothing and repeats nothing', async () => {
  const run = watching([
    () => watchAnswer([added('a', 11), added('b', 12).slice(0, -5)]),
    () => watchAnswer([added('b', 12)], 'hang'),
  ]);
  expect(await seen(run.watch, 2)).toEqual(['ADDED a@11', 'ADDED b@12']);
});

test('a last event without newline counts when it is whole', async () => {
  const run = watching([
    () => watchAnswer([added('a', 11).trimEnd()]),
    () => watchAnswer([added('b', 12)], 'hang'),
  ]);
  expect(await seen(run.watch, 2)).toEqual(['ADDED a@11', 'ADDED b@12']);
  expect(versionsAsked(run)).toEqual(['10', '11']);
});

test('a DELETED as the last event is resumed from the version of the deletion', async () => {
  const run = watching([
    () => watchAnswer([line('DELETED', streamObject('a', 19))]),
    () => watchAnswer([added('b', 20)], 'hang'),
  ]);
  expect(await seen(run.watch, 2)).toEqual(['DELETED a@19', 'ADDED b@20']);
  expect(versionsAsked(run)).toEqual(['10', '19']);
});

test('characters and lines may be split anywhere', async () => {
  const object = { metadata: { name: 'ä€😀', namespace: 'web', resourceVersion: '11' } };
  const bytes = new TextEncoder().encode(line('ADDED', object) + added('b', 12));
  const crumbs = Array.from(bytes, (byte) => Uint8Array.of(byte));
  const { watch } = watching([() => watchAnswer(crumbs, 'hang')]);
  expect(await seen(watch, 2)).toEqual(['ADDED ä€😀@11', 'ADDED b@12']);
});

test('an object of a megabyte comes through whole', async () => {
  const object = { ...streamObject('big', 11), spec: { text: 'x'.repeat(1024 * 1024) } };
  const bytes = new TextEncoder().encode(line('ADDED', object));
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 65_536) chunks.push(bytes.subarray(at, at + 65_536));
  const { watch } = watching([() => watchAnswer(chunks, 'hang')]);
  const [event] = await take(watch, 1);
  expect(event).toMatchObject({ type: 'ADDED', object });
});

test('an ERROR event with 410 ends the watch with an ExpiredError', async () => {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, reason: 'Expired', code: 410 };
  const { watch } = watching([() => watchAnswer([line('ERROR', status)])]);
  await expect(seen(watch, 1)).rejects.toBeInstanceOf(ExpiredError);
  expect(await watch.next()).toEqual({ done: true, value: undefined });
});

test('HTTP 410 ends the watch with an ExpiredError', async () => {
  const { watch } = watching([() => failure(410, 'Gone')]);
  await expect(seen(watch, 1)).rejects.toBeInstanceOf(ExpiredError);
});

test('403 ends the watch, as asking again cannot help', async () => {
  const { server, watch } = watching([() => failure(403, 'Forbidden')]);
  await expect(seen(watch, 1)).rejects.toBeInstanceOf(ForbiddenError);
  expect(server.requests).toHaveLength(1);
});

test('429 makes a watch wait as long as the server asks and then go on from where it was', async () => {
  const run = watching([
    () => watchAnswer([added('a', 11)], 'reset'),
    () => failure(429, 'TooManyRequests', { headers: { 'Retry-After': '7' } }),
    () => watchAnswer([added('b', 12)], 'hang'),
  ]);
  expect(await seen(run.watch, 2)).toEqual(['ADDED a@11', 'ADDED b@12']);
  expect(versionsAsked(run)).toEqual(['10', '11', '11']);
  expect(run.clock.pauses).toContain(7000);
});

test('503, 500 and no answer at all are waited out with growing pauses', async () => {
  const run = watching([
    () => failure(503, 'ServiceUnavailable'),
    () => failure(500, 'InternalError'),
    () => Promise.reject(new TypeError('fetch failed')),
    () => watchAnswer([added('a', 11)], 'hang'),
  ]);
  expect(await seen(run.watch, 1)).toEqual(['ADDED a@11']);
  expect(run.clock.pauses).toEqual([400, 800, 1600]);
});

test('a pause starts small again after something good', async () => {
  const run = watching([
    () => failure(503, 'ServiceUnavailable'),
    () => failure(503, 'ServiceUnavailable'),
    () => watchAnswer([added('a', 11)], 'reset'),
    () => watchAnswer([added('b', 12)], 'hang'),
  ]);
  await seen(run.watch, 2);
  expect(run.clock.pauses).toEqual([400, 800, 400]);
});

test('a resourceVersion the server has not reached yet is waited for', async () => {
  const status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    reason: 'Timeout',
    code: 504,
    message: 'Timeout: Too large resource version: 99, current: 12',
    details: { causes: [{ reason: 'ResourceVersionTooLarge' }], retryAfterSeconds: 1 },
  };
  const run = watching([
    () => watchAnswer([line('ERROR', status)]),
    () => watchAnswer([added('a', 100)], 'hang'),
  ]);
  expect(await seen(run.watch, 1)).toEqual(['ADDED a@100']);
  expect(run.clock.pauses).toEqual([1000]);
});

test('a garbled line is not skipped: the watch resumes before it', async () => {
  const run = watching([
    () => watchAnswer([added('a', 11), '{"type":"ADDED","obj\n', added('c', 13)], 'hang'),
    () => watchAnswer([added('b', 12), added('c', 13)], 'hang'),
  ]);
  expect(await seen(run.watch, 3)).toEqual(['ADDED a@11', 'ADDED b@12', 'ADDED c@13']);
});

test('an unknown type of event is not skipped either', async () => {
  const run = watching([
    () => watchAnswer([line('SURPRISE', streamObject('a', 11))]),
    () => watchAnswer([added('a', 11)], 'hang'),
  ]);
  expect(await seen(run.watch, 1)).toEqual(['ADDED a@11']);
});

test('a stream that is garbled again and again ends the watch', async () => {
  const { server, watch } = watching([() => watchAnswer(['<html>\n'])]);
  await expect(seen(watch, 1)).rejects.toBeInstanceOf(ProtocolError);
  expect(server.requests).toHaveLength(6);
});

test('what a garbled line says is not repeated in the error', async () => {
  const { watch } = watching([() => watchAnswer(['{"data":"c2VjcmV0"\n'])]);
  const error: unknown = await seen(watch, 1).catch((thrown: unknown) => thrown);
  expect(String(error) + JSON.stringify(error) + String((error as Error).cause)).not.toContain(
    'c2Vj',
  );
});

test('a connection that stays silent is taken for dead and opened again', async () => {
  const run = watching([
    () => watchAnswer([added('a', 11)], 'hang'),
    () => watchAnswer([added('b', 12)], 'hang'),
  ]);
  expect(await run.watch.next()).toMatchObject({ value: { type: 'ADDED' } });
  const next = run.watch.next();
  await new Promise(setImmediate);
  run.clock.advance(269_000);
  await new Promise(setImmediate);
  expect(run.server.requests).toHaveLength(1);
  run.clock.advance(1_000);
  expect(await next).toMatchObject({ value: { object: { metadata: { name: 'b' } } } });
  expect(run.server.requests[0]?.signal.aborted).toBe(true);
});

test('a server that closes every connection at once is not asked in a tight loop', async () => {
  const empty: Answer = () => watchAnswer([]);
  const run = watching([empty, empty, empty, empty, () => watchAnswer([added('a', 11)], 'hang')]);
  await seen(run.watch, 1);
  expect(run.clock.pauses).toEqual([400, 800, 1600, 3200]);
});

test('a server that closes after every event is followed, politely', async () => {
  let version = 10;
  const run = watching([
    () => {
      version++;
      return watchAnswer([added(`s${version}`, version)]);
    },
  ]);
  expect(await seen(run.watch, 4)).toEqual([
    'ADDED s11@11',
    'ADDED s12@12',
    'ADDED s13@13',
    'ADDED s14@14',
  ]);
  expect(run.clock.pauses).toEqual([400, 400, 400]);
});

test('maxRetries bounds the failures in a row', async () => {
  const { server, watch } = watching([() => failure(503, 'ServiceUnavailable')], {
    resourceVersion: '10',
    maxRetries: 2,
  });
  await expect(seen(watch, 1)).rejects.toMatchObject({ code: 503 });
  expect(server.requests).toHaveLength(3);
});

test('without a version the watch begins with what is there, page by page', async () => {
  const run = watching(
    [
      () => page(['a', 'b'], { continue: 't1' }),
      () => page(['c']),
      () => watchAnswer([added('d', 101)], 'hang'),
    ],
    {},
  );
  expect(await seen(run.watch, 4)).toEqual(['ADDED a@1', 'ADDED b@1', 'ADDED c@1', 'ADDED d@101']);
  expect(versionsAsked(run)).toEqual([undefined, undefined, '100']);
});

test('the next bytes are read when the consumer asks for them', async () => {
  let pulled = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        pulled++;
        controller.enqueue(new TextEncoder().encode(added(`s${pulled}`, 10 + pulled)));
      },
    },
    { highWaterMark: 0 },
  );
  const { watch } = watching([() => new Response(body)]);
  await watch.next();
  await watch.next();
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(pulled).toBe(2);
  await watch.return?.();
});

test('several next() at once are answered in order', async () => {
  const { watch } = watching([() => watchAnswer([added('a', 11), added('b', 12)], 'hang')]);
  const results = await Promise.all([watch.next(), watch.next()]);
  expect(results.map(({ value }) => (value as { object: unknown }).object)).toMatchObject([
    { metadata: { name: 'a' } },
    { metadata: { name: 'b' } },
  ]);
  await watch.return?.();
});

test('a next() that is called later is answered later, whoever waits in between', async () => {
  const { watch } = watching([
    () => watchAnswer([added('a', 11) + added('b', 12) + added('c', 13)], 'hang'),
  ]);
  const answers: string[] = [];
  const note = async (call: string): Promise<void> => {
    const { value } = (await watch.next()) as { value: { object: { metadata: { name: string } } } };
    answers.push(`${call} ${value.object.metadata.name}`);
  };
  await Promise.all([note('first').then(() => note('third')), note('second')]);
  expect(answers.sort()).toEqual(['first a', 'second b', 'third c']);
  await watch.return?.();
});

const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test.each([
  ['before it begins', () => [() => watchAnswer([])]],
  ['while it connects', () => [() => new Promise<Response>(() => undefined)]],
  ['while it reads', () => [() => watchAnswer([], 'hang')]],
] as [string, () => [Answer, ...Answer[]]][])(
  'aborting %s ends the watch without an error',
  async (when, answers) => {
    const controller = new AbortController();
    if (when === 'before it begins') controller.abort();
    const { server, watch } = watching(answers(), {
      resourceVersion: '10',
      signal: controller.signal,
    });
    const next = watch.next();
    await pause();
    controller.abort();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(server.requests.every((request) => request.signal.aborted)).toBe(true);
  },
);

test('aborting during a pause ends the watch at once', async () => {
  const controller = new AbortController();
  const { clock, watch } = watching(
    [() => failure(429, 'TooManyRequests', { headers: { 'Retry-After': '30' } })],
    { resourceVersion: '10', signal: controller.signal },
  );
  const next = watch.next();
  while (clock.waiting === 0) await pause();
  await pause();
  controller.abort();
  expect(await next).toEqual({ done: true, value: undefined });
});

test('return() during a waiting next() ends both at once and closes the connection', async () => {
  const { server, watch } = watching([() => watchAnswer([], 'hang')]);
  const next = watch.next();
  await pause();
  await watch.return?.();
  expect(await next).toEqual({ done: true, value: undefined });
  expect(server.requests[0]?.signal.aborted).toBe(true);
});

test('leaving the loop closes the connection', async () => {
  const { server, watch } = watching([() => watchAnswer([added('a', 11)], 'hang')]);
  await take(watch, 1);
  expect(server.requests[0]?.signal.aborted).toBe(true);
});

test('a request that is not answered within its time is made again', async () => {
  const run = watching([
    () => new Promise<Response>(() => undefined),
    () => watchAnswer([added('a', 11)], 'hang'),
  ]);
  const next = run.watch.next();
  while (run.clock.waiting === 0) await pause();
  run.clock.advance(30_000);
  expect(await next).toMatchObject({ value: { type: 'ADDED' } });
  await run.watch.return?.();
});
