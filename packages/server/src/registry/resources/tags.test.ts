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
  story = await openStory();
  await story.send('POST', 'namespaces/web/imagestreams', {
    metadata: { name: 'app', labels: { team: 'a' }, annotations: { of: 'stream' } },
    spec: {
      tags: [
        { name: 'pending', from: { kind: 'DockerImage', name: 'quay.io/acme/app:1' } },
        {
          name: 'local',
          from: { kind: 'DockerImage', name: 'quay.io/acme/app:2' },
          annotations: { of: 'tag' },
          referencePolicy: { type: 'Local' },
        },
      ],
    },
  });
});
afterEach(() => story.close());

const tags = 'namespaces/web/imagestreamtags';
const imageTags = 'namespaces/web/imagetags';

async function push(tag: string, digit: string): Promise<void> {
  const { status } = await story.send(
    'POST',
    'namespaces/web/imagestreammappings',
    mappingOf('app', tag, digit),
  );
  expect(status).toBe(201);
}

describe('imagestreamtags', () => {
  it('point into the repository of the stream when the tag is pulled locally', async () => {
    // Evidence: istag-image
    await push('local', 'a');
    const { body } = await story.send('GET', `${tags}/app:local`);
    expect(at(body, 'image.dockerImageReference')).toBe(
      `image-registry.openshift-image-registry.svc:5000/web/app@${madeDigest('a')}`,
    );
  });

  it('carry the labels of the stream, and the annotations of the spec tag on themselves and on the image', async () => {
    // Evidence: istag-view
    await push('local', 'a');
    const { body } = await story.send('GET', `${tags}/app:local`);
    expect(at(body, 'metadata.labels')).toEqual({ team: 'a' });
    expect(at(body, 'metadata.annotations')).toEqual({ of: 'tag' });
    expect(at(body, 'image.metadata.annotations')).toEqual({ of: 'tag' });
  });

  it('are read from a stream as fresh as was asked for, like the other views of it', async () => {
    // Evidence: api-resource-version
    await push('local', 'a');
    const streams = 'namespaces/web/imagestreams';
    const views = [`${tags}/app:local`, `${imageTags}/app:local`];
    for (const path of [...views, `${streams}/app/status`, `${streams}/app/layers`]) {
      const unreadable = await story.send('GET', `${path}?resourceVersion=abc`);
      expect([path, unreadable.status]).toEqual([path, 500]);
      const any = await story.send('GET', `${path}?resourceVersion=0`);
      expect([path, any.status]).toEqual([path, 200]);
    }
    const future = await story.send('GET', `${tags}/app:local?resourceVersion=99999`);
    expect([future.status, at(future.body, 'reason')]).toEqual([504, 'Timeout']);
    const image = `namespaces/web/imagestreamimages/app@${madeDigest('a')}`;
    expect((await story.send('GET', `${image}?resourceVersion=abc`)).status).toBe(200);
  });

  it('are not there while their image is gone', async () => {
    // Evidence: istag-get, istag-event
    await push('pushed', 'a');
    await story.send('DELETE', `images/${madeDigest('a')}`);
    const { status, body } = await story.send('GET', `${tags}/app:pushed`);
    expect(status).toBe(404);
    expect(at(body, 'details.name')).toBe(madeDigest('a'));
  });

  it('say in words of the decoder what is wrong with a stored manifest', async () => {
    await story.send('POST', 'namespaces/web/imagestreammappings', {
      metadata: { name: 'app' },
      tag: 'broken',
      image: { metadata: { name: madeDigest('e') }, dockerImageManifest: '{bad' },
    });
    const { status, body } = await story.send('GET', `${tags}/app:broken`);
    expect(status).toBe(500);
    expect(at(body, 'message')).toBe(
      "invalid character 'b' looking for beginning of object key string",
    );
  });

  it('are listed only where they point to an image, as stubs and without list metadata', async () => {
    // Evidence: istag-list, image-embedded-stub
    await push('pushed', 'a');
    const { body } = await story.send('GET', `${tags}?limit=1`);
    expect(at(body, 'metadata')).toEqual({});
    expect(at(body, 'items.1')).toBeUndefined();
    expect(at(body, 'items.0.metadata.name')).toBe('app:pushed');
    expect(at(body, 'items.0.image.metadata')).toEqual({ name: madeDigest('a') });
  });

  it('are created in a stream that does not exist yet', async () => {
    // Evidence: istag-create, api-write-order
    const { status, body } = await story.send('POST', tags, {
      metadata: { name: 'new:v1' },
      tag: { from: { kind: 'DockerImage', name: 'quay.io/acme/new:1' } },
    });
    expect(status).toBe(201);
    expect(at(body, 'tag.generation')).toBe(1);
    expect((await story.send('GET', 'namespaces/web/imagestreams/new')).status).toBe(200);
  });

  it('leave nothing behind when they are created on trial', async () => {
    const created = await story.send('POST', `${tags}?dryRun=All`, {
      metadata: { name: 'new:v1' },
      tag: { from: { kind: 'DockerImage', name: 'quay.io/acme/new:1' } },
    });
    expect(created.status).toBe(201);
    expect((await story.send('GET', 'namespaces/web/imagestreams/new')).status).toBe(404);
  });

  it('refuse an empty map of annotations of the tag where there are others', async () => {
    const tag = { metadata: { name: 'app:v1', annotations: { team: 'a' } } };
    const { status } = await story.send('POST', tags, { ...tag, tag: { annotations: {} } });
    expect(status).toBe(422);
    const { body } = await story.send('POST', tags, { ...tag, tag: { annotations: null } });
    expect(at(body, 'tag.annotations')).toBeNull();
  });

  it('fail to be created without a colon, with an error that has no reason', async () => {
    // Evidence: tag-name-create
    const { status, body } = await story.send('POST', tags, { metadata: { name: 'app' } });
    expect(status).toBe(500);
    expect(at(body, 'message')).toBe('"app" must be of the form <stream_name>:<tag>');
    expect(at(body, 'reason')).toBeUndefined();
  });

  it('are written blindly without a version, and keep the labels that were left out', async () => {
    // Evidence: istag-update, istag-update-labels, istag-update-blind
    const { status, body } = await story.send('PUT', `${tags}/app:pending`, {
      metadata: { name: 'app:pending', annotations: { a: 'b' } },
      tag: { from: { kind: 'DockerImage', name: 'quay.io/acme/app:9' } },
    });
    expect(status).toBe(200);
    expect(at(body, 'metadata.labels')).toEqual({ team: 'a' });
    expect(at(body, 'tag.annotations')).toEqual({ a: 'b' });
    expect(at(body, 'tag.from.name')).toBe('quay.io/acme/app:9');
  });

  it('are refused with an outdated version in words of their own', async () => {
    // Evidence: istag-update-version
    const { status, body } = await story.send('PUT', `${tags}/app:pending`, {
      metadata: { name: 'app:pending', resourceVersion: '1' },
      tag: { from: { kind: 'DockerImage', name: 'quay.io/acme/app:9' } },
    });
    expect(status).toBe(409);
    expect(at(body, 'message')).toMatch(
      /^Operation cannot be fulfilled on imagestreamtags\.image\.openshift\.io "app:pending": another caller has updated the resource version to \d+$/,
    );
  });

  it('cannot be updated without a tag when only pushes happened', async () => {
    // Evidence: istag-update-tag
    await push('pushed', 'a');
    const { status, body } = await story.send('PUT', `${tags}/app:pushed`, {
      metadata: { name: 'app:pushed' },
    });
    expect(status).toBe(400);
    expect(at(body, 'message')).toBe(
      'imagestreamtag pushed is not a spec tag in imagestream web/app, cannot be updated',
    );
  });

  it('move the tags that track them', async () => {
    await push('v1', 'a');
    await story.send('POST', tags, {
      metadata: { name: 'app:stable' },
      tag: { from: { kind: 'ImageStreamTag', name: 'current' } },
    });
    await story.send('POST', tags, {
      metadata: { name: 'app:current' },
      tag: { from: { kind: 'ImageStreamTag', name: 'v1' } },
    });
    const { body } = await story.send('GET', `${tags}/app:stable`);
    expect(at(body, 'image.metadata.name')).toBe(madeDigest('a'));
  });
});

