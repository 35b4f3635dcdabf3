import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createImageServer, type ImageServer } from '../../create-image-server.js';
import { at } from '../../testing/open-story.js';
import { call, createStreams, namesOf, STREAMS } from '../../testing/call.js';

describe('writes', () => {
  let server: ImageServer;
  beforeEach(async () => {
    server = await createImageServer();
    await createStreams(server, ['app']);
  });
  afterEach(() => server.close());

  // Evidence: api-create
  it('answer 201, and 409 when the name is taken', async () => {
    const again = await call(server, `POST ${STREAMS}`, { body: { metadata: { name: 'app' } } });
    expect([again.status, at(again.body, 'message')]).toEqual([
      409,
      'imagestreams.image.openshift.io "app" already exists',
    ]);
    const fresh = await call(server, `POST ${STREAMS}`, { body: { metadata: { name: 'new' } } });
    expect([fresh.status, at(fresh.body, 'metadata.namespace')]).toEqual([201, 'web']);
  });

  // Evidence: api-dry-run
  it('as dry runs answer like real ones and change nothing', async () => {
    const created = await call(server, `POST ${STREAMS}?dryRun=All`, {
      body: { metadata: { name: 'dry' } },
    });
    expect([created.status, at(created.body, 'metadata.resourceVersion')]).toEqual([
      201,
      undefined,
    ]);
    const deleted = await call(server, `DELETE ${STREAMS}/app?dryRun=All`);
    expect(at(deleted.body, 'status')).toBe('Success');
    const list = await call(server, `GET ${STREAMS}`);
    expect(namesOf(list.body)).toEqual(['app']);
    const wrong = await call(server, `POST ${STREAMS}?dryRun=Some`, {
      body: { metadata: { name: 'dry' } },
    });
    expect([wrong.status, at(wrong.body, 'details.kind')]).toEqual([422, 'CreateOptions']);
  });

  // Evidence: api-update
  it('need the version they change, and lose against a newer one', async () => {
    const without = await call(server, `PUT ${STREAMS}/app`, {
      body: { metadata: { name: 'app' } },
    });
    expect([without.status, at(without.body, 'details.causes.0.field')]).toEqual([
      422,
      'metadata.resourceVersion',
    ]);
    const stale = await call(server, `PUT ${STREAMS}/app`, {
      body: { metadata: { name: 'app', resourceVersion: '1' } },
    });
    expect([stale.status, at(stale.body, 'reason')]).toEqual([409, 'Conflict']);
    const other = await call(server, `PUT ${STREAMS}/app`, { body: { metadata: { name: 'x' } } });
    expect(at(other.body, 'message')).toBe(
      'the name of the object (x) does not match the name on the URL (app)',
    );
  });

  // Evidence: api-no-op
  it('that change nothing keep the version and are no event', async () => {
    const before = await call(server, `GET ${STREAMS}/app`);
    const patched = await call(server, `PATCH ${STREAMS}/app`, {
      body: {},
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    expect(at(patched.body, 'metadata.resourceVersion')).toBe(
      at(before.body, 'metadata.resourceVersion'),
    );
  });

  // Evidence: api-delete, api-delete-preconditions
  it('that delete obey preconditions and name what is gone', async () => {
    const refused = await call(server, `DELETE ${STREAMS}/app`, {
      body: { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: 'other' } },
    });
    expect([refused.status, at(refused.body, 'details.kind')]).toEqual([409, 'ImageStream']);
    const deleted = await call(server, `DELETE ${STREAMS}/app`);
    expect(at(deleted.body, 'details')).toEqual({
      name: 'app',
      group: 'image.openshift.io',
      kind: 'imagestreams',
      uid: expect.any(String) as unknown,
    });
    expect((await call(server, `DELETE ${STREAMS}/app`)).status).toBe(404);
  });

  // Evidence: api-finalizers
  it('that delete an object with finalizers mark it; it goes with the last of them', async () => {
    const finalizers = ['example.test/keep'];
    await call(server, `POST ${STREAMS}`, { body: { metadata: { name: 'kept', finalizers } } });
    const marked = await call(server, `DELETE ${STREAMS}/kept`);
    expect([marked.status, at(marked.body, 'kind')]).toEqual([200, 'ImageStream']);
    expect(at(marked.body, 'metadata.deletionGracePeriodSeconds')).toBe(0);
    const again = await call(server, `POST ${STREAMS}`, { body: { metadata: { name: 'kept' } } });
    expect(at(again.body, 'message')).toBe(
      'object is being deleted: imagestreams.image.openshift.io "kept" already exists',
    );
    const freed = await call(server, `PATCH ${STREAMS}/kept`, {
      body: { metadata: { finalizers: null } },
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    expect(freed.status).toBe(200);
    expect((await call(server, `GET ${STREAMS}/kept`)).status).toBe(404);
  });

  it('that orphan dependents leave the object with a finalizer', async () => {
    const { body } = await call(server, `DELETE ${STREAMS}/app?propagationPolicy=Orphan`);
    expect(at(body, 'metadata.finalizers')).toEqual(['orphan']);
  });

  // Evidence: api-delete-collection
  it('that delete a collection return what was selected', async () => {
    await createStreams(server, ['x1', 'x2'], { g: 'x' });
    const { body } = await call(server, `DELETE ${STREAMS}?labelSelector=g%3Dx`);
    expect(namesOf(body)).toEqual(['x1', 'x2']);
    expect(namesOf((await call(server, `GET ${STREAMS}`)).body)).toEqual(['app']);
  });

  // Evidence: api-generate-name
  it('make a name from generateName', async () => {
    const { body } = await call(server, `POST ${STREAMS}`, {
      body: { metadata: { generateName: 'run' } },
    });
    expect(at(body, 'metadata.name')).toMatch(/^run[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });

  it('give up with 409 and a pause when no generated name is free', async () => {
    const stuck = await createImageServer({ random: () => 0 });
    const body = { metadata: { generateName: 'run' } };
    await call(stuck, `POST ${STREAMS}`, { body });
    const answer = await call(stuck, `POST ${STREAMS}`, { body });
    await stuck.close();
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([409, '1']);
    expect(at(answer.body, 'message')).toContain('was not able to generate a unique name');
  });

  // Evidence: api-field-validation, api-warnings
  it('warn of unknown fields, refuse them when asked to, or say nothing', async () => {
    const body = { metadata: { name: 'odd' }, spec: { surprise: 1 } };
    const warned = await call(server, `POST ${STREAMS}?dryRun=All`, { body });
    expect(warned.headers.get('warning')).toBe('299 - "unknown field \\"spec.surprise\\""');
    const strict = await call(server, `POST ${STREAMS}?fieldValidation=Strict`, { body });
    expect(strict.status).toBe(400);
    const quiet = await call(server, `POST ${STREAMS}?fieldValidation=Ignore`, { body });
    expect([quiet.status, quiet.headers.get('warning')]).toEqual([201, null]);
  });

  // Evidence: api-owner-references
  it('drop owner references that are there twice, and say so', async () => {
    const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'c', uid: 'u-1' };
    const answer = await call(server, `POST ${STREAMS}`, {
      body: { metadata: { name: 'owned', ownerReferences: [owner, owner] } },
    });
    expect(at(answer.body, 'metadata.ownerReferences')).toEqual([owner]);
    expect(answer.headers.get('warning')).toContain('duplicate UID(s) observed: u-1');
  });

  // Evidence: api-get
  it('are seen by every read that starts afterwards', async () => {
    const { body } = await call(server, `POST ${STREAMS}`, {
      body: { metadata: { name: 'seen' } },
    });
    const version = String(at(body, 'metadata.resourceVersion'));
    for (const query of ['', '?resourceVersion=0', `?resourceVersion=${version}`]) {
      expect((await call(server, `GET ${STREAMS}/seen${query}`)).body).toEqual(body);
    }
  });

  // Evidence: api-limits
  it('of more than the limit are refused with 413', async () => {
    const annotations = { filler: 'x'.repeat(3 * 1024 * 1024) };
    const answer = await call(server, `POST ${STREAMS}`, {
      body: { metadata: { name: 'big', annotations } },
    });
    expect([answer.status, at(answer.body, 'message')]).toEqual([
      413,
      'Request entity too large: limit is 3145728',
    ]);
  });

  // Evidence: api-content-type, api-patch-content-type
  it('in a type nobody reads are refused with 415', async () => {
    const posted = await call(server, `POST ${STREAMS}`, {
      body: '{}',
      headers: { 'content-type': 'text/plain' },
    });
    const patched = await call(server, `PATCH ${STREAMS}/app`, { body: {} });
    expect([posted.status, patched.status]).toEqual([415, 415]);
    expect(at(patched.body, 'message')).toBe('415: Unsupported Media Type');
  });

  // Evidence: api-namespace-terminating
  it('into a namespace that is being deleted are refused with 403', async () => {
    const seed = [
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: 'web' },
        status: { phase: 'Terminating' },
      },
    ];
    const closing = await createImageServer({ seed });
    const answer = await call(closing, `POST ${STREAMS}`, { body: { metadata: { name: 'app' } } });
    await closing.close();
    expect([answer.status, at(answer.body, 'details.causes.0.reason')]).toEqual([
      403,
      'NamespaceTerminating',
    ]);
  });

  // Evidence: api-namespace-terminating
  it('of new objects by an apply or without a name yet are refused there as well', async () => {
    const closing = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'web' },
      status: { phase: 'Terminating' },
    };
    await server.close();
    server = await createImageServer({ seed: [closing] });
    const applied = await call(server, `PATCH ${STREAMS}/app?fieldManager=me`, {
      body: {
        apiVersion: 'image.openshift.io/v1',
        kind: 'ImageStream',
        metadata: { name: 'app' },
      },
      headers: { 'content-type': 'application/apply-patch+yaml' },
    });
    expect([applied.status, at(applied.body, 'details.name')]).toEqual([403, 'app']);
    for (const [metadata, name] of [
      [{ generateName: 'web' }, 'web'],
      [{}, 'Unknown'],
    ] as const) {
      const { body } = await call(server, `POST ${STREAMS}`, { body: { metadata } });
      expect(at(body, 'message')).toBe(
        `imagestreams.image.openshift.io "${name}" is forbidden: unable to create new content in namespace web because it is being terminated`,
      );
    }
  });
});
