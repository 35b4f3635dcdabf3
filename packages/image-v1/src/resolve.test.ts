import { describe, expect, it } from 'vitest';
import { normalizeImageStream } from './conversion/normalize.js';
import type { Image, ImageStream } from './gen/kinds.js';
import { applyLookupPolicy, parseLocalImageName } from './lookup-policy.js';
import { resolveTag } from './resolve.js';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const REPOSITORY = 'registry.svc:5000/web/app';

interface Given {
  tag?: object;
  item?: object;
  repository?: string;
}

function stream({ tag, item, repository = REPOSITORY }: Given): ImageStream {
  return normalizeImageStream({
    metadata: { name: 'app', namespace: 'web' },
    spec: { tags: tag === undefined ? [] : [{ name: 'v1', ...tag }] },
    status: {
      dockerImageRepository: repository,
      publicDockerImageRepository: 'apps.example.com/web/app',
      tags: item === undefined ? [] : [{ tag: 'v1', items: [item] }],
    },
  });
}

const item = { dockerImageReference: `quay.io/acme/app@${DIGEST}`, image: DIGEST, generation: 2 };
const from = { kind: 'DockerImage', name: 'quay.io/acme/app:1' };

describe('resolveTag', () => {
  // Evidence: pull-spec-policy
  it.each([
    [{ item }, `quay.io/acme/app@${DIGEST}`],
    [{ item, tag: { referencePolicy: { type: 'Source' } } }, `quay.io/acme/app@${DIGEST}`],
    [{ item, tag: { referencePolicy: { type: 'Local' } } }, `${REPOSITORY}@${DIGEST}`],
    [
      { item, tag: { referencePolicy: { type: 'Local' } }, repository: '' },
      `quay.io/acme/app@${DIGEST}`,
    ],
    [
      { item: { ...item, image: '' }, tag: { referencePolicy: { type: 'Local' } } },
      `quay.io/acme/app@${DIGEST}`,
    ],
  ])('applies the reference policy of %j', (given, pullSpec) => {
    expect(resolveTag(stream(given), 'v1')).toEqual({
      type: 'resolved',
      pullSpec,
      hasNewer: false,
      isEmpty: false,
    });
  });

  // Evidence: pull-spec-newest
  it('answers from the history, or from the spec when the newest is wanted', () => {
    const given = stream({ item, tag: { from, generation: 3 } });
    expect(resolveTag(given, 'v1')).toMatchObject({
      pullSpec: `quay.io/acme/app@${DIGEST}`,
      hasNewer: true,
    });
    expect(resolveTag(given, 'v1', { prefer: 'newest' })).toMatchObject({
      pullSpec: 'quay.io/acme/app:1',
      hasNewer: false,
    });
    const local = stream({
      item,
      tag: { from, generation: 3, referencePolicy: { type: 'Local' } },
    });
    expect(resolveTag(local, 'v1', { prefer: 'newest' })).toEqual({
      type: 'unresolved',
      message: 'the pull spec cannot be determined yet',
    });
  });

  // Evidence: pull-spec-empty
  it('promises an image for a tag without history', () => {
    expect(resolveTag(stream({ tag: { from } }), 'v1')).toMatchObject({
      pullSpec: 'quay.io/acme/app:1',
      isEmpty: true,
    });
    expect(resolveTag(stream({}), 'v1')).toMatchObject({ pullSpec: `${REPOSITORY}:v1` });
    expect(resolveTag(stream({}), '', { external: true })).toMatchObject({
      pullSpec: 'apps.example.com/web/app:latest',
    });
    expect(resolveTag(stream({ repository: '' }), 'v1')).toEqual({
      type: 'unresolved',
      message: 'no image repository has been set on the image stream status',
    });
  });
});

describe('parseLocalImageName', () => {
  // Evidence: lookup-policy-name
  it.each([
    ['ruby', { stream: 'ruby', tag: 'latest' }],
    ['ruby:2.7', { stream: 'ruby', tag: '2.7' }],
    ['acme/ruby', undefined],
    ['quay.io/ruby', undefined],
    [`ruby@${DIGEST}`, undefined],
    ['quay.io', undefined],
    ['Ruby', undefined],
  ])('reads %s', (image, name) => {
    expect(parseLocalImageName(image)).toEqual(name);
  });
});

describe('applyLookupPolicy', () => {
  const image: Image = {
    apiVersion: 'image.openshift.io/v1',
    kind: 'Image',
    metadata: { name: DIGEST },
    dockerImageReference: 'quay.io/acme/app:1',
  };

  // Evidence: lookup-policy-local
  it('replaces a short name only where the stream or the object asks for it', () => {
    const closed = stream({});
    const open: ImageStream = { ...closed, spec: { lookupPolicy: { local: true } } };
    expect(applyLookupPolicy({ stream: closed, tag: 'v1', image })).toBeUndefined();
    expect(applyLookupPolicy({ stream: closed, tag: 'v1', image, force: true })).toBe(
      `quay.io/acme/app@${DIGEST}`,
    );
    expect(applyLookupPolicy({ stream: open, tag: 'v1', image })).toBe(
      `quay.io/acme/app@${DIGEST}`,
    );
    expect(applyLookupPolicy({ stream: open, tag: 'v1', image: undefined })).toBe(
      `${REPOSITORY}:v1`,
    );
  });
});
