import { expect, test } from 'vitest';
import {
  AlreadyExistsError,
  ApiError,
  createImageClient,
  InvalidError,
  isApiError,
  NotFoundError,
  ProtocolError,
  TooManyRequestsError,
  TransportError,
  UnauthorizedError,
} from './index.js';
import type { ClientConfig } from './config.js';
import {
  failure,
  json,
  page,
  scriptedServer,
  streamObject,
  TestClock,
  type Answer,
} from './scripted-server.test-support.js';

function cluster(answers: [Answer, ...Answer[]], config: Partial<ClientConfig> = {}) {
  const server = scriptedServer(...answers);
  const clock = new TestClock();
  const client = createImageClient({
    baseUrl: 'http://cluster.test',
    fetch: server.fetch,
    clock,
    ...config,
  });
  return { server, clock, client, streams: client.imageStreams.in('web') };
}

const ok: Answer = () => json(streamObject('app', 1));
const busy =
  (seconds: string): Answer =>
  () =>
    failure(429, 'TooManyRequests', { headers: { 'Retry-After': seconds } });

test('a Status becomes an error of its reason with the message of the server', async () => {
  const message = 'imagestreams.image.openshift.io "app" not found';
  const { streams } = cluster([
    () =>
      failure(404, 'NotFound', {
        message,
        details: { name: 'app', kind: 'imagestreams' },
        headers: { 'Audit-Id': 'a-1' },
      }),
  ]);
  const error: unknown = await streams.get('app').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(NotFoundError);
  expect(error).toMatchObject({
    message,
    code: 404,
    reason: 'NotFound',
    status: { details: { name: 'app' } },
    request: {
      method: 'GET',
      url: 'http://cluster.test/apis/image.openshift.io/v1/namespaces/web/imagestreams/app',
      auditId: 'a-1',
    },
  });
});

test('errors are recognised without instanceof, so that two installs understand each other', async () => {
  const { streams } = cluster([() => failure(409, 'AlreadyExists')]);
  const error: unknown = await streams
    .create({ metadata: { name: 'app' } })
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(AlreadyExistsError);
  const copy: unknown = Object.defineProperty(
    { reason: 'AlreadyExists' },
    Symbol.for('@imagestream/client/ApiError'),
    { value: true },
  );
  expect([isApiError(copy, 'AlreadyExists'), isApiError(copy, 'Conflict')]).toEqual([true, false]);
});

test('an InvalidError lists which field breaks which rule', async () => {
  const causes = [{ reason: 'FieldValueRequired', message: 'Required value', field: 'spec' }];
  const { streams } = cluster([() => failure(422, 'Invalid', { details: { causes } })]);
  const error: unknown = await streams
    .create({ metadata: { name: 'app' } })
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InvalidError);
  expect((error as InvalidError).causes).toEqual(causes);
});

test.each([
  [404, '404 page not found\n', NotFoundError, '404: 404 page not found'],
  [
    429,
    'Too many requests, please try again later.',
    TooManyRequestsError,
    '429: Too many requests, please try again later.',
  ],
  [502, '<html>Bad Gateway</html>', ApiError, '502: <html>Bad Gateway</html>'],
  [401, '', UnauthorizedError, '401: nothing more'],
])('%i with a plain text is an error of its class too', async (status, text, type, message) => {
  const { streams } = cluster([() => new Response(text, { status })], { maxRetries: 0 });
  const error: unknown = await streams.get('app').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(type);
  expect((error as Error).message).toBe(message);
});

test('getOrUndefined takes a missing object for an answer, and nothing else', async () => {
  const { streams } = cluster([() => failure(404, 'NotFound'), () => failure(403, 'Forbidden')]);
  expect(await streams.getOrUndefined('app')).toBeUndefined();
  await expect(streams.getOrUndefined('app')).rejects.toMatchObject({ code: 403 });
});

test('429 is waited out as long as the server asks, also for a create', async () => {
  const { clock, server, streams } = cluster([busy('2'), ok]);
  await streams.create({ metadata: { name: 'app' } });
  expect([server.requests.length, clock.pauses]).toEqual([2, [2000]]);
});

test('retryAfterSeconds of the Status counts when there is no header', async () => {
  const { clock, streams } = cluster([
    () => failure(500, 'ServerTimeout', { details: { retryAfterSeconds: 2 } }),
    ok,
  ]);
  await streams.get('app');
  expect(clock.pauses).toEqual([2000]);
});

test('a Retry-After that is a date is understood', async () => {
  const { clock, streams } = cluster([busy('Thu, 01 Jan 1970 00:00:05 GMT'), ok]);
  await streams.get('app');
  expect(clock.pauses).toEqual([5000]);
});

