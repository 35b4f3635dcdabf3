import { createMemoryStore, type Store } from '@imagestream/store';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  createImageServer,
  type ImageServer,
  type ImageServerOptions,
} from './create-image-server.js';
import {
  call,
  createStreams,
  namesOf,
  STREAMS,
  watchLines,
  type CallAnswer,
} from './testing/call.js';
import { Connection } from './testing/connection.js';
import { at, mappingOf } from './testing/open-story.js';

interface Replica {
  readonly server: ImageServer;
  readonly connection: Connection;
  readonly errors: unknown[];
}

const opened: Replica[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const { server } of opened.splice(0)) await server.close();
});

async function openReplica(store: Store, options: ImageServerOptions = {}): Promise<Replica> {
  const connection = new Connection(store);
  const errors: unknown[] = [];
  const server = await createImageServer({
    store: connection,
    onError: (error) => errors.push(error),
    ...options,
  });
  const replica = { server, connection, errors };
  opened.push(replica);
  return replica;
}

/** Two servers on one store. */
async function openTwo(options: ImageServerOptions = {}): Promise<[Replica, Replica]> {
  const store = createMemoryStore();
  return [await openReplica(store, options), await openReplica(store, options)];
}

function body(name: string, more: object = {}): { body: object } {
  return { body: { metadata: { name }, ...more } };
}

/** What an answer says of when to come back. */
function retry({ headers, body: status }: CallAnswer): unknown[] {
  return [headers.get('retry-after'), at(status, 'details.retryAfterSeconds')];
}

const quietWatch = `${STREAMS}?watch=true&timeoutSeconds=60`;

/** Reads a watch in the background. */
function follow(response: Response): { readonly lines: string[]; readonly over: Promise<void> } {
  const lines: string[] = [];
  const read = async (): Promise<void> => {
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
      text += part.value;
      const ready = text.split('\n');
      text = ready.pop() ?? '';
      for (const line of ready) {
        const { type, object } = JSON.parse(line) as Record<string, unknown>; // A line of the server.
        lines.push(`${String(type)} ${String(at(object, 'metadata.name'))}`);
      }
    }
  };
  return { lines, over: read() };
}

