// Evidence: api-admission
import type { AdmissionRequest, AdmissionResponse } from '@imagestream/core';
import { afterEach, describe, expect, test } from 'vitest';
import { createImageServer, type ImageServer } from '../create-image-server.js';
import { createFixedSource } from '../import/fixed-source.js';
import type { WebhookPost } from './call-webhook.js';
import { createWebhookAdmission } from './create-webhook-admission.js';
import { readWebhooks, webhooksAt, type Webhook } from './webhook-config.js';

const servers: ImageServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

const ROOT = 'http://server/apis/image.openshift.io/v1';
const DIGEST = `sha256:${'a'.repeat(64)}`;

type Answer = Omit<AdmissionResponse, 'uid'> & { uid?: string };

interface Seen {
  readonly url: string;
  readonly request: AdmissionRequest<Record<string, unknown>>;
}

/** A webhook in the same process that answers with `decide` and remembers what it was asked. */
function fakePost(decide: (seen: Seen) => Answer): { post: WebhookPost; seen: Seen[] } {
  const seen: Seen[] = [];
  const post: WebhookPost = (url, { body }) => {
    const { request } = JSON.parse(body) as { request: Seen['request'] };
    seen.push({ url, request });
    const response = { uid: request.uid, ...decide({ url, request }) };
    const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response };
    return Promise.resolve({ status: 200, body: JSON.stringify(review) });
  };
  return { post, seen };
}

function configure(
  kind: 'Mutating' | 'Validating',
  changes: object = {},
  name = 'policy.example.com',
): Webhook[] {
  return readWebhooks([
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: `${kind}WebhookConfiguration`,
      metadata: { name: 'policy' },
      webhooks: [
        {
          name,
          clientConfig: { url: 'https://webhook.test/validate' },
          admissionReviewVersions: ['v1'],
          sideEffects: 'None',
          rules: [
            {
              apiGroups: ['image.openshift.io'],
              apiVersions: ['v1'],
              operations: ['*'],
              resources: ['*'],
            },
          ],
          ...changes,
        },
      ],
    },
  ]);
}

async function start(
  webhooks: readonly Webhook[],
  post: WebhookPost,
  seed: Parameters<typeof createImageServer>[0] = {},
): Promise<ImageServer> {
  const server = await createImageServer({
    ...seed,
    admission: createWebhookAdmission({ webhooks, post }),
    registrySource: createFixedSource({}),
  });
  servers.push(server);
  return server;
}