test('a server that asks for more than a minute is left to the caller', async () => {
  const { server, streams } = cluster([busy('120'), ok]);
  await expect(streams.get('app')).rejects.toMatchObject({ retryAfterMs: 120_000 });
  expect(server.requests).toHaveLength(1);
});

test('503 with Retry-After is repeated for a create, without it only for what is safe', async () => {
  const withHeader = cluster([
    () => failure(503, 'ServiceUnavailable', { headers: { 'Retry-After': '1' } }),
    ok,
  ]);
  await withHeader.streams.create({ metadata: { name: 'app' } });
  const without = cluster([() => failure(503, 'ServiceUnavailable'), ok]);
  await expect(without.streams.create({ metadata: { name: 'app' } })).rejects.toMatchObject({
    code: 503,
  });
  expect(without.server.requests).toHaveLength(1);
  const reading = cluster([() => failure(503, 'ServiceUnavailable'), ok]);
  await reading.streams.get('app');
  expect(reading.server.requests).toHaveLength(2);
});

const broken: Answer = () => Promise.reject(new TypeError('fetch failed'));

test.each([
  ['get', 2],
  ['update with a resourceVersion', 2],
  ['update without one', 1],
  ['create', 1],
  ['delete', 1],
  ['delete of exactly one object', 2],
  ['merge patch', 1],
  ['apply', 2],
] as const)('%s is sent %i times when nobody answers', async (what, times) => {
  const { server, streams } = cluster([broken, ok]);
  const stream = {
    ...streamObject('app', 1),
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
  } as const;
  const calls = {
    get: () => streams.get('app'),
    'update with a resourceVersion': () => streams.update(stream),
    'update without one': () => streams.update({ ...stream, metadata: { name: 'app' } }),
    create: () => streams.create({ metadata: { name: 'app' } }),
    delete: () => streams.delete('app'),
    'delete of exactly one object': () => streams.delete('app', { uid: 'u1' }),
    'merge patch': () => streams.patch('app', { type: 'merge', body: {} }),
    apply: () => streams.apply({ metadata: { name: 'app' } }, { fieldManager: 'ci' }),
  };
  const outcome = await calls[what]().then(
    () => 'answered',
    (error: unknown) => (error as Error).name,
  );
  expect([server.requests.length, outcome]).toEqual([
    times,
    times === 2 ? 'answered' : 'TransportError',
  ]);
});

test('a conflict is never repeated', async () => {
  const { server, streams } = cluster([() => failure(409, 'Conflict'), ok]);
  await expect(streams.get('app')).rejects.toMatchObject({ code: 409 });
  expect(server.requests).toHaveLength(1);
});

test('retries end, and the last error is told', async () => {
  const { clock, server, streams } = cluster([broken]);
  await expect(streams.get('app')).rejects.toBeInstanceOf(TransportError);
  expect([server.requests.length, clock.pauses]).toEqual([5, [400, 800, 1600, 3200]]);
});

test('an answer that breaks off is read again', async () => {
  const cut: Answer = () =>
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('{"metadata":'));
          controller.error(new TypeError('terminated'));
        },
      }),
    );
  const { server, streams } = cluster([cut, ok]);
  await streams.get('app');
  expect(server.requests).toHaveLength(2);
});

test('an answer that is not JSON is an error of its own', async () => {
  const { streams } = cluster([() => new Response('<html>')]);
  await expect(streams.get('app')).rejects.toBeInstanceOf(ProtocolError);
});

test('a call takes no longer than its time, though the transport does not listen', async () => {
  const { clock, streams } = cluster([() => new Promise<Response>(() => undefined)]);
  const call = streams.get('app', { timeoutMs: 12_000, maxRetries: 0 });
  while (clock.waiting === 0) await new Promise(setImmediate);
  clock.advance(12_000);
  await expect(call).rejects.toMatchObject({ name: 'TransportError', type: 'timeout' });
});

test('aborting a call rejects with the reason of its signal and is not retried', async () => {
  const controller = new AbortController();
  const { server, streams } = cluster([() => new Promise<Response>(() => undefined)]);
  const call = streams.get('app', { signal: controller.signal });
  await new Promise(setImmediate);
  const reason = new Error('changed my mind');
  controller.abort(reason);
  await expect(call).rejects.toBe(reason);
  expect(server.requests).toHaveLength(1);
});

test('the token is asked for at every request, and once more when it is refused', async () => {
  const asked: (string | undefined)[] = [];
  const { server, streams } = cluster([ok, () => failure(401, 'Unauthorized'), ok], {
    token: (refused) => {
      asked.push(refused);
      return refused === undefined ? 'old' : 'new';
    },
  });
  await streams.get('app');
  await streams.get('app');
  expect(server.requests.map((request) => request.headers.get('authorization'))).toEqual([
    'Bearer old',
    'Bearer old',
    'Bearer new',
  ]);
  expect(asked).toEqual([undefined, undefined, 'old']);
});

