import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  at,
  madeDigest,
  mappingOf,
  openStory,
  STORY_TIME,
  type Story,
} from '../../testing/open-story.js';

let story: Story;
beforeEach(async () => {
  story = await openStory({ externalRegistry: 'registry.apps.test' });
});
afterEach(() => story.close());

const streams = 'namespaces/web/imagestreams';

async function createStream(name: string, spec: unknown = {}): Promise<void> {
  const { status } = await story.send('POST', streams, { metadata: { name }, spec });
  expect(status).toBe(201);
}

async function push(stream: string, tag: string, digit: string): Promise<void> {
  const answer = await story.send(
    'POST',
    'namespaces/web/imagestreammappings',
    mappingOf(stream, tag, digit),
  );
  expect(answer.status).toBe(201);
}

async function replaceSpec(name: string, spec: unknown): Promise<unknown> {
  const { body } = await story.send('GET', `${streams}/${name}`);
  const resourceVersion = at(body, 'metadata.resourceVersion');
  const answer = await story.send('PUT', `${streams}/${name}`, {
    metadata: { name, resourceVersion },
    spec,
  });
  expect(answer.status).toBe(200);
  return answer.body;
}

describe('the repository fields of a stream', () => {
  it('are computed from both registry hosts, whatever the spec names', async () => {
    await createStream('app', { dockerImageRepository: 'quay.io/acme/app' });
    const { body } = await story.send('GET', `${streams}/app`);
    expect(at(body, 'status')).toEqual({
      dockerImageRepository: 'image-registry.openshift-image-registry.svc:5000/web/app',
      publicDockerImageRepository: 'registry.apps.test/web/app',
    });
  });

  it('are shown as they were written by an update of the status, until the next read', async () => {
    await createStream('app');
    const { body: read } = await story.send('GET', `${streams}/app`);
    const { body: written } = await story.send('PUT', `${streams}/app/status`, {
      metadata: { name: 'app', resourceVersion: at(read, 'metadata.resourceVersion') },
      status: { dockerImageRepository: 'elsewhere.test/app' },
    });
    expect(at(written, 'status')).toEqual({ dockerImageRepository: 'elsewhere.test/app' });
    const { body: stored } = await story.send('GET', `${streams}/app/status`);
    expect(at(stored, 'status.dockerImageRepository')).toBe('elsewhere.test/app');
    const { body: shown } = await story.send('GET', `${streams}/app`);
    expect(at(shown, 'status.dockerImageRepository')).toBe(
      'image-registry.openshift-image-registry.svc:5000/web/app',
    );
  });

  it('are selected by as they are stored', async () => {
    await createStream('app');
    const { body: read } = await story.send('GET', `${streams}/app`);
    await story.send('PUT', `${streams}/app/status`, {
      metadata: { name: 'app', resourceVersion: at(read, 'metadata.resourceVersion') },
      status: { dockerImageRepository: 'elsewhere.test/app' },
    });
    const selectedBy = async (repository: string): Promise<unknown> => {
      const selector = `fieldSelector=status.dockerImageRepository%3D${encodeURIComponent(repository)}`;
      const { body } = await story.send('GET', `${streams}?${selector}`);
      return at(body, 'items.0.metadata.name');
    };
    expect(await selectedBy('elsewhere.test/app')).toBe('app');
    expect(
      await selectedBy('image-registry.openshift-image-registry.svc:5000/web/app'),
    ).toBeUndefined();
  });
});

describe('tags that follow other streams', () => {
  it('take over the event of a tag of another namespace, pulled from where it is', async () => {
    await story.send('POST', 'namespaces/infra/imagestreams', { metadata: { name: 'base' } });
    await story.send('POST', 'namespaces/infra/imagestreammappings', mappingOf('base', 'v1', 'a'));
    await createStream('app', {
      tags: [
        { name: 'base', from: { kind: 'ImageStreamTag', namespace: 'infra', name: 'base:v1' } },
      ],
    });
    const { body } = await story.send('GET', `${streams}/app`);
    expect(at(body, 'status.tags')).toEqual([
      {
        tag: 'base',
        items: [
          {
            created: STORY_TIME,
            dockerImageReference: `registry.test/team/app@${madeDigest('a')}`,
            image: madeDigest('a'),
            generation: 1,
          },
        ],
      },
    ]);
  });

  it('pull what lies in the integrated registry through their own stream, unless they are mere references', async () => {
    // Evidence: mapping-reference-default
    const host = 'image-registry.openshift-image-registry.svc:5000';
    const name = madeDigest('b');
    await story.send('POST', 'namespaces/infra/imagestreams', { metadata: { name: 'base' } });
    await story.send('POST', 'namespaces/infra/imagestreammappings', {
      metadata: { name: 'base' },
      tag: 'v1',
      image: { metadata: { name } },
    });
    const from = { kind: 'ImageStreamTag', namespace: 'infra', name: 'base:v1' };
    await createStream('app', {
      tags: [
        { name: 'own', from },
        { name: 'ref', from, reference: true },
      ],
    });
    const { body } = await story.send('GET', `${streams}/app`);
    expect(at(body, 'status.tags.0.items.0.dockerImageReference')).toBe(`${host}/web/app@${name}`);
    expect(at(body, 'status.tags.1.items.0.dockerImageReference')).toBe(
      `${host}/infra/base@${name}`,
    );
  });

  it('are refused when several images match the id, in one internal error', async () => {
    await createStream('src');
    await push('src', 'a', 'a');
    await story.send('POST', 'namespaces/web/imagestreammappings', {
      ...(mappingOf('src', 'b', 'a') as object),
      image: {
        metadata: { name: `sha256:aa${'b'.repeat(62)}` },
        dockerImageReference: 'registry.test/team/app:b',
      },
    });
    const { status, body } = await story.send('POST', streams, {
      metadata: { name: 'app' },
      spec: { tags: [{ name: 't', from: { kind: 'ImageStreamImage', name: 'src@aa' } }] },
    });
    expect(status).toBe(422);
    expect(at(body, 'message')).toBe(
      'ImageStream.image.openshift.io "app" is invalid: []: Internal error: imagestreams "app" is invalid: ' +
        'spec.tags[t].from.name: Invalid value: "src@aa": error generating tag event: Operation cannot be fulfilled on ' +
        `imagestreamimage.image.openshift.io "aa": multiple images match the prefix "aa": ${madeDigest('a')}, sha256:aa${'b'.repeat(62)}`,
    );
  });
});