describe('imagetags', () => {
  it('are there as soon as the spec names them', async () => {
    // Evidence: itag-exists, itag-get
    const { status, body } = await story.send('GET', `${imageTags}/app:pending`);
    expect(status).toBe(200);
    expect(at(body, 'status')).toBeNull();
    expect(at(body, 'image')).toBeNull();
    expect(at(body, 'metadata.annotations')).toEqual({ of: 'stream' });
  });

  it('show the whole history', async () => {
    // Evidence: itag-view
    await push('pending', 'a');
    await push('pending', 'b');
    const { body } = await story.send('GET', `${imageTags}/app:pending`);
    expect(at(body, 'status.items.0.image')).toBe(madeDigest('b'));
    expect(at(body, 'status.items.1')).toEqual({
      created: STORY_TIME,
      dockerImageReference: `registry.test/team/app@${madeDigest('a')}`,
      image: madeDigest('a'),
      generation: 1,
    });
  });

  it('are listed by name, spec and status together', async () => {
    // Evidence: itag-list
    await push('another', 'a');
    const { body } = await story.send('GET', imageTags);
    const names = [0, 1, 2, 3].map((index) => at(body, `items.${index}.metadata.name`));
    expect(names).toEqual(['app:another', 'app:local', 'app:pending', undefined]);
  });

  it('leave the spec and keep the history when they are updated without a spec', async () => {
    // Evidence: itag-update-removal
    await push('pending', 'a');
    const written = await story.send(
      'PATCH',
      `${imageTags}/app:pending`,
      { spec: null },
      'application/merge-patch+json',
    );
    expect(written.status).toBe(200);
    expect(at(written.body, 'spec')).toBeNull();
    expect(at(written.body, 'status.items.0.image')).toBe(madeDigest('a'));
  });

  it('refuse another status than the one there is', async () => {
    // Evidence: itag-update
    await push('pending', 'a');
    const { status, body } = await story.send(
      'PATCH',
      `${imageTags}/app:pending`,
      { status: null },
      'application/merge-patch+json',
    );
    expect(status).toBe(422);
    expect(at(body, 'details.causes')).toEqual([
      {
        reason: 'FieldValueInvalid',
        message: 'Invalid value: "": may not update fields other than spec',
        field: 'status',
      },
    ]);
  });
});

describe('the deletion of a tag', () => {
  it('takes spec and history and leaves the image', async () => {
    // Evidence: istag-delete
    await push('pending', 'a');
    const { status, body } = await story.send('DELETE', `${tags}/app:pending`);
    expect(status).toBe(200);
    expect(body).toEqual({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' });
    expect((await story.send('GET', `${imageTags}/app:pending`)).status).toBe(404);
    expect((await story.send('GET', `images/${madeDigest('a')}`)).status).toBe(200);
  });

  it('looks at the uid of the stream and at nothing else of the preconditions', async () => {
    const { status, body } = await story.send('DELETE', `${imageTags}/app:pending`, {
      preconditions: { uid: 'another', resourceVersion: '1' },
    });
    expect(status).toBe(409);
    expect(at(body, 'message')).toBe(
      'Operation cannot be fulfilled on imagetags.image.openshift.io "app:pending": the UID precondition was not met',
    );
  });
});
