import { afterEach, describe, expect, it } from 'vitest';
import {
  createFixedSource,
  makeFixedRepository,
  type FixedRepository,
} from '../../import/fixed-source.js';
import { digestOf } from '../../lifecycle/image-digest.js';
import { at, openStory, STORY_TIME, type Story } from '../../testing/open-story.js';
import { createImageServer, type ImageServerOptions } from '../../create-image-server.js';

const path = 'namespaces/web/imagestreamimports';
const repository = 'registry.test/team/app';

let story: Story;
afterEach(() => story.close());

async function open(
  images: Record<string, Record<string, string>>,
  options: ImageServerOptions & { readonly username?: string } = {},
): Promise<FixedRepository> {
  const { username, ...rest } = options;
  const made = await makeFixedRepository(images);
  const served = username === undefined ? made : { ...made, username };
  story = await openStory({ ...rest, registrySource: createFixedSource({ [repository]: served }) });
  return made;
}

function image(tag: string, more: object = {}): object {
  return { from: { kind: 'DockerImage', name: `${repository}:${tag}` }, ...more };
}

async function post(
  spec: object,
  metadata: object = {},
): Promise<{ status: number; body: unknown }> {
  return story.send('POST', path, {
    metadata: { name: 'app', ...metadata },
    spec: { import: true, ...spec },
  });
}

async function readStream(): Promise<unknown> {
  return (await story.send('GET', 'namespaces/web/imagestreams/app')).body;
}