describe('the generations of a stream', () => {
  it('rise when a policy changes, but not the one of the tag', async () => {
    const tag = { name: 'v1', from: { kind: 'DockerImage', name: 'quay.io/acme/app:1' } };
    await createStream('app', { tags: [tag] });
    const body = await replaceSpec('app', {
      tags: [{ ...tag, importPolicy: { scheduled: true } }],
    });
    expect(at(body, 'metadata.generation')).toBe(2);
    expect(at(body, 'spec.tags.0.generation')).toBe(1);
  });

  it('rise for stream and tag when a tag is to be imported again', async () => {
    const tag = { name: 'v1', from: { kind: 'DockerImage', name: 'quay.io/acme/app:1' } };
    await createStream('app', { tags: [tag] });
    const body = await replaceSpec('app', { tags: [{ ...tag, generation: 0 }] });
    expect(at(body, 'metadata.generation')).toBe(2);
    expect(at(body, 'spec.tags.0.generation')).toBe(2);
  });

  it('stay when only labels change', async () => {
    await createStream('app');
    const { body } = await story.send(
      'PATCH',
      `${streams}/app`,
      { metadata: { labels: { a: 'b' } } },
      'application/merge-patch+json',
    );
    expect(at(body, 'metadata.generation')).toBe(1);
  });
});

describe('a tag of a stream', () => {
  it('keeps its history when it leaves the spec', async () => {
    await createStream('app', {
      tags: [
        { name: 'v1', from: { kind: 'DockerImage', name: 'quay.io/acme/app:1' }, reference: true },
      ],
    });
    const body = await replaceSpec('app', {});
    expect(at(body, 'spec.tags')).toBeUndefined();
    expect(at(body, 'status.tags.0.tag')).toBe('v1');
  });

  it('shows the last entry of its name, sorted among the others', async () => {
    const from = (tag: string) => ({ kind: 'DockerImage', name: `quay.io/acme/app:${tag}` });
    await createStream('app', {
      tags: [
        { name: 'b', from: from('1') },
        { name: 'a', from: from('2') },
        { name: 'b', from: from('3') },
      ],
    });
    const { body } = await story.send('GET', `${streams}/app`);
    expect(at(body, 'spec.tags.0.name')).toBe('a');
    expect(at(body, 'spec.tags.1.from.name')).toBe('quay.io/acme/app:3');
  });
});

describe('an update of the status', () => {
  it('takes the lookup policy and nothing else of the spec', async () => {
    await createStream('app', { tags: [{ name: 'v1' }] });
    const { body } = await story.send('GET', `${streams}/app`);
    const { body: written } = await story.send('PUT', `${streams}/app/status`, {
      metadata: { name: 'app', resourceVersion: at(body, 'metadata.resourceVersion') },
      spec: { lookupPolicy: { local: true }, dockerImageRepository: 'quay.io/acme/app', tags: [] },
    });
    expect(at(written, 'spec.lookupPolicy.local')).toBe(true);
    expect(at(written, 'spec.dockerImageRepository')).toBeUndefined();
    expect(at(written, 'spec.tags.0.name')).toBe('v1');
    expect(at(written, 'metadata.generation')).toBe(1);
  });

  it('refuses a pull spec it has not seen that does not parse', async () => {
    await createStream('app');
    const { body } = await story.send('GET', `${streams}/app`);
    const { status, body: refused } = await story.send('PUT', `${streams}/app/status`, {
      metadata: { name: 'app', resourceVersion: at(body, 'metadata.resourceVersion') },
      status: {
        tags: [
          {
            tag: 'v1',
            items: [{ created: STORY_TIME, dockerImageReference: '', image: '', generation: 1 }],
          },
        ],
      },
    });
    expect(status).toBe(422);
    expect(at(refused, 'details.causes.0.field')).toBe(
      'status.tags[v1].items[0].dockerImageReference',
    );
  });
});

describe('limits of a namespace', () => {
  const limitRange = {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'limits', namespace: 'web' },
    spec: {
      limits: [{ type: 'openshift.io/ImageStream', max: { 'openshift.io/image-tags': '1' } }],
    },
  };
  const tag = (name: string) => ({
    name,
    from: { kind: 'DockerImage', name: `quay.io/acme/app:${name}` },
  });

  it('refuse a stream with more references, inside an internal error', async () => {
    const limited = await openStory({ seed: [limitRange] });
    const { status, body } = await limited.send('POST', streams, {
      metadata: { name: 'app' },
      spec: { tags: [tag('a'), tag('b')] },
    });
    expect(status).toBe(422);
    expect(at(body, 'message')).toBe(
      'ImageStream.image.openshift.io "app" is invalid: []: Internal error: ImageStream.image.openshift.io "app" is forbidden: ' +
        'requested usage of openshift.io/image-tags exceeds the maximum limit per openshift.io/ImageStream (2 > 1)',
    );
    await limited.close();
  });
});
