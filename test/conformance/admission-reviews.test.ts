/**
 * The reviews the reference server sends for creates, updates and deletes of every kind, kept as files: the webhook's own tests
 * replay them. A change here is a change of what webhooks get to see.
 */
import { fileURLToPath } from 'node:url';
import type { KubeObject } from '@imagestream/core';
import { expect, test } from 'vitest';
import {
  createFixedSource,
  createImageServer,
  createWebhookAdmission,
  webhooksAt,
  type ImageServer,
} from '@imagestream/server';

const DIGEST = `sha256:${'1'.repeat(64)}`;
const FOLDER = fileURLToPath(
  new URL('../../packages/admission/testdata/reviews/', import.meta.url),
);
const BASE = { apiVersion: 'image.openshift.io/v1' };
const FROM = { kind: 'DockerImage', name: 'quay.io/acme/app:1' };

interface Step {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: object;
}

const IN = '/namespaces/web';

const IMAGE = {
  ...BASE,
  kind: 'Image',
  metadata: { name: DIGEST },
  dockerImageReference: `quay.io/acme/app@${DIGEST}`,
};

const STEPS: readonly Step[] = [
  { method: 'POST', path: '/images', body: IMAGE },
  {
    method: 'PUT',
    path: `/images/${DIGEST}`,
    body: { ...IMAGE, metadata: { name: DIGEST, labels: { checked: 'yes' } } },
  },
  {
    method: 'POST',
    path: '/imagesignatures',
    body: {
      ...BASE,
      kind: 'ImageSignature',
      metadata: { name: `${DIGEST}@release` },
      type: 'AtomicImageV1',
      content: 'c2lnbmVk',
    },
  },
  {
    method: 'POST',
    path: `${IN}/imagestreams`,
    body: {
      ...BASE,
      kind: 'ImageStream',
      metadata: { name: 'app' },
      spec: { tags: [{ name: 'latest', from: FROM, importPolicy: { scheduled: true } }] },
    },
  },
  {
    method: 'PUT',
    path: `${IN}/imagestreams/app`,
    body: {
      ...BASE,
      kind: 'ImageStream',
      metadata: { name: 'app', labels: { team: 'web' } },
      spec: {
        lookupPolicy: { local: true },
        tags: [
          { name: 'latest', from: FROM, importPolicy: { scheduled: true } },
          { name: 'stable', from: { kind: 'ImageStreamTag', name: 'base:1', namespace: 'other' } },
        ],
      },
    },
  },
  {
    method: 'POST',
    path: `${IN}/imagestreamtags`,
    body: { ...BASE, kind: 'ImageStreamTag', metadata: { name: 'app:v1' }, tag: { from: FROM } },
  },
  {
    method: 'PUT',
    path: `${IN}/imagestreamtags/app:v1`,
    body: {
      ...BASE,
      kind: 'ImageStreamTag',
      metadata: { name: 'app:v1' },
      tag: { name: 'v1', from: FROM, importPolicy: { insecure: true } },
    },
  },
  { method: 'DELETE', path: `${IN}/imagestreamtags/app:v1` },
  {
    method: 'POST',
    path: `${IN}/imagetags`,
    body: { ...BASE, kind: 'ImageTag', metadata: { name: 'tools:v2' }, spec: { from: FROM } },
  },
  {
    method: 'PUT',
    path: `${IN}/imagetags/tools:v2`,
    body: {
      ...BASE,
      kind: 'ImageTag',
      metadata: { name: 'tools:v2' },
      spec: { name: 'v2', from: { ...FROM, name: `quay.io/acme/app@${DIGEST}` } },
    },
  },
  { method: 'DELETE', path: `${IN}/imagetags/tools:v2` },
  {
    method: 'POST',
    path: `${IN}/imagestreamimports`,
    body: {
      ...BASE,
      kind: 'ImageStreamImport',
      metadata: { name: 'app' },
      spec: {
        import: true,
        images: [{ from: FROM, to: { name: 'v3' } }],
        repository: { from: { kind: 'DockerImage', name: 'docker.io/acme/app' } },
      },
    },
  },
  {
    method: 'POST',
    path: `${IN}/imagestreammappings`,
    body: {
      ...BASE,
      kind: 'ImageStreamMapping',
      metadata: { name: 'app' },
      tag: 'pushed',
      image: { metadata: { name: DIGEST }, dockerImageReference: `evil.test/acme/app@${DIGEST}` },
    },
  },
  { method: 'DELETE', path: `${IN}/imagestreams/app` },
  { method: 'DELETE', path: `/imagesignatures/${DIGEST}@release` },
  { method: 'DELETE', path: `/images/${DIGEST}` },
];

async function start(reviews: string[]): Promise<ImageServer> {
  let uids = 0;
  return await createImageServer({
    now: () => new Date('2026-01-02T03:04:05Z'),
    newUid: () => `00000000-0000-4000-8000-${String((uids += 1)).padStart(12, '0')}`,
    random: () => 0.5,
    registrySource: createFixedSource({}),
    seed: [
      {
        ...BASE,
        kind: 'ImageStream',
        metadata: { name: 'base', namespace: 'other' },
        spec: { tags: [{ name: '1', from: FROM }] },
      } as KubeObject, // What is special about its kind is not in the type.
    ],
    admission: createWebhookAdmission({
      webhooks: webhooksAt('https://webhook.test/validate'),
      post: (_url, { body }) => {
        reviews.push(body);
        const { request } = JSON.parse(body) as { request: { uid: string } };
        const response = { uid: request.uid, allowed: true };
        const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response };
        return Promise.resolve({ status: 200, body: JSON.stringify(review) });
      },
    }),
  });
}

test('every kind of write is shown to webhooks as the files say', async () => {
  const reviews: string[] = [];
  const server = await start(reviews);
  for (const { method, path, body } of STEPS) {
    const init = { method, headers: { 'content-type': 'application/json' } };
    const url = `http://server/apis/image.openshift.io/v1${path}`;
    const response = await server.fetch(
      new Request(
        url,
        body === undefined
          ? init
          : { ...init, body: JSON.stringify(await complete(server, { method, url, body })) },
      ),
    );
    expect([`${method} ${path}`, response.status < 300, await response.text()]).toMatchObject([
      `${method} ${path}`,
      true,
      expect.any(String),
    ]);
  }
  await server.close();
  const names = reviews.map((text) => {
    const { request } = JSON.parse(text) as {
      request: { operation: string; resource: { resource: string } };
    };
    return `${request.resource.resource}-${request.operation.toLowerCase()}`;
  });
  expect(new Set(names).size).toBe(STEPS.length);
  for (const [index, text] of reviews.entries()) {
    await expect(`${JSON.stringify(JSON.parse(text), undefined, 2)}\n`).toMatchFileSnapshot(
      `${FOLDER}${names[index]}.json`,
    );
  }
});

/** An update is what is there, with some of it changed. */
async function complete(
  server: ImageServer,
  { method, url, body }: { method: string; url: string; body: object },
): Promise<object> {
  if (method !== 'PUT') return body;
  const response = await server.fetch(new Request(url));
  const current = (await response.json()) as { metadata: object };
  const { metadata } = body as { metadata: object };
  return { ...current, ...body, metadata: { ...current.metadata, ...metadata } };
}
