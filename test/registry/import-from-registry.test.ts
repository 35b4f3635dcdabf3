import type { KubeObject } from '@imagestream/core';
import type { Image, ImageStreamImport } from '@imagestream/image-v1';
import { createImageServer, createOciSource, type ImageServer } from '@imagestream/server';
import { registryFetch } from '@imagestream/server/node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RepositoryWriter, type PushedManifest } from '../fixtures/registry/push-images.js';
import {
  missingRegistry,
  REGISTRY_USER,
  startRegistries,
  type RunningRegistries,
} from '../fixtures/registry/start-registry.js';

const JSON_BODY = { 'content-type': 'application/json' };
const DOCKER_CONFIG_TYPE = 'application/vnd.docker.container.image.v1+json';

const missing = missingRegistry();
if (missing !== undefined) console.warn(`imports from a real registry are not tested: ${missing}`);

const pullSecret = (
  registry: string,
  password: string,
): KubeObject & { type: string; data: object } => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'pull', namespace: 'web' },
  type: 'kubernetes.io/dockerconfigjson',
  data: {
    '.dockerconfigjson': btoa(
      JSON.stringify({
        auths: { [registry]: { auth: btoa(`${REGISTRY_USER.username}:${password}`) } },
      }),
    ),
  },
});

describe.skipIf(missing !== undefined)('an import from a real registry', () => {
  let registries: RunningRegistries;
  let server: ImageServer;
  let app: PushedManifest;
  let oci: PushedManifest;
  let arm: PushedManifest;
  let list: PushedManifest;

  beforeAll(async () => {
    registries = await startRegistries();
    const repository = new RepositoryWriter(registries.open, 'team/app');
    app = await repository.pushImage({ label: 'app' }, 'v1');
    oci = await repository.pushImage({ label: 'oci', oci: true }, 'oci');
    arm = await repository.pushImage({ label: 'arm', architecture: 'arm64' });
    list = await repository.pushList([arm, app], { tag: 'multi' });
    await repository.pushList([oci], { tag: 'index', oci: true });
  });
  afterAll(() => registries.stop());

  beforeEach(async () => {
    server = await createServer([]);
  });
  afterEach(() => server.close());

  function createServer(seed: KubeObject[]): Promise<ImageServer> {
    return createImageServer({ seed, registrySource: createOciSource({ fetch: registryFetch }) });
  }

  async function post(spec: object, on: ImageServer = server): Promise<ImageStreamImport> {
    const response = await on.fetch(
      new Request('http://server/apis/image.openshift.io/v1/namespaces/web/imagestreamimports', {
        method: 'POST',
        headers: JSON_BODY,
        body: JSON.stringify({ metadata: { name: 'app' }, spec: { import: true, ...spec } }),
      }),
    );
    expect(response.status).toBe(201);
    return (await response.json()) as ImageStreamImport;
  }

  function image(reference: string, more: object = {}): object {
    return {
      from: { kind: 'DockerImage', name: reference },
      importPolicy: { insecure: true },
      ...more,
    };
  }

  async function readImage(name: string): Promise<Image> {
    const response = await server.fetch(
      new Request(`http://server/apis/image.openshift.io/v1/images/${name}`),
    );
    return (await response.json()) as Image;
  }

  it('stores the image with what its manifest and config say', async () => {
    // Evidence: import-store-images, import-run
    const { status } = await post({ images: [image(`${registries.open}/team/app:v1`)] });
    expect(status.images?.[0]?.status.status).toBe('Success');
    expect(status.import?.status?.tags?.[0]).toMatchObject({
      tag: 'v1',
      items: [
        { image: app.digest, dockerImageReference: `${registries.open}/team/app@${app.digest}` },
      ],
    });
    const stored = await readImage(app.digest);
    expect(stored.dockerImageMetadata).toMatchObject({
      Created: '2024-01-02T03:04:05Z',
      Architecture: 'amd64',
      Config: { User: '1001', Labels: { name: 'app' } },
    });
    expect(stored.dockerImageManifest).toBeUndefined();
  });

  it('chooses the usual platform of a manifest list', async () => {
    // Evidence: import-list-choice
    const { status } = await post({ images: [image(`${registries.open}/team/app:multi`)] });
    expect(status.images?.[0]?.image?.metadata.name).toBe(app.digest);
  });

  it('chooses the platform that the spec tag of the stream prefers', async () => {
    // Evidence: import-platform-preference
    await server.fetch(
      new Request('http://server/apis/image.openshift.io/v1/namespaces/web/imagestreams', {
        method: 'POST',
        headers: JSON_BODY,
        body: JSON.stringify({
          metadata: { name: 'app' },
          spec: {
            tags: [
              {
                name: 'multi',
                annotations: { 'importer.image.openshift.io/prefer-arch': 'arm64' },
              },
            ],
          },
        }),
      }),
    );
    const { status } = await post({ images: [image(`${registries.open}/team/app:multi`)] });
    expect(status.images?.[0]?.image?.metadata.name).toBe(arm.digest);
  });

  it('keeps a manifest list and its images when the original is to be preserved', async () => {
    // Evidence: import-manifests
    const importPolicy = { insecure: true, importMode: 'PreserveOriginal' };
    const { status } = await post({
      images: [image(`${registries.open}/team/app:multi`, { importPolicy })],
    });
    const [result] = status.images ?? [];
    expect(result?.image?.metadata.name).toBe(list.digest);
    expect(result?.manifests?.map(({ metadata }) => metadata.name)).toEqual([
      arm.digest,
      app.digest,
    ]);
    expect((await readImage(arm.digest)).dockerImageMetadata).toMatchObject({
      Architecture: 'arm64',
    });
  });

  it('imports a whole repository, each tag with a status of its own', async () => {
    const { status } = await post({ repository: image(`${registries.open}/team/app`) });
    expect(status.repository?.status?.status).toBe('Success');
    expect(status.repository?.images?.map(({ tag }) => tag)).toEqual([
      'index',
      'multi',
      'oci',
      'v1',
    ]);
    expect(status.repository?.images?.[0]?.image?.metadata.name).toBe(oci.digest);
  });

  it('only looks when it is told to, and then shows the manifest on request', async () => {
    // Evidence: import-include-manifest
    const { status } = await post({
      import: false,
      images: [image(`${registries.open}/team/app:v1`, { includeManifest: true })],
    });
    expect(status.import).toBeUndefined();
    expect(status.images?.[0]?.image?.dockerImageManifest).toContain(DOCKER_CONFIG_TYPE);
    expect((await readImage(app.digest)).kind).toBe('Status');
  });

  it('says of each image what is wrong with it', async () => {
    const { status } = await post({
      images: [
        image(`${registries.open}/team/app:none`),
        image(`${registries.open}/team/app@sha256:${'0'.repeat(64)}`, { to: { name: 'digest' } }),
      ],
    });
    expect(status.images?.map((result) => result.status.reason)).toEqual(['NotFound', 'NotFound']);
  });

  it('does not speak plain http unless it may', async () => {
    const name = `${registries.open}/team/app:v1`;
    const { status } = await post({ images: [{ from: { kind: 'DockerImage', name } }] });
    expect(status.images?.[0]?.status.message).toBe(
      `Internal error occurred: ${name}: Get "https://${registries.open}/v2/": ` +
        'http: server gave HTTP response to HTTPS client',
    );
  });

  it('logs in with the pull secrets of the namespace', async () => {
    const own = await createServer([pullSecret(registries.withLogin, REGISTRY_USER.password)]);
    const { status } = await post({ images: [image(`${registries.withLogin}/team/app:v1`)] }, own);
    expect(status.images?.[0]?.status.status).toBe('Success');
    await own.close();
  });

  it.each([
    ['without credentials', [] as string[]],
    ['with wrong ones', ['wrong']],
  ])('is unauthorized %s', async (_, passwords) => {
    const own = await createServer(
      passwords.map((password) => pullSecret(registries.withLogin, password)),
    );
    const reference = `${registries.withLogin}/team/app:v1`;
    const { status } = await post({ images: [image(reference)] }, own);
    expect(status.images?.[0]?.status).toMatchObject({
      reason: 'Unauthorized',
      code: 401,
      message: `you may not have access to the container image "${reference}"`,
    });
    await own.close();
  });
});
