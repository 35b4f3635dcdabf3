import { describe, expect, it } from 'vitest';
import { createImageServer } from '../create-image-server.js';
import { encodeDiscovery } from './discovery-protobuf.js';
import { checkRouteAccepts, negotiate } from './negotiate.js';
import { parseResourcePath, splitTarget } from './request-info.js';
import { readTimeout } from './request-timeout.js';
import { wantsPretty } from './resource-call.js';
import { WarningList } from './warnings.js';
import { checkManager, managerName } from './write-options.js';
import { at } from '../testing/open-story.js';
import { call, createStreams, STREAMS } from '../testing/call.js';

const conversions = { conversions: true, tables: true };

describe('negotiate', () => {
  // Evidence: api-negotiation
  it.each([
    [undefined, { format: 'json', pretty: false }],
    ['*/*', { format: 'json', pretty: false }],
    ['application/json;q=0.5,application/yaml;q=0.9', { format: 'yaml', pretty: false }],
    ['application/json;pretty=1', { format: 'json', pretty: true }],
    [
      'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
      { format: 'json', pretty: false, conversion: { kind: 'Table', version: 'v1' } },
    ],
    [
      'application/json;as=Table;v=v2;g=meta.k8s.io,application/json',
      { format: 'json', pretty: false },
    ],
  ])('answers %j with %j', (accept, media) => {
    expect(negotiate(accept, conversions)).toEqual(media);
  });

  it('refuses with 406 what no clause asks for', () => {
    expect(() => negotiate('application/json;as=Table', conversions)).toThrow(
      'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    );
    // Evidence: api-negotiation-route
    expect(() => checkRouteAccepts('application/*', false)).toThrow('406: Not Acceptable');
  });
});

describe('wantsPretty', () => {
  it.each([
    ['', 'curl/8.0', true],
    ['pretty=', 'curl/8.0', true],
    ['pretty=0', 'curl/8.0', false],
    ['pretty=yes', '', false],
    ['pretty=t', '', true],
    ['pretty=TRUE', '', true],
    ['', 'kubectl/v1.32', false],
  ])('of %j and user agent %j is %j', (query, userAgent, pretty) => {
    expect(wantsPretty(new URLSearchParams(query), userAgent)).toBe(pretty);
  });
});

describe('paths', () => {
  it('are read with their namespace, name and subresource', () => {
    expect(
      parseResourcePath('/apis/image.openshift.io/v1/namespaces/web/imagestreams/app/status'),
    ).toEqual({
      root: 'apis',
      resource: 'imagestreams',
      subresource: 'status',
      namespace: 'web',
      name: 'app',
      watch: false,
    });
    expect(parseResourcePath('/oapi/v1/watch/imagestreams')).toMatchObject({
      root: 'oapi',
      watch: true,
    });
  });

  it.each(['/apis/image.openshift.io/v1//imagestreams', '/apis/apps/v1/deployments', '/version'])(
    'that are none of a resource are not: %s',
    (path) => {
      expect(parseResourcePath(path)).toBeUndefined();
    },
  );

  it('with a broken escape are no target', () => {
    expect(splitTarget('/a%zz')).toBeUndefined();
  });

  // Evidence: api-unknown-path, api-errors
  it('that lead nowhere are 404: inside the API a Status, elsewhere the list of paths', async () => {
    const server = await createImageServer();
    const inside = await call(server, 'GET /apis/image.openshift.io/v2');
    expect([inside.status, at(inside.body, 'reason')]).toEqual([404, 'NotFound']);
    const outside = await call(server, 'GET /nope');
    expect([outside.status, at(outside.body, 'paths.0')]).toEqual([404, '/apis']);
    // Evidence: api-unknown-method
    const method = await call(server, 'POST /apis/image.openshift.io/v1/imagestreams', {
      body: {},
    });
    expect([method.status, at(method.body, 'reason')]).toEqual([405, 'MethodNotAllowed']);
    await server.close();
  });
});

describe('standing headers', () => {
  // Evidence: api-headers
  it('carry an Audit-Id, the client’s own if it is a UUID', async () => {
    const server = await createImageServer();
    const id = '0bdc6c1e-8f6c-4d3c-8d3e-1c2b3a4f5d6e';
    const echoed = await call(server, 'GET /apis', { headers: { 'audit-id': id } });
    const fresh = await call(server, 'GET /apis', { headers: { 'audit-id': 'x"; evil' } });
    expect(echoed.headers.get('audit-id')).toBe(id);
    expect(fresh.headers.get('audit-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(fresh.headers.get('cache-control')).toBe('no-store');
    await server.close();
  });

  // Evidence: api-cors
  it('let web pages read answers only when their origin is allowed', async () => {
    const closed = await createImageServer();
    const headers = { origin: 'https://console.test' };
    expect(
      (await call(closed, 'GET /apis', { headers })).headers.get('access-control-allow-origin'),
    ).toBeNull();
    await closed.close();
    const open = await createImageServer({ corsOrigins: ['https://console.test'] });
    const answer = await call(open, 'GET /apis', { headers });
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://console.test');
    const preflight = await call(open, 'OPTIONS /apis', {
      headers: { ...headers, 'access-control-request-method': 'PUT' },
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-methods')]).toEqual([
      204,
      'GET, POST, PUT, PATCH, DELETE',
    ]);
    await open.close();
  });
});

describe('discovery', () => {
  // Evidence: api-discovery
  it('in one document is told apart by its media type and can be asked for again', async () => {
    const server = await createImageServer();
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    const first = await call(server, 'GET /apis', { headers: { accept } });
    expect(first.headers.get('content-type')).toBe(accept);
    const etag = first.headers.get('etag') ?? '';
    const again = await call(server, 'GET /apis', { headers: { accept, 'if-none-match': etag } });
    expect(again.status).toBe(304);
    await server.close();
  });

  // Evidence: api-discovery-protobuf
  it('is written as protobuf in Kubernetes’ frame', () => {
    const bytes = encodeDiscovery({ kind: 'APIGroup', apiVersion: 'v1', name: 'g', versions: [] });
    expect([...bytes.subarray(0, 4)]).toEqual([0x6b, 0x38, 0x73, 0x00]);
    expect(Buffer.from(bytes.subarray(4)).toString('latin1')).toBe(
      '\n\x0e\n\x02v1\x12\x08APIGroup\x12\x09\n\x01g\x1a\x04\n\x00\x12\x00\x1a\x00"\x00',
    );
  });

  // Evidence: api-openapi
  it('publishes OpenAPI under its hash, and sends a wrong hash to the right one', async () => {
    const server = await createImageServer();
    const index = await call(server, 'GET /openapi/v3');
    const url = String(
      (at(index.body, 'paths') as Record<string, { serverRelativeURL: string }>)[
        'apis/image.openshift.io/v1'
      ]?.serverRelativeURL,
    );
    const document = await call(server, `GET ${url}`);
    expect(document.headers.get('cache-control')).toBe('public, immutable');
    const wrong = await call(server, `GET ${url.replace(/hash=.*/, 'hash=X')}`);
    expect([wrong.status, wrong.headers.get('location')]).toEqual([301, url]);
    const v2 = await call(server, 'GET /openapi/v2', {
      headers: { accept: 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf' },
    });
    expect(v2.headers.get('content-type')).toBe(
      'application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
    );
    await server.close();
  });

  // Evidence: api-health
  it('of health lists its checks when asked', async () => {
    const server = await createImageServer();
    expect((await call(server, 'GET /readyz')).text).toBe('ok');
    const healthy = await call(server, 'GET /healthz?verbose&exclude=store');
    expect(healthy.text).toBe('[+]ping ok\n[+]store excluded: ok\nhealthz check passed\n');
    const alive = await call(server, 'GET /livez?verbose&exclude=b&exclude=a');
    expect(alive.text).toBe(
      '[+]ping ok\nwarn: some health checks cannot be excluded: no matches for "a","b"\nlivez check passed\n',
    );
    expect((await call(server, 'GET /readyz/cache')).text).toBe('ok');
    expect((await call(server, 'GET /livez/cache')).status).toBe(404);
    await server.close();
    expect((await call(server, 'GET /readyz')).status).toBe(500);
  });
});

describe('the 3.x surface', () => {
  // Evidence: legacy-surface, legacy-export
  it('serves the same objects as v1, without a group in its errors', async () => {
    const server = await createImageServer();
    const created = await call(server, 'POST /oapi/v1/imagestreams', {
      body: { apiVersion: 'v1', kind: 'ImageStream', metadata: { name: 'app', namespace: 'web' } },
    });
    expect([created.status, at(created.body, 'apiVersion')]).toEqual([201, 'v1']);
    expect(at((await call(server, `GET ${STREAMS}/app`)).body, 'metadata.uid')).toBe(
      at(created.body, 'metadata.uid'),
    );
    const missing = await call(server, 'GET /oapi/v1/namespaces/web/imagestreams/x');
    expect(at(missing.body, 'message')).toBe('imagestreams "x" not found');
    expect(at(missing.body, 'details.group')).toBeUndefined();
    const exported = await call(server, 'GET /oapi/v1/namespaces/web/imagestreams/app?export=true');
    expect(at(exported.body, 'metadata')).toEqual({ name: 'app' });
    const patched = await call(server, 'PATCH /oapi/v1/namespaces/web/imagestreams/app', {
      body: { apiVersion: 'v1', metadata: { labels: { a: 'b' } } },
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    expect([patched.status, at(patched.body, 'apiVersion')]).toEqual([200, 'v1']);
    expect((await call(server, 'GET /oapi/v1/namespaces/web/imagetags/a:b')).status).toBe(404);
    await server.close();
    const modern = await createImageServer({ legacyApi: false });
    expect((await call(modern, 'GET /oapi/v1')).status).toBe(404);
    await modern.close();
  });
});

describe('limits', () => {
  // Evidence: api-overload
  it('turn requests away when too many are under way', async () => {
    const server = await createImageServer({ flowLimits: { reading: 1, writing: 1 } });
    await createStreams(server, ['a']);
    const answers = await Promise.all([1, 2].map(() => call(server, `GET ${STREAMS}/a`)));
    const turnedAway = answers.find(({ status }) => status === 429);
    expect([turnedAway?.text, turnedAway?.headers.get('retry-after')]).toEqual([
      'Too many requests, please try again later.\n',
      '1',
    ]);
    expect((await call(server, `GET ${STREAMS}/a`)).status).toBe(200);
    await server.close();
  });

  // Evidence: api-request-timeout
  it('refuse a timeout that is no duration', () => {
    expect(() => readTimeout(new URLSearchParams('timeout=5'))).toThrow(
      'invalid timeout specified in the request URL - time: missing unit in duration "5"',
    );
    expect(() => readTimeout(new URLSearchParams('timeout=5x'))).toThrow('unknown unit "x"');
    expect(() => readTimeout(new URLSearchParams('timeout=-'))).toThrow('invalid duration "-"');
    expect(() => readTimeout(new URLSearchParams('timeout=1s-'))).toThrow('unknown unit "s-"');
  });

  // Evidence: api-request-timeout
  it.each([
    ['1s', 1000],
    ['+1.5s', 1500],
    ['.5s20ms', 520],
    ['2us', 0.002],
    ['', undefined],
    ['0', undefined],
    ['-1s', undefined],
    ['59.9s', 59_900],
    ['1m', undefined],
    ['1h', undefined],
  ])('read the timeout %j as %j ms', (text, timeoutMs) => {
    expect(readTimeout(new URLSearchParams({ timeout: text }))).toBe(timeoutMs);
  });

  // Evidence: api-request-timeout
  it.each([
    [`GET ${STREAMS}/a`, ''],
    [`GET ${STREAMS}`, ''],
    [`DELETE ${STREAMS}/a`, '; it may have happened or not: read before repeating it'],
  ])('end %s when the client has waited as long as it wanted', async (request, outcome) => {
    const server = await createImageServer();
    await createStreams(server, ['a']);
    server.faults.add({ match: {}, action: { type: 'latency', delayMs: 1000 } });
    const { status, body } = await call(server, `${request}?timeout=30ms`);
    expect([status, body]).toMatchObject([
      504,
      {
        reason: 'Timeout',
        message: `Timeout: request did not complete within the allotted timeout${outcome}`,
      },
    ]);
    await server.close();
  });

  it('leave a watch to timeoutSeconds', async () => {
    const server = await createImageServer();
    const answer = await server.fetch(
      new Request(`http://test${STREAMS}?watch=1&timeout=20ms&timeoutSeconds=1`),
    );
    const started = performance.now();
    expect(await answer.text()).toBe('');
    expect(performance.now() - started).toBeGreaterThan(500);
    await server.close();
  });
});

describe('write options', () => {
  // Evidence: api-write-options
  it('take the manager from the user agent when none is named', () => {
    expect(managerName('', 'kubectl/v1.32 (linux)')).toBe('kubectl');
    expect(managerName('', undefined)).toBe('unknown');
    expect(managerName('mine', 'kubectl/v1.32')).toBe('mine');
  });

  it('refuse managers that are long or unprintable', () => {
    expect(checkManager('a\u0001b')).toEqual([
      expect.objectContaining({ detail: 'invalid character U+0001 (at position 1)' }),
    ]);
    expect(checkManager('x'.repeat(129))).toEqual([expect.objectContaining({ type: 'TooLong' })]);
  });
});

describe('WarningList', () => {
  it('tells each warning once and cuts them when they are too long together', () => {
    const warnings = new WarningList();
    warnings.add('a "b"');
    warnings.add('a "b"');
    expect(warnings.headerValues()).toEqual(['299 - "a \\"b\\""']);
    warnings.add('x'.repeat(5000));
    expect(warnings.headerValues()[1]).toHaveLength(256 + '299 - ""'.length);
  });
});

describe('log lines', () => {
  // Evidence: server-log
  it('tell who did what, and no secret', async () => {
    const lines: string[] = [];
    const server = await createImageServer({ onRequest: (line) => lines.push(line) });
    await call(server, `GET ${STREAMS}?limit=5&token=secret`, {
      headers: { authorization: 'Bearer secret' },
    });
    await server.close();
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('secret');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      method: 'GET',
      path: STREAMS,
      query: { limit: '5' },
      user: 'system:admin',
      status: 200,
    });
  });
});
