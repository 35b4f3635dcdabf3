import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createImageServer, type ImageServer } from '../../create-image-server.js';
import { at } from '../../testing/open-story.js';
import { call, createStreams, namesOf, STREAMS } from '../../testing/call.js';

describe('lists', () => {
  let server: ImageServer;
  beforeEach(async () => {
    server = await createImageServer();
    await createStreams(server, ['a', 'b', 'c', 'd', 'e']);
  });
  afterEach(() => server.close());

  // Evidence: api-list, api-list-continue
  it('come in pages of one snapshot, whatever is written in between', async () => {
    const first = await call(server, `GET ${STREAMS}?limit=2`);
    expect(at(first.body, 'metadata.remainingItemCount')).toBe(3);
    await call(server, `DELETE ${STREAMS}/d`);
    await createStreams(server, ['cc']);
    const token = encodeURIComponent(String(at(first.body, 'metadata.continue')));
    const second = await call(server, `GET ${STREAMS}?limit=10&continue=${token}`);
    expect([...namesOf(first.body), ...namesOf(second.body)]).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(at(second.body, 'metadata.resourceVersion')).toBe(
      at(first.body, 'metadata.resourceVersion'),
    );
    expect(at(second.body, 'metadata.continue')).toBeUndefined();
  });

  // Evidence: api-list-expired
  it('whose snapshot is gone fail with 410 and a token that goes on at the newest state', async () => {
    await server.close();
    server = await createImageServer({ history: { maxEvents: 1 } });
    await createStreams(server, ['a', 'b', 'c']);
    const first = await call(server, `GET ${STREAMS}?limit=1`);
    await createStreams(server, ['d', 'e', 'f']);
    const token = encodeURIComponent(String(at(first.body, 'metadata.continue')));
    const expired = await call(server, `GET ${STREAMS}?limit=1&continue=${token}`);
    expect([expired.status, at(expired.body, 'reason')]).toEqual([410, 'Expired']);
    const fresh = encodeURIComponent(String(at(expired.body, 'metadata.continue')));
    const rest = await call(server, `GET ${STREAMS}?continue=${fresh}`);
    expect(namesOf(rest.body)).toEqual(['b', 'c', 'd', 'e', 'f']);
  });

  // Evidence: api-resource-version
  it('of an exact version show the state of that version', async () => {
    const { body } = await call(server, `GET ${STREAMS}/b`);
    const version = String(at(body, 'metadata.resourceVersion'));
    const list = await call(
      server,
      `GET ${STREAMS}?resourceVersion=${version}&resourceVersionMatch=Exact`,
    );
    expect(namesOf(list.body)).toEqual(['a', 'b']);
    expect(at(list.body, 'metadata.resourceVersion')).toBe(version);
  });

  it('of a version that has not come yet wait and fail with 504', async () => {
    const answer = await call(server, `GET ${STREAMS}?resourceVersion=99999&limit=1`);
    expect([answer.status, at(answer.body, 'reason')]).toEqual([504, 'Timeout']);
    expect(answer.headers.get('retry-after')).toBe('1');
  });

  // Evidence: api-list
  it('of any version come whole, whatever the limit', async () => {
    const any = await call(server, `GET ${STREAMS}?limit=2&resourceVersion=0`);
    expect(namesOf(any.body)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(at(any.body, 'metadata.continue')).toBeUndefined();
    const page = await call(server, `GET ${STREAMS}?limit=2`);
    const token = encodeURIComponent(String(at(page.body, 'metadata.continue')));
    const rest = await call(server, `GET ${STREAMS}?limit=1&resourceVersion=0&continue=${token}`);
    expect(namesOf(rest.body)).toEqual(['c', 'd', 'e']);
  });

  // Evidence: api-list
  it('of one name are no pages, unless they go through all namespaces', async () => {
    const selector = 'fieldSelector=metadata.name%3Db&limit=1';
    const one = await call(server, `GET ${STREAMS}?${selector}`);
    expect(namesOf(one.body)).toEqual(['b']);
    expect(at(one.body, 'metadata.continue')).toBeUndefined();
    const { body } = await call(server, `GET ${STREAMS}/a`);
    const version = String(at(body, 'metadata.resourceVersion'));
    const older = await call(server, `GET ${STREAMS}?${selector}&resourceVersion=${version}`);
    expect(namesOf(older.body)).toEqual(['b']);
    const all = await call(server, `GET /apis/image.openshift.io/v1/imagestreams?${selector}`);
    expect(namesOf(all.body)).toEqual(['b']);
    expect(at(all.body, 'metadata.continue')).toBeDefined();
  });

  // Evidence: api-list-options, api-query-values
  it('refuse options that do not go together with 422, and bad values with 400', async () => {
    const match = await call(server, `GET ${STREAMS}?resourceVersionMatch=Exact`);
    expect([match.status, at(match.body, 'details.kind')]).toEqual([422, 'ListOptions']);
    const limit = await call(server, `GET ${STREAMS}?limit=abc`);
    expect([limit.status, at(limit.body, 'message')]).toEqual([
      400,
      'strconv.ParseInt: parsing "abc": invalid syntax',
    ]);
    const token = await call(server, `GET ${STREAMS}?continue=nonsense!`);
    expect(token.status).toBe(400);
  });

  // Evidence: api-field-selector
  it('know the fields a stream can be selected by', async () => {
    const named = await call(server, `GET ${STREAMS}?fieldSelector=metadata.name%3Dc`);
    expect(namesOf(named.body)).toEqual(['c']);
    const unknown = await call(server, `GET ${STREAMS}?fieldSelector=metadata.uid%3D1`);
    expect([unknown.status, at(unknown.body, 'message')]).toEqual([
      400,
      '"metadata.uid" is not a known field selector: only "metadata.name", "metadata.namespace"',
    ]);
  });

  it('leave apiVersion and kind out of their items', async () => {
    const { body } = await call(server, `GET ${STREAMS}?limit=1`);
    expect(Object.keys(at(body, 'items.0') as object)).toEqual(['metadata', 'spec', 'status']);
    expect(at(body, 'kind')).toBe('ImageStreamList');
  });

  // Evidence: api-gzip
  it('are compressed when they are large and the client takes gzip', async () => {
    const annotations = { filler: 'x'.repeat(140_000) };
    await call(server, `POST ${STREAMS}`, { body: { metadata: { name: 'large', annotations } } });
    const headers = { 'accept-encoding': 'gzip' };
    const response = await server.fetch(new Request(`http://server${STREAMS}`, { headers }));
    expect(response.headers.get('content-encoding')).toBe('gzip');
    const stream = response.body?.pipeThrough(new DecompressionStream('gzip'));
    expect(namesOf(JSON.parse(await new Response(stream).text()))).toContain('large');
    const small = await server.fetch(new Request(`http://server${STREAMS}/a`, { headers }));
    expect(small.headers.get('content-encoding')).toBeNull();
  });
});
