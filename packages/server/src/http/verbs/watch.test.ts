import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createImageServer, type ImageServer } from '../../create-image-server.js';
import { at } from '../../testing/open-story.js';
import { call, createStreams, STREAMS, watchLines } from '../../testing/call.js';

async function patchLabels(server: ImageServer, name: string, labels: unknown): Promise<void> {
  await call(server, `PATCH ${STREAMS}/${name}`, {
    body: { metadata: { labels } },
    headers: { 'content-type': 'application/merge-patch+json' },
  });
}

function summary(events: readonly { type: string; object: unknown }[]): string[] {
  return events.map(({ type, object }) => `${type} ${String(at(object, 'metadata.name'))}`);
}

describe('watches', () => {
  let server: ImageServer;
  beforeEach(async () => {
    server = await createImageServer();
    await createStreams(server, ['a', 'b']);
  });
  afterEach(() => server.close());

  // Evidence: api-watch, api-watch-start
  it('without a version begin with the state there is and end when their time is up', async () => {
    const events = await watchLines(server, `${STREAMS}?watch=true&timeoutSeconds=1`);
    expect(summary(events)).toEqual(['ADDED a', 'ADDED b']);
  });

  it('from a version deliver exactly what came after it, with the version of a deletion', async () => {
    const list = await call(server, `GET ${STREAMS}`);
    const version = String(at(list.body, 'metadata.resourceVersion'));
    await patchLabels(server, 'a', { x: '1' });
    await call(server, `DELETE ${STREAMS}/b`);
    const events = await watchLines(
      server,
      `${STREAMS}?watch=1&timeoutSeconds=1&resourceVersion=${version}`,
    );
    expect(summary(events)).toEqual(['MODIFIED a', 'DELETED b']);
    expect(Number(at(events[1]?.object, 'metadata.resourceVersion'))).toBe(Number(version) + 2);
  });

  // Evidence: api-watch-selectors
  it('show an object that enters a selection as ADDED and one that leaves it as DELETED', async () => {
    const list = await call(server, `GET ${STREAMS}`);
    const version = String(at(list.body, 'metadata.resourceVersion'));
    await patchLabels(server, 'a', { team: 'x' });
    await patchLabels(server, 'a', { team: 'x', more: 'y' });
    await patchLabels(server, 'a', { team: 'z' });
    await patchLabels(server, 'b', { team: 'z' });
    const events = await watchLines(
      server,
      `${STREAMS}?watch=1&timeoutSeconds=1&labelSelector=team%3Dx&resourceVersion=${version}`,
    );
    expect(summary(events)).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a']);
    expect(at(events[2]?.object, 'metadata.labels')).toEqual({ team: 'x', more: 'y' });
  });

  // Evidence: api-watch-bookmarks, watch-bookmark-decorated
  it('mark the end of the initial state for clients that take bookmarks', async () => {
    const events = await watchLines(
      server,
      `${STREAMS}?watch=true&timeoutSeconds=1&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan`,
    );
    const marks = events.filter(({ type }) => type === 'BOOKMARK');
    expect(at(marks[0]?.object, 'metadata.annotations')).toEqual({
      'k8s.io/initial-events-end': 'true',
    });
    expect(at(marks[0]?.object, 'kind')).toBe('ImageStream');
    expect(at(marks[0]?.object, 'metadata.namespace')).toBe('default');
    expect(at(marks[0]?.object, 'status')).toEqual({ dockerImageRepository: '' });
  });

  // Evidence: watch-bookmark-decorated
  it('put a bookmark into a namespace only where there is an internal registry', async () => {
    const path = `${STREAMS}?watch=true&timeoutSeconds=1&allowWatchBookmarks=true`;
    const [namespaced] = (await watchLines(server, path)).slice(2);
    expect(at(namespaced?.object, 'metadata.namespace')).toBe('default');
    await server.close();
    server = await createImageServer({ internalRegistry: '' });
    const [bare] = await watchLines(server, path);
    expect(at(bare?.object, 'kind')).toBe('ImageStream');
    expect(at(bare?.object, 'metadata.namespace')).toBeUndefined();
    expect(at(bare?.object, 'status')).toEqual({ dockerImageRepository: '' });
  });

  // Evidence: api-watch-too-old
  it('from a version that is no longer known answer 200 and one ERROR event 410', async () => {
    await server.close();
    server = await createImageServer({ history: { maxEvents: 1 } });
    await createStreams(server, ['a', 'b', 'c', 'd']);
    const events = await watchLines(server, `${STREAMS}?watch=1&resourceVersion=2`);
    expect(events).toEqual([
      {
        type: 'ERROR',
        object: expect.objectContaining({ code: 410, reason: 'Expired' }) as unknown,
      },
    ]);
  });

  // Evidence: api-watch-start
  it('that want the state of a version to come answer 200 and one ERROR event 504', async () => {
    const events = await watchLines(
      server,
      `${STREAMS}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=99999`,
    );
    expect(events).toEqual([
      {
        type: 'ERROR',
        object: expect.objectContaining({ code: 504, reason: 'Timeout' }) as unknown,
      },
    ]);
  });

  // Evidence: api-watch-deprecated-paths
  it('on the deprecated paths watch one object or a collection', async () => {
    const one = await watchLines(
      server,
      '/apis/image.openshift.io/v1/watch/namespaces/web/imagestreams/b?timeoutSeconds=1',
    );
    expect(summary(one)).toEqual(['ADDED b']);
    const all = await watchLines(
      server,
      '/apis/image.openshift.io/v1/watch/imagestreams?timeoutSeconds=1',
    );
    expect(summary(all)).toEqual(['ADDED a', 'ADDED b']);
  });

  // Evidence: api-watch-deprecated-paths
  it('on the deprecated paths take the options of a list, and no other name', async () => {
    const path = `GET ${STREAMS.replace('/v1/', '/v1/watch/')}/b?timeoutSeconds=1`;
    const initial = await call(
      server,
      `${path}&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=1`,
    );
    expect([initial.status, at(initial.body, 'details.causes.0.field')]).toEqual([
      422,
      'sendInitialEvents',
    ]);
    const marks = await watchLines(server, `${path.slice(4)}&allowWatchBookmarks=true`);
    expect(summary(marks)).toEqual(['ADDED b']);
    for (const selector of ['metadata.name%3Da', 'metadata.namespace%3Dweb']) {
      const other = await call(server, `${path}&fieldSelector=${selector}`);
      expect([other.status, at(other.body, 'message')]).toEqual([
        400,
        "fieldSelector metadata.name doesn't match requested name",
      ]);
    }
  });

  // Evidence: api-list-options
  it('that begin with the state there is cannot have a continue token', async () => {
    const answer = await call(server, `GET ${STREAMS}?watch=true&continue=x`);
    expect([answer.status, at(answer.body, 'details.causes.0.message')]).toEqual([
      422,
      'Forbidden: resourceVersionMatch is forbidden when continue is provided',
    ]);
    const later = await watchLines(
      server,
      `${STREAMS}?watch=true&continue=x&resourceVersion=1&timeoutSeconds=1`,
    );
    expect(summary(later).at(-1)).toBe('ADDED b');
  });

  it('of views are refused with 405', async () => {
    const answer = await call(
      server,
      'GET /apis/image.openshift.io/v1/namespaces/web/imagestreamtags?watch=true',
    );
    expect([answer.status, at(answer.body, 'reason')]).toEqual([405, 'MethodNotAllowed']);
  });

  it('as YAML are refused with 406', async () => {
    const answer = await call(server, `GET ${STREAMS}?watch=true`, {
      headers: { accept: 'application/yaml' },
    });
    expect(answer.status).toBe(406);
  });

  it('name the columns of a table only once', async () => {
    const events = await watchLines(server, `${STREAMS}?watch=true&timeoutSeconds=1`, {
      accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
    });
    expect(events.map(({ object }) => object['kind'])).toEqual(['Table', 'Table']);
    expect(Array.isArray(events[0]?.object['columnDefinitions'])).toBe(true);
    expect(events[1]?.object['columnDefinitions']).toBeNull();
  });

  it('end when the server ends them', async () => {
    const response = await server.fetch(new Request(`http://server${STREAMS}?watch=true`));
    const text = response.text();
    server.endWatches();
    expect((await text).trim().split('\n')).toHaveLength(2);
  });
});