test('a refused token that is all there is becomes an UnauthorizedError', async () => {
  const { server, streams } = cluster([() => failure(401, 'Unauthorized')], {
    token: () => 'only',
  });
  await expect(streams.get('app')).rejects.toBeInstanceOf(UnauthorizedError);
  expect(server.requests).toHaveLength(1);
});

test('middleware is an onion, the first layer outermost', async () => {
  const order: string[] = [];
  const { streams, server } = cluster([ok], {
    middleware: [
      async (request, next) => {
        order.push('a in');
        const response = await next(new Request(request, { headers: { 'X-Trace': '1' } }));
        order.push('a out');
        return response;
      },
      (request, next) => {
        order.push('b');
        return next(request);
      },
    ],
  });
  await streams.get('app');
  expect(order).toEqual(['a in', 'b', 'a out']);
  expect(server.requests[0]?.headers.get('x-trace')).toBe('1');
});

test('middleware may answer by itself', async () => {
  const { server, streams } = cluster([ok], {
    middleware: [async () => json(streamObject('x', 1))],
  });
  expect((await streams.get('app')).metadata.name).toBe('x');
  expect(server.requests).toEqual([]);
});

test('another user is said in headers, and the client itself stays who it is', async () => {
  const { server, client } = cluster([() => page([])]);
  const other = client.as({
    user: 'ada',
    groups: ['dev', 'ops'],
    uid: 'u1',
    extra: { 'example.com/scope': ['a'] },
  });
  await other.imageStreams.all.list();
  await client.imageStreams.all.list();
  const [as, plain] = server.requests.map((request) =>
    Object.fromEntries([...request.headers].filter(([name]) => name.startsWith('impersonate'))),
  );
  expect(as).toEqual({
    'impersonate-user': 'ada',
    'impersonate-group': 'dev, ops',
    'impersonate-uid': 'u1',
    'impersonate-extra-example.com%2fscope': 'a',
  });
  expect(plain).toEqual({});
});

test('several groups are refused where fetch would join them into one', () => {
  const client = createImageClient({ baseUrl: 'http://cluster.test' });
  expect(() => client.as({ user: 'ada', groups: ['dev', 'ops'] })).toThrow(TypeError);
});

test('the log says what happened and no secrets', async () => {
  const lines: object[] = [];
  const logger = {
    debug: (message: string, fields: object) => lines.push({ message, ...fields }),
    warn: (message: string, fields: object) => lines.push({ message, ...fields }),
  };
  const { streams } = cluster([busy('1'), ok], {
    baseUrl: 'https://cluster.test',
    token: 's3cret',
    headers: { Cookie: 's3cret', 'Impersonate-User': 's3cret' },
    logger,
  });
  await streams.get('app');
  const text = JSON.stringify(lines);
  expect(text).not.toContain('s3cret');
  expect(lines.at(0)).toMatchObject({ message: 'request', verb: 'get', method: 'GET' });
});

test('credentials in the URL are refused, without repeating them', () => {
  const make = (): unknown => createImageClient({ baseUrl: 'https://ada:pw@api.test' });
  expect(make).toThrow('credentials belong in `token`, not in the URL');
});

test('a token that travels unencrypted to another machine is warned about', () => {
  const warnings: string[] = [];
  const logger = { debug: () => undefined, warn: (message: string) => warnings.push(message) };
  for (const baseUrl of [
    'http://127.0.0.1:80',
    'https://api.test',
    'http://[::1]',
    'http://api.test',
  ])
    createImageClient({ baseUrl, token: 't', logger });
  expect(warnings).toEqual(['the token travels unencrypted']);
});

test('warnings of the server reach the hook, each on its own', async () => {
  const warnings: object[] = [];
  const header = '299 - "unknown field \\"spec.foo\\"", 299 - "a, b"';
  const { streams } = cluster(
    [() => json(streamObject('app', 1), { headers: { Warning: header } })],
    {
      onWarning: (warning) => warnings.push(warning),
    },
  );
  await streams.get('app');
  expect(warnings).toEqual([
    { code: 299, text: 'unknown field "spec.foo"' },
    { code: 299, text: 'a, b' },
  ]);
});

test('the path of the base URL is kept', async () => {
  const { server, streams } = cluster([ok], { baseUrl: 'http://console.test/api/kubernetes/' });
  await streams.get('app');
  expect(server.requests[0]?.path).toBe(
    '/api/kubernetes/apis/image.openshift.io/v1/namespaces/web/imagestreams/app',
  );
});