/** Lets what can happen without a timer happen. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
}

describe('two servers on one store', () => {
  // Evidence: replica-freshness
  it('show each other what was acknowledged, in reads, lists, watches and refusals', async () => {
    const [one, other] = await openTwo();
    await createStreams(one.server, ['app']);
    expect((await call(other.server, `GET ${STREAMS}/app`)).status).toBe(200);
    expect(namesOf((await call(other.server, `GET ${STREAMS}`)).body)).toEqual(['app']);
    expect((await call(other.server, `POST ${STREAMS}`, body('app'))).status).toBe(409);
    expect((await call(other.server, `DELETE ${STREAMS}/app`)).status).toBe(200);
    expect((await call(one.server, `GET ${STREAMS}/app`)).status).toBe(404);
    const lines = await watchLines(
      one.server,
      `${STREAMS}?watch=true&resourceVersion=1&timeoutSeconds=0`,
    );
    expect(lines.map(({ type }) => type)).toEqual(['ADDED', 'DELETED']);
  });

  it('go on with each other’s pages, and with versions the other one gave', async () => {
    const [one, other] = await openTwo();
    await createStreams(one.server, ['a', 'b', 'c']);
    const first = await call(one.server, `GET ${STREAMS}?limit=2`);
    const token = encodeURIComponent(String(at(first.body, 'metadata.continue')));
    await createStreams(one.server, ['bb']);
    other.connection.set({ health: 'away' });
    await settle();
    const second = await call(other.server, `GET ${STREAMS}?limit=2&continue=${token}`);
    expect(namesOf(second.body)).toEqual(['c']);
    expect(at(second.body, 'metadata.resourceVersion')).toBe(
      at(first.body, 'metadata.resourceVersion'),
    );
  });

  it('lose no write to each other, however many change one stream at a time', async () => {
    const replicas = await openTwo();
    await createStreams(replicas[0].server, ['app']);
    const patch = (server: ImageServer, n: number): Promise<CallAnswer> =>
      call(server, `PATCH ${STREAMS}/app`, {
        body: { metadata: { labels: { [`n${n}`]: 'x' } } },
        headers: { 'content-type': 'application/merge-patch+json' },
      });
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, n) => patch(replicas[n % 2 === 0 ? 0 : 1].server, n)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array<number>(30).fill(200));
    const { body: stream } = await call(replicas[0].server, `GET ${STREAMS}/app`);
    expect(Object.keys(at(stream, 'metadata.labels') as object)).toHaveLength(30);
  });

  it('write with one call to the store what is made from the newest state, and refuse by it', async () => {
    const [one, other] = await openTwo();
    await createStreams(one.server, ['app']);
    await call(other.server, `GET ${STREAMS}/app`);
    const relabel = (server: ImageServer, value: string): Promise<CallAnswer> =>
      call(server, `PATCH ${STREAMS}/app`, {
        body: { metadata: { labels: { value } } },
        headers: { 'content-type': 'application/merge-patch+json' },
      });
    const before = { ...other.connection.calls };
    expect((await relabel(other.server, 'a')).status).toBe(200);
    expect(other.connection.calls).toEqual({ ...before, txn: (before['txn'] ?? 0) + 1 });
    other.connection.set({ isWatchHeld: true });
    expect((await relabel(one.server, 'b')).status).toBe(200);
    // What it knows has this label already: not to write is right for an old state only.
    expect((await relabel(other.server, 'a')).status).toBe(200);
    const { body: stream } = await call(one.server, `GET ${STREAMS}/app`);
    expect(at(stream, 'metadata.labels.value')).toBe('a');
  });

  it('plant one seed at the same time', async () => {
    const store = createMemoryStore();
    const seed = ['a', 'b', 'c'].map((name) => ({
      apiVersion: 'image.openshift.io/v1',
      kind: 'ImageStream',
      metadata: { name, namespace: 'web' },
      spec: {},
      status: { tags: [{ tag: 'latest', items: null }] },
    }));
    const replicas = await Promise.all([0, 1, 2].map(() => openReplica(store, { seed })));
    for (const { server } of replicas) {
      const { body: list } = await call(server, `GET ${STREAMS}`);
      expect(namesOf(list)).toEqual(['a', 'b', 'c']);
      expect(at(list, 'items.2.status.tags.0.tag')).toBe('latest');
    }
  });
});

describe('a server whose cache lags', () => {
  // Evidence: replica-freshness
  it('decides on the newest state all the same, and answers writes', async () => {
    const [one, lagging] = await openTwo();
    await createStreams(one.server, ['app']);
    await call(lagging.server, `GET ${STREAMS}/app`);
    lagging.connection.set({ isWatchHeld: true });
    await call(one.server, `DELETE ${STREAMS}/app`);
    await createStreams(one.server, ['new']);
    const newest = (await call(one.server, `GET ${STREAMS}/new`)).body;
    expect((await call(lagging.server, `GET ${STREAMS}/app`)).status).toBe(404);
    expect((await call(lagging.server, `GET ${STREAMS}/new`)).body).toEqual(newest);
    expect((await call(lagging.server, `POST ${STREAMS}`, body('new'))).status).toBe(409);
    const updated = await call(lagging.server, `PUT ${STREAMS}/new`, {
      body: { ...(newest as object), spec: { lookupPolicy: { local: true } } },
    });
    expect([updated.status, at(updated.body, 'spec.lookupPolicy.local')]).toEqual([200, true]);
    const mapped = await call(
      lagging.server,
      `POST ${STREAMS.replace('imagestreams', 'imagestreammappings')}`,
      { body: mappingOf('new', 'v1', 'a') },
    );
    expect(mapped.status).toBe(201);
    const tag = `${STREAMS.replace('imagestreams', 'imagestreamtags')}/new:v1`;
    expect((await call(lagging.server, `GET ${tag}`)).status).toBe(200);
    expect((await call(lagging.server, `DELETE ${tag}`)).status).toBe(200);
    expect((await call(one.server, `GET ${tag}`)).status).toBe(404);
    expect((await call(lagging.server, `GET ${STREAMS}/app?resourceVersion=0`)).status).toBe(200);
  });

  // Evidence: replica-freshness
  it('answers 504 after three seconds where it would have to show all of the newest state', async () => {
    const [one, lagging] = await openTwo();
    lagging.connection.set({ isWatchHeld: true });
    await createStreams(one.server, ['app']);
    vi.useFakeTimers();
    const listing = call(lagging.server, `GET ${STREAMS}`);
    const newer = call(lagging.server, `GET ${STREAMS}/app?resourceVersion=2`);
    const watching = watchLines(lagging.server, `${STREAMS}?watch=true&timeoutSeconds=1`);
    await vi.advanceTimersByTimeAsync(3500);
    for (const answer of [await listing, await newer]) {
      expect([answer.status, ...retry(answer)]).toEqual([504, '1', 1]);
      expect(at(answer.body, 'details.causes.0.reason')).toBe('ResourceVersionTooLarge');
    }
    expect((await watching).map(({ type, object }) => [type, object['code']])).toEqual([
      ['ERROR', 504],
    ]);
    expect(lagging.errors).toEqual([]);
  });
});

describe('a server whose store is away', () => {
  // Evidence: replica-store-away
  it('answers 503 and when to come back, or from memory where any state will do', async () => {
    const [{ server, connection, errors }] = await openTwo();
    await createStreams(server, ['app']);
    const { body: stream } = await call(server, `GET ${STREAMS}/app`);
    const version = String(at(stream, 'metadata.resourceVersion'));
    connection.set({ health: 'away' });
    for (const request of [`GET ${STREAMS}`, `GET ${STREAMS}/app`, `GET ${quietWatch}`]) {
      const answer = await call(server, request);
      expect([request, answer.status, ...retry(answer)]).toEqual([request, 503, '1', 1]);
      expect(at(answer.body, 'reason')).toBe('ServiceUnavailable');
    }
    for (const query of ['resourceVersion=0', `resourceVersion=${version}`]) {
      expect((await call(server, `GET ${STREAMS}/app?${query}`)).body).toEqual(stream);
      expect(namesOf((await call(server, `GET ${STREAMS}?${query}`)).body)).toEqual(['app']);
    }
    const watch = `${STREAMS}?watch=true&timeoutSeconds=0`;
    expect(await watchLines(server, `${watch}&resourceVersion=0`)).toHaveLength(1);
    expect(await watchLines(server, `${watch}&resourceVersion=${version}`)).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('shows tags and images as it knows them to who takes any state', async () => {
    const [{ server, connection }] = await openTwo();
    await createStreams(server, ['app']);
    await call(server, `POST ${STREAMS.replace('imagestreams', 'imagestreammappings')}`, {
      body: mappingOf('app', 'v1', 'a'),
    });
    const paths = [
      `${STREAMS.replace('imagestreams', 'imagestreamtags')}/app:v1`,
      `${STREAMS.replace('imagestreams', 'imagetags')}/app:v1`,
      `${STREAMS}/app/layers`,
      `${STREAMS}/app/status`,
      `${STREAMS.replace('imagestreams', 'imagestreamimages')}/app@sha256:aaa`,
    ];
    for (const path of paths) {
      const { body: fresh } = await call(server, `GET ${path}`);
      connection.set({ health: 'away' });
      const before = { ...connection.calls };
      const answer = await call(server, `GET ${path}?resourceVersion=0`);
      expect([path, answer.status, answer.body]).toEqual([path, 200, fresh]);
      expect(connection.calls).toEqual(before);
      connection.set({ health: 'well' });
    }
  });

  // Evidence: replica-store-away
  it('keeps its watches open, and they miss nothing', async () => {
    const [{ server, connection }, other] = await openTwo();
    const path = `${STREAMS}?watch=true&resourceVersion=1&timeoutSeconds=60`;
    const watch = follow(await server.fetch(new Request(`http://server${path}`)));
    await createStreams(server, ['a']);
    connection.set({ health: 'away', isWatchHeld: true });
    await createStreams(other.server, ['b', 'c']);
    await call(other.server, `DELETE ${STREAMS}/b`);
    await settle();
    expect(watch.lines).toEqual(['ADDED a']);
    connection.set({ health: 'well', isWatchHeld: false });
    await createStreams(server, ['d']);
    await settle();
    expect(watch.lines).toEqual(['ADDED a', 'ADDED b', 'ADDED c', 'DELETED b', 'ADDED d']);
    server.endWatches();
    await watch.over;
  });

  // Evidence: replica-write-outcome
  it.each(['unconfirmed', 'lost'] as const)(
    'says of a write that was %s that it may have happened, and does not repeat it',
    async (writes) => {
      const [{ server, connection, errors }] = await openTwo();
      await createStreams(server, ['app']);
      connection.set({ writes });
      const before = connection.calls['txn'] ?? 0;
      const answers = [
        await call(server, `POST ${STREAMS}`, body('new')),
        await call(server, `DELETE ${STREAMS}/app`),
      ];
      for (const answer of answers) {
        expect([answer.status, ...retry(answer)]).toEqual([504, '1', 1]);
        expect(at(answer.body, 'message')).toMatch(
          /^Timeout: the store did not confirm the write \(.*\); it may have happened or not: read before repeating it$/,
        );
      }
      expect(connection.calls['txn']).toBe(before + 2);
      connection.set({ writes: 'kept' });
      const names = namesOf((await call(server, `GET ${STREAMS}`)).body);
      expect(names).toEqual(writes === 'lost' ? ['app'] : ['new']);
      expect(errors).toEqual([]);
    },
  );

  // Evidence: replica-write-outcome
  it('says of a write that the store knows not to have happened that it can be repeated', async () => {
    const [{ server, connection }] = await openTwo();
    await createStreams(server, ['app']);
    connection.set({ writes: 'refused' });
    for (const answer of [
      await call(server, `POST ${STREAMS}`, body('new')),
      await call(server, `DELETE ${STREAMS}/app`),
    ]) {
      expect([answer.status, ...retry(answer)]).toEqual([503, '1', 1]);
    }
  });

  // Evidence: replica-write-outcome
  it('gives up a write that the store says nothing about', async () => {
    const [{ server, connection }] = await openTwo();
    vi.useFakeTimers();
    connection.set({ health: 'silent' });
    const writing = call(server, `POST ${STREAMS}`, body('new'));
    await vi.advanceTimersByTimeAsync(31_000);
    expect((await writing).status).toBe(504);
  });

  it('does not take it for a rule that a write breaks', async () => {
    const [{ server, connection }] = await openTwo();
    connection.set({ health: 'away' });
    const tags = [{ name: 'a', from: { kind: 'ImageStreamTag', name: 'base:latest' } }];
    expect((await call(server, `POST ${STREAMS}`, body('new', { spec: { tags } }))).status).toBe(
      503,
    );
  });
});

describe('the probes of a server', () => {
  // Evidence: replica-probes
  it('say that it is not ready while the store is away, and that it lives', async () => {
    const [{ server, connection }] = await openTwo();
    connection.set({ health: 'away' });
    const ready = await call(server, 'GET /readyz?verbose');
    expect([ready.status, ready.text]).toEqual([
      500,
      '[+]ping ok\n[-]store failed: reason withheld\n[-]cache failed: reason withheld\n[+]shutdown ok\nreadyz check failed\n',
    ]);
    expect((await call(server, 'GET /livez')).text).toBe('ok');
    connection.set({ health: 'well' });
    expect((await call(server, 'GET /readyz')).text).toBe('ok');
  });

  // Evidence: replica-probes
  it('say so within two seconds when the store or its watch is silent', async () => {
    const [{ server, connection }, other] = await openTwo();
    connection.set({ isWatchHeld: true });
    await createStreams(other.server, ['app']);
    vi.useFakeTimers();
    const behind = call(server, 'GET /readyz');
    await vi.advanceTimersByTimeAsync(2000);
    expect((await behind).text).toContain('[+]store ok\n[-]cache failed');
    connection.set({ health: 'silent' });
    const silent = call(server, 'GET /readyz');
    await vi.advanceTimersByTimeAsync(2000);
    expect((await silent).text).toContain('[-]store failed: reason withheld\n[-]cache failed');
  });

  it('are answered however many requests wait', async () => {
    const [{ server, connection }] = await openTwo({ flowLimits: { reading: 1, writing: 1 } });
    connection.set({ health: 'silent' });
    const waiting = call(server, `GET ${STREAMS}`);
    expect((await call(server, `GET ${STREAMS}`)).status).toBe(429);
    expect((await call(server, 'GET /livez')).status).toBe(200);
    connection.set({ health: 'well' });
    expect((await waiting).status).toBe(200);
  });
});

describe('a server that is about to end', () => {
  // Evidence: replica-shutdown
  it('is not ready, ends watches, turns new requests away and lets others finish', async () => {
    const [{ server }] = await openTwo();
    server.faults.add({ match: { name: 'slow' }, action: { type: 'latency', delayMs: 20 } });
    const watch = follow(await server.fetch(new Request(`http://server${quietWatch}`)));
    const slow = call(server, `GET ${STREAMS}/slow`);
    server.drain();
    await watch.over;
    const refused = await call(server, `GET ${STREAMS}`);
    expect([refused.status, ...retry(refused), at(refused.body, 'reason')]).toEqual([
      ...[503, '1', 1, 'ServiceUnavailable'],
    ]);
    expect((await call(server, 'GET /readyz')).text).toContain('[-]shutdown failed');
    expect((await call(server, 'GET /livez')).status).toBe(200);
    expect((await slow).status).toBe(404);
  });

  it('closes though its store is silent', async () => {
    const [{ server, connection }] = await openTwo({ importController: true });
    connection.set({ health: 'silent' });
    const reading = call(server, `GET ${STREAMS}`);
    await server.close();
    expect((await reading).status).toBe(503);
  });
});
