/**
 * Thousands of forced disconnects against the reference server while it is written to: a watch loses and repeats
 * nothing, and a cache ends as the server's state. SOAK_DISCONNECTS=10000 makes it as long as the promise says.
 */
import type { ImageStream } from '@imagestream/image-v1';
import { createImageServer, type ImageServer } from '@imagestream/server';
import { expect, test } from 'vitest';
import { createCache, createImageClient, type ImageClient } from './index.js';

const DISCONNECTS = Number(process.env['SOAK_DISCONNECTS'] ?? 300);
const NAMESPACE = 'soak';

/** A repeatable source of chance. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

type Fetch = (request: Request) => Promise<Response>;

/** Breaks every watch: before it is answered, at once, between events, in the middle of one, by a close or a reset. */
function hostile(inner: Fetch, random: () => number): { fetch: Fetch; disconnects: () => number } {
  let disconnects = 0;
  return {
    disconnects: () => disconnects,
    async fetch(request) {
      if (!request.url.includes('watch=true')) return inner(request);
      disconnects++;
      const choice = random();
      if (choice < 0.05) throw new TypeError('fetch failed');
      if (choice < 0.1) {
        return new Response('busy', { status: 503, headers: { 'Retry-After': '0' } });
      }
      const response = await inner(request);
      return new Response(
        breakAfter(response, Math.floor(random() * 2500), random() < 0.5),
        response,
      );
    },
  };
}

/** Lets a number of bytes through and then ends the stream, as a close or as a reset. */
function breakAfter({ body }: Response, bytes: number, reset: boolean): ReadableStream<Uint8Array> {
  const reader = (body ?? new ReadableStream<Uint8Array>()).getReader();
  let left = bytes;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (left <= 0) {
          await reader.cancel();
          if (reset) controller.error(new TypeError('terminated'));
          else controller.close();
          return;
        }
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value.subarray(0, left));
        left -= value?.length ?? left;
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

const makeClient = (fetch: Fetch): ImageClient =>
  createImageClient({
    baseUrl: 'http://soak.test',
    fetch,
    // The pauses are proved elsewhere; here they would only take time.
    backoff: { initialDelayMs: 0, maxDelayMs: 0 },
  });

const note = (type: string, { metadata }: ImageStream): string =>
  `${type} ${metadata.name}@${metadata.resourceVersion}`;

/** Every event of the server on one connection that nobody breaks. */
async function readTruth(server: ImageServer, from: string, into: string[]): Promise<void> {
  const url = `http://soak.test/apis/image.openshift.io/v1/namespaces/${NAMESPACE}/imagestreams?watch=1&resourceVersion=${from}`;
  const { body } = await server.fetch(new Request(url));
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body ?? new ReadableStream<Uint8Array>()) {
    const text = decoder.decode(chunk, { stream: true });
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const { type, object } = JSON.parse(line) as { type: string; object: ImageStream };
      into.push(note(type, object));
    }
  }
}

/** Creates, changes and deletes streams, a step at a time. */
function writer(client: ImageClient, random: () => number): () => Promise<void> {
  const streams = client.imageStreams.in(NAMESPACE);
  const live: string[] = [];
  let created = 0;
  return async () => {
    const choice = random();
    const name = live[Math.floor(random() * live.length)];
    if (name === undefined || choice < 0.3) {
      live.push(`s${++created}`);
      await streams.create({ metadata: { name: `s${created}` } });
    } else if (choice < 0.8) {
      await streams.modify(name, (stream) => {
        stream.metadata.labels = { turn: `t${Math.floor(random() * 1000)}` };
        // Characters of several bytes, for the places where streams are cut.
        stream.metadata.annotations = { text: 'ä€😀'.repeat(10) };
      });
    } else {
      live.splice(live.indexOf(name), 1);
      await streams.delete(name);
    }
  };
}

test(
  `${DISCONNECTS} forced disconnects lose nothing, repeat nothing, and leave a cache equal to the server`,
  { timeout: 30_000 + DISCONNECTS * 60 },
  async () => {
    const server = await createImageServer();
    const calm = makeClient(server.fetch);
    const random = seededRandom(4711);
    const step = writer(calm, random);
    for (let i = 0; i < 20; i++) await step();

    const { resourceVersion } = await calm.imageStreams.in(NAMESPACE).list();
    const truth: string[] = [];
    const reading = readTruth(server, resourceVersion, truth);
    const brokenWatch = hostile(server.fetch, seededRandom(1));
    const brokenCache = hostile(server.fetch, seededRandom(2));
    const seen: string[] = [];
    const stop = new AbortController();
    const watching = (async () => {
      const streams = makeClient(brokenWatch.fetch).imageStreams.in(NAMESPACE);
      for await (const event of streams.watch({ resourceVersion, signal: stop.signal })) {
        if (event.type !== 'BOOKMARK') seen.push(note(event.type, event.object));
      }
    })();
    const cache = createCache(makeClient(brokenCache.fetch).imageStreams.in(NAMESPACE), {
      indexes: { byTurn: (stream: ImageStream) => [stream.metadata.labels?.['turn'] ?? ''] },
    });

    while (brokenWatch.disconnects() < DISCONNECTS) {
      await step();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const last = await calm.imageStreams.in(NAMESPACE).create({ metadata: { name: 'last' } });
    const goal = note('ADDED', last);
    const isDone = (): boolean =>
      seen.at(-1) === goal && truth.at(-1) === goal && cache.get('last', NAMESPACE) !== undefined;
    for (let waits = 0; waits < 2000 && !isDone(); waits++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }

    expect(new Set(truth).size).toBe(truth.length);
    expect(seen).toEqual(truth);
    const all = await calm.imageStreams.in(NAMESPACE).list().all();
    const byName = (a: ImageStream, b: ImageStream): number =>
      (a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1;
    expect(cache.list().sort(byName)).toEqual(all.sort(byName));
    for (const stream of all) {
      expect(cache.by('byTurn', stream.metadata.labels?.['turn'] ?? '')).toContainEqual(stream);
    }

    stop.abort();
    cache.close();
    await Promise.all([watching, cache.done]);
    await server.close();
    await reading;
  },
);