describe('an import', () => {
  it('makes the stream, and marks it as imported', async () => {
    // Evidence: import-create, import-success
    const made = await open({ v1: {} });
    await post({ images: [image('v1')] });
    const stream = await readStream();
    expect(at(stream, 'metadata.annotations')).toEqual({
      'openshift.io/image.dockerRepositoryCheck': STORY_TIME,
    });
    expect(at(stream, 'spec.tags.0.generation')).toBe(1);
    expect(at(stream, 'status.tags.0.items.0')).toEqual({
      created: STORY_TIME,
      dockerImageReference: `${repository}@${made.tags['v1']}`,
      image: made.tags['v1'],
      generation: 1,
    });
  });

  it('that is broken off is not recorded as a failure of its tags', async () => {
    // Evidence: replica-importer
    const client = new AbortController();
    const server = await createImageServer({
      registrySource: {
        connect: (_target, signal) => {
          const never = (): Promise<never> =>
            new Promise((_resolve, reject) => {
              signal.addEventListener('abort', () => reject(new Error('broken off')));
              client.abort();
            });
          return { listTags: never, manifest: never, blob: never, blobSizeBytes: never };
        },
      },
    });
    const group = 'http://server/apis/image.openshift.io/v1';
    const send = (at: string, given: object, signal?: AbortSignal): Promise<Response> =>
      server.fetch(
        new Request(`${group}/namespaces/web/${at}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ metadata: { name: 'app' }, ...given }),
          ...(signal === undefined ? {} : { signal }),
        }),
      );
    const tags = [{ name: 'v1', from: { kind: 'DockerImage', name: `${repository}:v1` } }];
    await send('imagestreams', { spec: { tags } });
    const spec = { import: true, images: [image('v1', { to: { name: 'v1' } })] };
    expect((await send('imagestreamimports', { spec }, client.signal)).status).toBe(504);
    const stream = await server.fetch(new Request(`${group}/namespaces/web/imagestreams/app`));
    expect(at(await stream.json(), 'status.tags')).toBeUndefined();
    await server.close();
  });

  it('that finds nothing new leaves the stream as it is', async () => {
    // Evidence: import-write
    await open({ v1: {} });
    await post({ images: [image('v1')] });
    const before = await readStream();
    await post({ images: [image('v1')] });
    expect(await readStream()).toEqual(before);
  });

  it('raises generations and adds to the history when there is a new image', async () => {
    // Evidence: import-record
    const made = await open({ v1: { name: 'one' }, v2: { name: 'two' } });
    await post({ images: [image('v1', { to: { name: 'latest' } })] });
    await post({ images: [image('v2', { to: { name: 'latest' } })] });
    const stream = await readStream();
    expect(at(stream, 'metadata.generation')).toBe(2);
    expect(at(stream, 'spec.tags.0.from.name')).toBe(`${repository}:v2`);
    expect([0, 1].map((index) => at(stream, `status.tags.0.items.${index}.image`))).toEqual([
      made.tags['v2'],
      made.tags['v1'],
    ]);
  });

  it('of something that is not there leaves a spec tag and a condition', async () => {
    // Evidence: import-condition, import-status
    await open({ v1: {} });
    const { status, body } = await post({ images: [image('none')] });
    expect(status).toBe(201);
    expect(at(body, 'status.images.0.tag')).toBe('none');
    const stream = await readStream();
    expect(at(stream, 'spec.tags.0.name')).toBe('none');
    expect(at(stream, 'status.tags')).toEqual([
      {
        tag: 'none',
        items: null,
        conditions: [
          {
            type: 'ImportSuccess',
            status: 'False',
            lastTransitionTime: STORY_TIME,
            reason: 'NotFound',
            message: `dockerimage.image.openshift.io "${repository}:none" not found`,
            generation: 1,
          },
        ],
      },
    ]);
  });

  it('clears the condition once it succeeds, and keeps what the spec tag says besides', async () => {
    await open({ v1: {} });
    await post({
      images: [image('none', { to: { name: 't' }, referencePolicy: { type: 'Local' } })],
    });
    await post({ images: [image('v1', { to: { name: 't' } })] });
    const stream = await readStream();
    expect(at(stream, 'status.tags.0.conditions')).toBeUndefined();
    expect(at(stream, 'spec.tags.0.referencePolicy')).toEqual({ type: 'Local' });
  });

  it('of a reference without a tag looks it up and tags nothing', async () => {
    await open({ latest: {} });
    const { body } = await post({ images: [{ from: { kind: 'DockerImage', name: repository } }] });
    expect(at(body, 'status.images.0.status.status')).toBe('Success');
    expect(at(await readStream(), 'spec.tags')).toBeUndefined();
  });

  it('takes a reference it cannot read for a failure of that image alone', async () => {
    await open({ v1: {} });
    const { body } = await post({
      images: [{ from: { kind: 'DockerImage', name: '*' } }, image('v1')],
    });
    expect(at(body, 'status.images.0.status.message')).toBe(
      ' "" is invalid: from.name: Invalid value: "*": invalid name: invalid reference format',
    );
    expect(at(body, 'status.images.1.status.status')).toBe('Success');
  });

  it('is refused for another version of the stream than the one there is', async () => {
    // Evidence: import-preconditions
    await open({ v1: {} });
    await post({ images: [image('v1')] });
    const { status, body } = await post({ images: [image('v1')] }, { resourceVersion: '1' });
    expect(status).toBe(409);
    expect(at(body, 'message')).toMatch(
      /^Operation cannot be fulfilled on imagestream\.image\.openshift\.io "app": the image stream was updated from "1" to "\d+"$/,
    );
  });

  it('writes although it is asked for on trial', async () => {
    // Evidence: import-dry-run
    await open({ v1: {} });
    const { status } = await story.send('POST', `${path}?dryRun=All`, {
      metadata: { name: 'app' },
      spec: { import: true, images: [image('v1')] },
    });
    expect(status).toBe(201);
    expect(at(await readStream(), 'spec.tags.0.name')).toBe('v1');
  });
});

describe('the import of a repository', () => {
  it('takes fifty tags in order and names the others', async () => {
    // Evidence: import-repository-limit
    const images: Record<string, Record<string, string>> = { latest: {} };
    for (let number = 0; number < 51; number += 1)
      images[`t${String(number).padStart(2, '0')}`] = {};
    await open(images);
    const { body } = await post({
      repository: { from: { kind: 'DockerImage', name: repository } },
    });
    expect(at(body, 'status.repository.images.0.tag')).toBe('latest');
    expect(at(body, 'status.repository.images.50')).toBeUndefined();
    expect(at(body, 'status.repository.additionalTags')).toEqual(['t49', 't50']);
    expect(at(await readStream(), 'spec.tags.1.from.name')).toBe(`${repository}:t00`);
  });

  it('does not name again what was asked for by itself', async () => {
    const images: Record<string, Record<string, string>> = {};
    for (let number = 0; number < 52; number += 1)
      images[`t${String(number).padStart(2, '0')}`] = {};
    await open(images);
    const { body } = await post({
      images: [image('t51')],
      repository: { from: { kind: 'DockerImage', name: repository } },
    });
    expect(at(body, 'status.repository.additionalTags')).toEqual(['t50']);
  });

  it('says how many of its images failed', async () => {
    // Evidence: import-repository-status
    const made = await makeFixedRepository({ a: { name: 'a' }, b: { name: 'b' } });
    const broken = { ...made, tags: { ...made.tags, a: 'sha256:gone' } };
    story = await openStory({ registrySource: createFixedSource({ [repository]: broken }) });
    const { body } = await post({
      repository: { from: { kind: 'DockerImage', name: repository } },
    });
    expect(at(body, 'status.repository.status')).toEqual({
      metadata: {},
      status: 'Failure',
      message: 'one of the images from this repository failed to import',
      reason: 'ImportFailed',
    });
  });

  it('that does not exist is not found, and makes an empty stream', async () => {
    await open({});
    const { body } = await post({
      repository: { from: { kind: 'DockerImage', name: 'registry.test/none' } },
    });
    expect(at(body, 'status.repository.status.message')).toBe(
      'dockerimage.image.openshift.io "registry.test/none" not found',
    );
    expect(at(await readStream(), 'spec')).toEqual({ lookupPolicy: { local: false } });
  });
});

describe('pull secrets', () => {
  it('of the namespace are used, those of another are not', async () => {
    // Evidence: import-credentials
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'pull', namespace: 'web' },
      type: 'kubernetes.io/dockercfg',
      data: { '.dockercfg': btoa(JSON.stringify({ 'registry.test': { auth: btoa('alice:p') } })) },
    };
    await open({ v1: {} }, { seed: [secret], username: 'alice' });
    const { body } = await post({ images: [image('v1')] });
    expect(at(body, 'status.images.0.status.status')).toBe('Success');
    const other = await story.send('POST', 'namespaces/other/imagestreamimports', {
      metadata: { name: 'app' },
      spec: { import: true, images: [image('v1')] },
    });
    expect(at(other.body, 'status.images.0.status.reason')).toBe('Unauthorized');
  });
});

describe('the limits of a namespace', () => {
  it('refuse an import, which leaves a condition on the tags that were new', async () => {
    // Evidence: import-limit-condition
    const limitRange = {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'limits', namespace: 'web' },
      spec: { limits: [{ type: 'openshift.io/ImageStream', max: { 'openshift.io/images': '1' } }] },
    };
    await open({ v1: { name: 'one' }, v2: { name: 'two' } }, { seed: [limitRange] });
    await post({ images: [image('v1')] });
    const { status, body } = await post({ images: [image('v2')] });
    expect(status).toBe(422);
    expect(at(body, 'message')).toContain(
      'requested usage of openshift.io/images exceeds the maximum limit',
    );
    const stream = await readStream();
    expect(at(stream, 'spec.tags.1')).toBeUndefined();
    expect(at(stream, 'status.tags.1.conditions.0.reason')).toBe('Invalid');
  });
});

describe('the import controller', () => {
  it('fills the status of a stream that somebody creates', async () => {
    const made = await open({ v1: {} }, { importController: true });
    await story.send('POST', 'namespaces/web/imagestreams', {
      metadata: { name: 'app' },
      spec: { tags: [{ name: 'v1', from: { kind: 'DockerImage', name: `${repository}:v1` } }] },
    });
    let imported: unknown;
    for (let turn = 0; turn < 1000 && imported === undefined; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      imported = at(await readStream(), 'status.tags.0.items.0.image');
    }
    expect(imported).toBe(made.tags['v1']);
  });
});

describe('what a registry is asked', () => {
  it('are the sizes of layers, where the manifest does not tell them', async () => {
    // Evidence: import-layer-sizes
    const layer = 'eleven byte';
    const layerDigest = await digestOf(layer);
    const text = JSON.stringify({
      schemaVersion: 1,
      name: 'team/app',
      tag: 'v1',
      architecture: 'amd64',
      fsLayers: [{ blobSum: layerDigest }],
      history: [{ v1Compatibility: JSON.stringify({ id: 'a', created: STORY_TIME }) }],
    });
    const digest = await digestOf(text);
    const mediaType = 'application/vnd.docker.distribution.manifest.v1+json';
    const served: FixedRepository = {
      tags: { v1: digest },
      manifests: { [digest]: { mediaType, text } },
      blobs: { [layerDigest]: layer },
    };
    story = await openStory({ registrySource: createFixedSource({ [repository]: served }) });
    const { body } = await post({ images: [image('v1')] });
    expect(at(body, 'status.images.0.image.dockerImageLayers.0.size')).toBe(layer.length);
    expect(at(body, 'status.images.0.image.dockerImageMetadata.Size')).toBe(layer.length);
  });

  it('is nothing for a reference to nothing but a registry', async () => {
    // Evidence: import-reference-normalised
    await open({});
    const from = { kind: 'DockerImage', name: 'registry.test:5000' };
    const { status, body } = await post({ images: [{ from, to: { name: 'v1' } }] });
    expect(status).toBe(201);
    expect(at(body, 'status.images.0.status.message')).toContain('invalid reference format');
  });
});
