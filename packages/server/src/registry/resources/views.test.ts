import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { at, mappingOf, madeDigest, openStory, type Story } from '../../testing/open-story.js';

const NAMESPACE = 'namespaces/web';

let story: Story;

beforeEach(async () => {
  story = await openStory();
});

afterEach(() => story.close());

function tagBody(name: string, image = 'quay.io/acme/app:1'): unknown {
  return { metadata: { name }, tag: { from: { kind: 'DockerImage', name: image } } };
}

describe('stream tags', () => {
  // Evidence: tag-name-url
  test.each(['app', 'app:', ':latest', 'app:a:b'])(
    'the name %j in a URL is a bad request',
    async (name) => {
      const { status } = await story.send('GET', `${NAMESPACE}/imagestreamtags/${name}`);
      expect(status).toBe(400);
    },
  );

  // Evidence: tag-attempts
  test('tags that are created at the same time all arrive', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'].map((tag) => `app:${tag}`);
    const answers = await Promise.all(
      names.map((name) => story.send('POST', `${NAMESPACE}/imagestreamtags`, tagBody(name))),
    );
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 201));
    const { body } = await story.send('GET', `${NAMESPACE}/imagestreams/app`);
    expect(at(body, 'spec.tags.length')).toBe(undefined);
    expect((at(body, 'spec.tags') as unknown[]).length).toBe(names.length);
  });

  // Evidence: api-generate-name-views
  test.each(['imagestreamtags', 'imagetags'])('%s do not generate names', async (resource) => {
    const { status } = await story.send('POST', `${NAMESPACE}/${resource}`, {
      metadata: { generateName: 'app' },
      tag: {},
      spec: {},
    });
    expect(status).toBe(500);
  });
});

describe('image tags', () => {
  // Evidence: itag-create
  test('creating one makes the stream and writes its spec', async () => {
    const created = await story.send('POST', `${NAMESPACE}/imagetags`, {
      metadata: { name: 'fresh:v1' },
      spec: { name: 'v1', from: { kind: 'DockerImage', name: 'quay.io/acme/app:1' } },
    });
    expect(created.status).toBe(201);
    const { body } = await story.send('GET', `${NAMESPACE}/imagestreams/fresh`);
    expect(at(body, 'spec.tags.0.from.name')).toBe('quay.io/acme/app:1');
  });

  // Evidence: itag-update-version
  test('an update with an old version is a conflict', async () => {
    await story.send('POST', `${NAMESPACE}/imagestreamtags`, tagBody('app:v1'));
    const { body } = await story.send('GET', `${NAMESPACE}/imagetags/app:v1`);
    await story.send('POST', `${NAMESPACE}/imagestreamtags`, tagBody('app:v2'));
    const { status } = await story.send('PUT', `${NAMESPACE}/imagetags/app:v1`, body);
    expect(status).toBe(409);
  });
});

describe('mappings', () => {
  beforeEach(async () => {
    await story.send('POST', `${NAMESPACE}/imagestreams`, { metadata: { name: 'app' } });
  });

  // Evidence: mapping-attempts
  test('mappings that meet each other all arrive', async () => {
    const tags = ['a', 'b', 'c', 'd', 'e', 'f'];
    const answers = await Promise.all(
      tags.map((tag, index) =>
        story.send(
          'POST',
          `${NAMESPACE}/imagestreammappings`,
          mappingOf('app', tag, String(index)),
        ),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(tags.map(() => 201));
    const { body } = await story.send('GET', `${NAMESPACE}/imagestreams/app`);
    expect((at(body, 'status.tags') as unknown[]).length).toBe(tags.length);
  });

  // Evidence: mapping-dry-run
  test('a mapping on trial is written all the same', async () => {
    const path = `${NAMESPACE}/imagestreammappings?dryRun=All`;
    expect((await story.send('POST', path, mappingOf('app', 'v1', 'a'))).status).toBe(201);
    const { body } = await story.send('GET', `${NAMESPACE}/imagestreams/app`);
    expect(at(body, 'status.tags.0.items.0.image')).toBe(madeDigest('a'));
  });
});

// Evidence: signature-delete
test('deleting a signature takes it out of its image and answers with a bare success', async () => {
  const image = madeDigest('b');
  await story.send('POST', 'images', {
    metadata: { name: image },
    dockerImageReference: `quay.io/acme/app@${image}`,
  });
  const name = `${image}@sig1`;
  const created = await story.send('POST', 'imagesignatures', {
    metadata: { name },
    type: 'atomic',
    content: 'c2ln',
  });
  expect(created.status).toBe(201);
  const deleted = await story.send('DELETE', `imagesignatures/${name}`);
  expect(deleted).toMatchObject({ status: 200, body: { kind: 'Status', status: 'Success' } });
  const { body } = await story.send('GET', `images/${image}`);
  expect(at(body, 'signatures')).toBeUndefined();
});

// Evidence: layers-check
test('layers that cannot be are a 422 that names no object', async () => {
  const image = madeDigest('c');
  await story.send('POST', `${NAMESPACE}/imagestreams`, { metadata: { name: 'app' } });
  await story.send('POST', 'images', {
    metadata: { name: image },
    dockerImageReference: `quay.io/acme/app@${image}`,
    dockerImageLayers: [{ name: '', size: 1, mediaType: 'x' }],
  });
  await story.send('POST', `${NAMESPACE}/imagestreammappings`, mappingOf('app', 'v1', 'c'));
  const { status, body } = await story.send('GET', `${NAMESPACE}/imagestreams/app/layers`);
  expect(status).toBe(422);
  expect(at(body, 'details.name')).toBeUndefined();
  expect(at(body, 'message')).toContain('layer cannot be empty');
});