async function send(
  server: ImageServer,
  method: string,
  path: string,
  body?: object,
): Promise<{ code: number; body: Record<string, unknown>; warnings: string }> {
  const response = await server.fetch(
    new Request(`${ROOT}${path}`, {
      method,
      headers: {
        'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  return {
    code: response.status,
    body: (await response.json()) as Record<string, unknown>,
    warnings: response.headers.get('warning') ?? '',
  };
}

function stream(name = 'app', spec: object = {}): object {
  return { kind: 'ImageStream', apiVersion: 'image.openshift.io/v1', metadata: { name }, spec };
}

function base64(operations: readonly object[]): string {
  return btoa(JSON.stringify(operations));
}

const allow = (): Answer => ({ allowed: true });
const STREAMS = '/namespaces/web/imagestreams';

describe('a denial', () => {
  test('is the answer to the client, with the webhook named in front', async () => {
    const details = {
      causes: [{ field: 'spec.tags', message: 'no', reason: 'FieldValueInvalid' }],
    };
    const { post } = fakePost(() => ({
      allowed: false,
      status: { code: 422, reason: 'Invalid', message: 'no such tags', details },
    }));
    const server = await start(configure('Validating'), post);
    expect(await send(server, 'POST', STREAMS, stream())).toMatchObject({
      code: 422,
      body: {
        kind: 'Status',
        status: 'Failure',
        reason: 'Invalid',
        message: 'admission webhook "policy.example.com" denied the request: no such tags',
        details,
      },
    });
    expect((await send(server, 'GET', `${STREAMS}/app`)).code).toBe(404);
  });

  test.each<[Answer['status'], number, string]>([
    [undefined, 400, ' without explanation'],
    [{ code: 200, status: 'Success', message: 'x' }, 400, ': x'],
    [{ reason: 'Forbidden', code: 403 }, 403, ': Forbidden'],
  ])('with status %j is a %d', async (status, code, rest) => {
    const { post } = fakePost(() => ({
      allowed: false,
      ...(status === undefined ? {} : { status }),
    }));
    const server = await start(configure('Validating'), post);
    const { body, ...answer } = await send(server, 'POST', STREAMS, stream());
    expect(answer.code).toBe(code);
    expect(body).toMatchObject({
      status: 'Failure',
      code,
      message: `admission webhook "policy.example.com" denied the request${rest}`,
    });
  });

  test('of one of several comes through whatever the others say', async () => {
    const { post } = fakePost(({ url }) => ({ allowed: !url.includes('/b/') }));
    const webhooks = ['a', 'b', 'c'].flatMap((path) =>
      configure('Validating', { clientConfig: { url: `https://webhook.test/${path}/` } }, path),
    );
    const server = await start(webhooks, post);
    const { body } = await send(server, 'POST', STREAMS, stream());
    expect(body['message']).toBe('admission webhook "b" denied the request without explanation');
  });
});

describe('a review', () => {
  test('of a create has the object as it will be stored, and who asks', async () => {
    const { post, seen } = fakePost(allow);
    const server = await start(configure('Validating'), post);
    await send(server, 'POST', `${STREAMS}?fieldManager=me`, stream());
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      url: 'https://webhook.test/validate?timeout=10s',
      request: {
        kind: { group: 'image.openshift.io', version: 'v1', kind: 'ImageStream' },
        resource: { group: 'image.openshift.io', version: 'v1', resource: 'imagestreams' },
        name: 'app',
        namespace: 'web',
        operation: 'CREATE',
        oldObject: null,
        dryRun: false,
        object: {
          kind: 'ImageStream',
          apiVersion: 'image.openshift.io/v1',
          metadata: {
            name: 'app',
            namespace: 'web',
            uid: expect.any(String) as string,
            creationTimestamp: expect.any(String) as string,
            generation: 1,
          },
        },
        options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1', fieldManager: 'me' },
      },
    });
    const { userInfo, requestKind, kind } = seen[0]?.request ?? {};
    expect(userInfo?.groups).toContain('system:authenticated');
    expect(requestKind).toEqual(kind);
  });

  test('of an update has both objects, of a delete the old one', async () => {
    const { post, seen } = fakePost(allow);
    const server = await start(configure('Validating'), post);
    await send(server, 'POST', STREAMS, stream());
    await send(server, 'PATCH', `${STREAMS}/app`, { metadata: { labels: { a: 'b' } } });
    await send(server, 'DELETE', `${STREAMS}/app`);
    expect(seen.map(({ request }) => request.operation)).toEqual(['CREATE', 'UPDATE', 'DELETE']);
    expect(seen[1]?.request).toMatchObject({
      object: { metadata: { labels: { a: 'b' } } },
      oldObject: { metadata: { name: 'app' } },
      options: { kind: 'PatchOptions' },
    });
    expect(seen[1]?.request.oldObject).not.toHaveProperty('metadata.labels');
    expect(seen[2]?.request).toMatchObject({
      name: 'app',
      object: null,
      oldObject: { metadata: { labels: { a: 'b' } } },
      options: { kind: 'DeleteOptions' },
    });
  });

  test('is not made for an object the rules refuse', async () => {
    const { post, seen } = fakePost(allow);
    const server = await start(configure('Validating'), post);
    const { code } = await send(server, 'POST', STREAMS, stream('UPPER'));
    expect(code).toBe(422);
    expect(seen).toEqual([]);
  });

  test('says when nothing will be stored', async () => {
    const { post, seen } = fakePost(allow);
    const server = await start(configure('Validating'), post);
    await send(server, 'POST', `${STREAMS}?dryRun=All`, stream());
    expect(seen[0]?.request).toMatchObject({ dryRun: true, options: { dryRun: ['All'] } });
  });

  test('is made for each object of a collection that is deleted', async () => {
    const { post, seen } = fakePost(({ request }) => ({
      allowed: request.operation !== 'DELETE' || request.oldObject?.['spec'] === undefined,
    }));
    const server = await start(configure('Validating'), post);
    await send(server, 'POST', STREAMS, stream());
    expect((await send(server, 'DELETE', STREAMS)).code).toBe(400);
    expect(seen.at(-1)?.request).toMatchObject({ operation: 'DELETE', namespace: 'web' });
    expect((await send(server, 'GET', `${STREAMS}/app`)).code).toBe(200);
  });

  test('is made for the request, not for what the server writes because of it', async () => {
    const { post, seen } = fakePost(allow);
    const server = await start(configure('Validating'), post);
    const from = { kind: 'DockerImage', name: 'quay.io/a/b:1' };
    const base = { apiVersion: 'image.openshift.io/v1', metadata: { name: 'app:v1' } };
    const path = '/namespaces/web';
    await send(server, 'POST', `${path}/imagestreamtags`, {
      ...base,
      kind: 'ImageStreamTag',
      tag: { from },
    });
    await send(server, 'PUT', `${path}/imagetags/app:v1`, {
      ...base,
      kind: 'ImageTag',
      spec: { name: 'v1', from: { ...from, name: 'quay.io/a/b:2' } },
    });
    await send(server, 'POST', `${path}/imagestreammappings`, {
      ...base,
      metadata: { name: 'app' },
      kind: 'ImageStreamMapping',
      tag: 'pushed',
      image: { metadata: { name: DIGEST }, dockerImageReference: `quay.io/a/b@${DIGEST}` },
    });
    await send(server, 'POST', `${path}/imagestreamimports`, {
      ...base,
      metadata: { name: 'app' },
      kind: 'ImageStreamImport',
      spec: { import: true, images: [{ from, to: { name: 'v3' } }] },
    });
    await send(server, 'DELETE', `${path}/imagestreamtags/app:v1`);
    await send(server, 'PUT', `${STREAMS}/app/status`, {
      ...((await send(server, 'GET', `${STREAMS}/app`)).body as object),
    });
    const asked = seen.map(
      ({ request }) =>
        `${request.operation} ${request.resource.resource}${request.subResource ?? ''} ${request.name ?? ''}`,
    );
    // The status is a subresource, which `*` does not stand for.
    expect(asked).toEqual([
      'CREATE imagestreamtags app:v1',
      'UPDATE imagetags app:v1',
      'CREATE imagestreammappings app',
      'CREATE imagestreamimports app',
      'DELETE imagestreamtags app:v1',
    ]);
  });

  test('is not made for the seed', async () => {
    const { post, seen } = fakePost(() => ({ allowed: false }));
    const seed = [{ ...stream(), metadata: { name: 'app', namespace: 'web' } }];
    const server = await start(configure('Validating'), post, {
      seed: seed as NonNullable<Parameters<typeof createImageServer>[0]>['seed'] & object,
    });
    expect((await send(server, 'GET', `${STREAMS}/app`)).code).toBe(200);
    expect(seen).toEqual([]);
  });
});

describe('mutating webhooks', () => {
  test('change the object before the rules judge it, each seeing what the one before left', async () => {
    const { post, seen } = fakePost(({ request }) => {
      const labels = (request.object?.['metadata'] as { labels?: object }).labels;
      const patch =
        labels === undefined
          ? base64([
              { op: 'add', path: '/metadata/labels', value: { first: 'é'.length.toString() } },
            ])
          : base64([{ op: 'add', path: '/metadata/labels/second', value: '2' }]);
      return { allowed: true, patch, patchType: 'JSONPatch' };
    });
    const webhooks = ['a', 'b'].flatMap((name) => configure('Mutating', {}, name));
    const server = await start(webhooks, post);
    const { body } = await send(server, 'POST', STREAMS, stream());
    expect(body).toMatchObject({ metadata: { labels: { first: '1', second: '2' } } });
    expect(seen[0]?.request.object).not.toHaveProperty('metadata.uid');
    expect(seen).toHaveLength(2);
  });

  test('cannot get around the rules', async () => {
    const { post } = fakePost(() => ({
      allowed: true,
      patchType: 'JSONPatch',
      patch: base64([
        { op: 'add', path: '/spec/tags', value: [{ name: 'a:b', from: { kind: 'Nothing' } }] },
      ]),
    }));
    const server = await start(configure('Mutating'), post);
    expect((await send(server, 'POST', STREAMS, stream())).code).toBe(422);
  });

  test('what they add is decoded and defaulted like a body', async () => {
    const { post } = fakePost(() => ({
      allowed: true,
      patchType: 'JSONPatch',
      patch: base64([
        {
          op: 'add',
          path: '/spec/tags',
          value: [
            { name: 'v1', from: { kind: 'DockerImage', name: 'quay.io/a/b' }, nobodyKnows: 1 },
          ],
        },
      ]),
    }));
    const server = await start(configure('Mutating'), post);
    const { body, code } = await send(server, 'POST', STREAMS, stream());
    expect(code).toBe(201);
    expect(body).toMatchObject({ spec: { tags: [{ referencePolicy: { type: 'Source' } }] } });
    expect(JSON.stringify(body)).not.toContain('nobodyKnows');
  });

  test('are asked again when a later one changed the object and they want it', async () => {
    const { post, seen } = fakePost(({ url }) =>
      url.includes('later')
        ? {
            allowed: true,
            patchType: 'JSONPatch',
            patch: base64([{ op: 'add', path: '/metadata/labels', value: { a: 'b' } }]),
          }
        : { allowed: true },
    );
    const webhooks = [
      ...configure('Mutating', { reinvocationPolicy: 'IfNeeded' }, 'first'),
      ...configure('Mutating', { clientConfig: { url: 'https://webhook.test/later' } }, 'later'),
    ];
    const server = await start(webhooks, post);
    await send(server, 'POST', STREAMS, stream());
    expect(seen.map(({ url }) => new URL(url).pathname)).toEqual([
      '/validate',
      '/later',
      '/validate',
    ]);
  });

  test.each([
    ['a patch that does not apply', [{ op: 'remove', path: '/nothing' }]],
    ['a patch that is no list', { op: 'remove' }],
    ['a patch that leaves the wrong types', [{ op: 'add', path: '/metadata/labels', value: 3 }]],
  ])('%s is an error of the server', async (_, operations) => {
    const patch = btoa(JSON.stringify(operations));
    const { post } = fakePost(() => ({ allowed: true, patchType: 'JSONPatch', patch }));
    const server = await start(configure('Mutating', { failurePolicy: 'Ignore' }), post);
    expect(await send(server, 'POST', STREAMS, stream())).toMatchObject({
      code: 500,
      body: { reason: 'InternalError' },
    });
  });

  test('cannot change what is deleted', async () => {
    const { post } = fakePost(({ request }) =>
      request.operation === 'DELETE'
        ? { allowed: true, patchType: 'JSONPatch', patch: base64([]) }
        : { allowed: true },
    );
    const server = await start(configure('Mutating'), post);
    await send(server, 'POST', STREAMS, stream());
    const { body } = await send(server, 'DELETE', `${STREAMS}/app`);
    expect(body['message']).toContain('attempted to modify the object, which is not supported');
  });
});

describe('a call that fails', () => {
  const broken: [string, WebhookPost, string][] = [
    [
      'nobody answers',
      () => Promise.reject(new Error('connection refused')),
      'failed to call webhook: Post "https://webhook.test/validate?timeout=10s": connection refused',
    ],
    [
      'an error page',
      () => Promise.resolve({ status: 500, body: 'oops' }),
      'failed to call webhook: an error on the server ("oops") has prevented the request from succeeding',
    ],
    ['no JSON', () => Promise.resolve({ status: 200, body: '<' }), 'failed to call webhook: '],
    [
      'no response',
      () => Promise.resolve({ status: 200, body: '{}' }),
      'received invalid webhook response: webhook response was absent',
    ],
    [
      'another uid',
      fakePost(() => ({ allowed: true, uid: 'x' })).post,
      'received invalid webhook response: expected response.uid=',
    ],
    [
      'a patch of a validating webhook',
      fakePost(() => ({ allowed: true, patch: 'W10=', patchType: 'JSONPatch' })).post,
      'received invalid webhook response: validating webhook may not return response.patch',
    ],
  ];

  test.each(broken)('for %s refuses the write under Fail', async (_, post, why) => {
    const server = await start(configure('Validating'), post);
    const { code, body } = await send(server, 'POST', STREAMS, stream());
    expect(code).toBe(500);
    expect(body['message']).toContain(
      `Internal error occurred: failed calling webhook "policy.example.com": ${why}`,
    );
  });

  test.each(broken)('for %s lets the write through under Ignore', async (_, post) => {
    const server = await start(configure('Validating', { failurePolicy: 'Ignore' }), post);
    expect((await send(server, 'POST', STREAMS, stream())).code).toBe(201);
  });

  test('is given up after the timeout', async () => {
    const post: WebhookPost = (_url, { signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')));
      });
    const server = await start(configure('Validating', { timeoutSeconds: 1 }), post);
    const { body } = await send(server, 'POST', STREAMS, stream());
    expect(body['message']).toMatch(/timeout=1s": context deadline exceeded$/);
  });
});

test('warnings are passed on', async () => {
  const { post } = fakePost(() => ({ allowed: true, warnings: ['careful "now"'] }));
  const server = await start(configure('Validating'), post);
  const { warnings } = await send(server, 'POST', STREAMS, stream());
  expect(warnings).toBe(String.raw`299 - "careful \"now\""`);
});

describe('which requests a webhook is asked about', () => {
  const rule = { apiGroups: ['image.openshift.io'], apiVersions: ['v1'], operations: ['*'] };
  test.each<[string, object, number]>([
    ['by resource', { rules: [{ ...rule, resources: ['images'] }] }, 0],
    ['by group', { rules: [{ ...rule, apiGroups: ['apps'], resources: ['*'] }] }, 0],
    ['by operation', { rules: [{ ...rule, operations: ['DELETE'], resources: ['*'] }] }, 0],
    ['by scope', { rules: [{ ...rule, resources: ['*'], scope: 'Cluster' }] }, 0],
    [
      'by any of its rules',
      {
        rules: [
          { ...rule, resources: ['images'] },
          { ...rule, resources: ['imagestreams'], scope: 'Namespaced' },
        ],
      },
      1,
    ],
    [
      'by the name of the namespace',
      {
        namespaceSelector: {
          matchExpressions: [
            { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['web'] },
          ],
        },
      },
      0,
    ],
    ['by labels of the object', { objectSelector: { matchLabels: { a: 'b' } } }, 0],
    [
      'by conditions',
      { matchConditions: [{ name: 'ns', expression: "!request.namespace.startsWith('we')" }] },
      0,
    ],
    [
      'by conditions that hold',
      {
        matchConditions: [
          {
            name: 'gen',
            expression:
              "oldObject == null && object.metadata.generation == 1 && request.operation in ['CREATE']",
          },
        ],
      },
      1,
    ],
    [
      'not by a broken condition when another says no',
      {
        matchConditions: [
          { name: 'a', expression: 'object.nothing.here' },
          { name: 'b', expression: 'false' },
        ],
      },
      0,
    ],
    [
      'not by a broken condition under Ignore',
      {
        failurePolicy: 'Ignore',
        matchConditions: [{ name: 'a', expression: 'object.nothing.here' }],
      },
      0,
    ],
  ])('is found out %s', async (_, changes, count) => {
    const { post, seen } = fakePost(allow);
    const server = await start(configure('Validating', changes), post);
    expect((await send(server, 'POST', STREAMS, stream())).code).toBe(201);
    expect(seen).toHaveLength(count);
  });

  test('a broken condition refuses the write under Fail', async () => {
    const { post } = fakePost(allow);
    const matchConditions = [{ name: 'broken', expression: 'object.nothing.here' }];
    const server = await start(configure('Validating', { matchConditions }), post);
    const { code, body } = await send(server, 'POST', STREAMS, stream());
    expect(code).toBe(403);
    expect(body['message']).toMatch(
      /^imagestreams\.image\.openshift\.io "app" is forbidden: .*'broken'/,
    );
  });
});

describe('a configuration', () => {
  test.each<[object, RegExp]>([
    [
      { matchConditions: [{ name: 'a', expression: 'authorizer.check()' }] },
      /matchConditions: a: /,
    ],
    [{ matchConditions: [{ name: 'a', expression: '1 +' }] }, /matchConditions: a: /],
    [
      { matchConditions: [{ name: 'a', expression: "'text'" }] },
      /gives string, a condition gives bool/,
    ],
    [{ clientConfig: { url: 'http://webhook.test' } }, /are called by https/],
    [{ clientConfig: { service: { name: 'a', namespace: 'b' } } }, /--admission-webhook-address/],
    [{ sideEffects: 'Unknown' }, /sideEffects: is one of None, NoneOnDryRun/],
    [{ admissionReviewVersions: ['v1beta1'] }, /only v1 is spoken here/],
    [{ timeoutSeconds: 31 }, /a number from 1 to 30/],
    [{ failurePolicy: 'Maybe' }, /is one of Fail, Ignore/],
    [
      { objectSelector: { matchExpressions: [{ key: 'a', operator: 'Like' }] } },
      /operator: is not known/,
    ],
  ])('with %j is refused with the reason', (changes, message) => {
    expect(() => configure('Validating', changes)).toThrow(message);
  });

  test('calls Services at the address that stands for them', () => {
    const [webhook] = readWebhooks(
      [
        {
          apiVersion: 'admissionregistration.k8s.io/v1',
          kind: 'ValidatingWebhookConfiguration',
          metadata: { name: 'x' },
          webhooks: [
            {
              name: 'x',
              sideEffects: 'None',
              admissionReviewVersions: ['v1'],
              rules: [],
              clientConfig: {
                service: { name: 'a', namespace: 'b', path: '/validate' },
                caBundle: btoa('PEM'),
              },
            },
          ],
        },
      ],
      { serviceAddress: '127.0.0.1:8443' },
    );
    expect(webhook).toMatchObject({ url: 'https://127.0.0.1:8443/validate', caBundle: 'PEM' });
  });

  test('given by a URL is one webhook, or both below it', () => {
    expect(webhooksAt('https://x/validate').map(({ type }) => type)).toEqual(['validating']);
    expect(webhooksAt('https://x/').map(({ url }) => url)).toEqual([
      'https://x/mutate',
      'https://x/validate',
    ]);
    expect(() => webhooksAt('http://x/validate')).toThrow('called by https');
  });
});
