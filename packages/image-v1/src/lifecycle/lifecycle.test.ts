import { formatFieldError } from '@imagestream/core';
import { describe, expect, it } from 'vitest';
import { normalizeImageStream } from '../conversion/normalize.js';
import type { ImageStream, TagReference } from '../gen/kinds.js';
import { crossNamespaceReviews, denyReview } from './cross-namespace.js';
import {
  followedStreams,
  followTags,
  type FollowTagsContext,
  wrapFollowProblems,
} from './follow-tags.js';
import { checkImageStreamLimits, countedImages, countedReferences } from './limits.js';
import {
  prepareImageStreamForCreate,
  prepareImageStreamForInternalUpdate,
  prepareImageStreamForStatusUpdate,
  prepareImageStreamForUpdate,
} from './prepare-image-stream.js';
import { withRepositories } from './repositories.js';
import { addTagEvent } from './tag-events.js';

const NOW = '2024-05-06T07:08:09Z';
const HOST = 'registry.svc:5000';
const DIGEST = `sha256:${'a'.repeat(64)}`;

interface Given {
  generation?: number;
  tags?: object[];
  history?: Record<string, object[]>;
  spec?: object;
  status?: object;
  name?: string;
}

function stream({
  generation,
  tags,
  history = {},
  spec,
  status,
  name = 'app',
}: Given): ImageStream {
  return normalizeImageStream({
    metadata: { name, namespace: 'web', generation },
    spec: { tags, ...spec },
    status: { tags: Object.entries(history).map(([tag, items]) => ({ tag, items })), ...status },
  });
}

function docker(name: string, more: object = {}): object {
  return { from: { kind: 'DockerImage', name }, ...more };
}

function follows(name: string, more: object = {}): object {
  return { from: { kind: 'ImageStreamTag', name }, ...more };
}

function update(sent: Given, stored: Given): ImageStream {
  return prepareImageStreamForUpdate(stream(sent), { old: stream(stored), hosts: {} });
}

function follow(
  given: ImageStream,
  context: Partial<FollowTagsContext> = {},
): ReturnType<typeof followTags> {
  return followTags(given, {
    old: undefined,
    now: NOW,
    internalRegistry: HOST,
    findStream: () => ({ type: 'notFound' }),
    tracks: true,
    ...context,
  });
}

function newest(given: ImageStream, tag: string): unknown {
  return given.status?.tags?.find((entry) => entry.tag === tag)?.items?.[0];
}

describe('preparing a create', () => {
  // Evidence: generation-create
  // Evidence: stream-create-status
  it('throws the status away and sets every generation to 1', () => {
    const prepared = prepareImageStreamForCreate(
      stream({
        generation: 7,
        tags: [{ name: 'v1', generation: 5 }],
        history: { v1: [{ image: 'x' }] },
      }),
      { internal: HOST },
    );
    expect(prepared.metadata.generation).toBe(1);
    expect(prepared.spec?.tags?.[0]?.generation).toBe(1);
    expect(prepared.status).toEqual({ dockerImageRepository: `${HOST}/web/app` });
  });
});

describe('preparing an update', () => {
  const tag = { name: 'v1', ...docker('a/b:1') };
  const stored: Given = { generation: 3, tags: [{ ...tag, generation: 2 }] };

  // Evidence: generation-stream
  // Evidence: generation-tag-sent
  // Evidence: generation-tag-assigned
  // Evidence: tag-changed
  // Evidence: tag-generation-zero
  it.each<[string, object, number, number]>([
    ['nothing', { ...tag, generation: 2 }, 3, 2],
    ['a generation of null', { ...tag, generation: null }, 3, 2],
    ['another generation', { ...tag, generation: 9 }, 3, 2],
    ['a generation of 0', { ...tag, generation: 0 }, 4, 4],
    ['another name', { ...tag, ...docker('a/b:2') }, 4, 4],
    ['another kind alone', { ...tag, from: { kind: 'ImageStreamTag', name: 'a/b:1' } }, 4, 2],
    [
      'a foreign namespace',
      { ...tag, from: { kind: 'DockerImage', name: 'a/b:1', namespace: 'x' } },
      4,
      4,
    ],
    [
      'its own namespace',
      { ...tag, from: { kind: 'DockerImage', name: 'a/b:1', namespace: 'web' } },
      4,
      2,
    ],
    ['reference', { ...tag, reference: true }, 4, 4],
    ['the import mode', { ...tag, importPolicy: { importMode: 'PreserveOriginal' } }, 4, 4],
    ['scheduled', { ...tag, importPolicy: { scheduled: true } }, 4, 2],
    ['the reference policy', { ...tag, referencePolicy: { type: 'Local' } }, 4, 2],
    ['annotations', { ...tag, annotations: { x: 'y' } }, 4, 2],
    ['no source', { name: 'v1' }, 4, 2],
  ])('answers %s with the right generations', (_, sent, ofStream, ofTag) => {
    const prepared = update({ tags: [sent] }, stored);
    expect([prepared.metadata.generation, prepared.spec?.tags?.[0]?.generation]).toEqual([
      ofStream,
      ofTag,
    ]);
  });

  it('gives new tags and a stream without generation one', () => {
    const added = update(
      { tags: [{ ...tag }, { name: 'v2', ...docker('x'), generation: 7 }] },
      stored,
    );
    expect(added.spec?.tags?.map(({ generation }) => generation)).toEqual([2, 4]);
    const first = update({ tags: [{ ...tag }] }, { tags: [{ ...tag, generation: null }] });
    expect([first.metadata.generation, first.spec?.tags?.[0]?.generation]).toEqual([1, 1]);
  });

  // Evidence: stream-update-status
  it('keeps the stored status', () => {
    const prepared = update(
      { tags: [{ ...tag }], history: { v1: [{ image: 'sent' }] } },
      { ...stored, history: { v1: [{ image: 'stored' }] } },
    );
    expect(newest(prepared, 'v1')).toMatchObject({ image: 'stored' });
  });

  // Evidence: stream-internal-update
  it('takes the status given by another resource, but no empty tags', () => {
    const sent = stream({ tags: [{ ...tag }], history: { v1: [{ image: 'x' }], gone: [] } });
    const prepared = prepareImageStreamForInternalUpdate(sent, { old: stream(stored), hosts: {} });
    expect(prepared.status?.tags?.map((entry) => entry.tag)).toEqual(['v1']);
  });
});

describe('preparing a status update', () => {
  // Evidence: stream-status-update
  it('keeps the stored tags and takes the lookup policy of the body', () => {
    const prepared = prepareImageStreamForStatusUpdate(
      stream({
        spec: { lookupPolicy: { local: true }, dockerImageRepository: 'sent' },
        tags: [{ name: 'new' }],
      }),
      stream({ generation: 3, tags: [{ name: 'old' }] }),
    );
    expect(prepared.spec?.tags?.map(({ name }) => name)).toEqual(['old']);
    expect(prepared.spec?.dockerImageRepository).toBeUndefined();
    expect(prepared.spec?.lookupPolicy).toEqual({ local: true });
    expect(prepared.metadata.generation).toBe(3);
  });

  // Evidence: generation-status
  it.each<[string, Given['history'], number]>([
    ['first news', {}, 5],
    ['old news', { v1: [{ image: 'x', dockerImageReference: 'r', generation: 0 }] }, 5],
    ['news over older ones', { v1: [{ image: 'y', dockerImageReference: 'r', generation: 1 }] }, 2],
    [
      'the same with a generation',
      { v1: [{ image: 'x', dockerImageReference: 'r', generation: 1 }] },
      2,
    ],
  ])('fills in the generation of %s', (_, history, generation) => {
    const old = stream({
      generation: 5,
      tags: [{ name: 'v1', generation: 2 }],
      history: history ?? {},
    });
    const sent = stream({ history: { v1: [{ image: 'x', dockerImageReference: 'r' }] } });
    expect(newest(prepareImageStreamForStatusUpdate(sent, old), 'v1')).toMatchObject({
      generation,
    });
  });
});

describe('withRepositories', () => {
  // Evidence: repository-fields
  it.each([
    [{ internal: HOST, external: 'apps.test' }, `${HOST}/web/app`, 'apps.test/web/app'],
    [{}, 'quay.io/acme/app', undefined],
    [{ internal: '' }, 'quay.io/acme/app', undefined],
  ])('computes the addresses for %j', (hosts, inside, outside) => {
    const given = stream({ spec: { dockerImageRepository: 'quay.io/acme/app' } });
    const status = withRepositories(given, hosts);
    expect([status.dockerImageRepository, status.publicDockerImageRepository]).toEqual([
      inside,
      outside,
    ]);
  });
});

describe('withRepositories, of a stream without a name', () => {
  it('has no address', () => {
    expect(
      withRepositories(stream({ name: '' }), { internal: HOST, external: 'apps.test' }),
    ).toEqual({
      dockerImageRepository: '',
    });
  });
});

describe('addTagEvent', () => {
  const base = {
    created: '2024-01-01T00:00:00Z',
    dockerImageReference: 'r',
    image: 'i',
    generation: 1,
  };
  const history = {
    tag: 'v1',
    items: [base],
    conditions: [{ type: 'ImportSuccess', status: 'False', generation: 1 }],
  };

  // Evidence: tag-event-add
  it.each([
    ['the same', base, undefined],
    ['another generation', { ...base, generation: 2 }, [{ ...base, generation: 2 }]],
    ['another image', { ...base, image: 'j', created: NOW }, [{ ...base, image: 'j' }]],
    [
      'another pull spec',
      { ...base, dockerImageReference: 's' },
      [{ ...base, dockerImageReference: 's' }],
    ],
    [
      'both others',
      { ...base, image: 'j', dockerImageReference: 's' },
      [{ ...base, image: 'j', dockerImageReference: 's' }, base],
    ],
  ])('adds an event with %s', (_, event, items) => {
    expect(addTagEvent(history, { tag: 'v1', event })).toEqual(items && { tag: 'v1', items });
  });

  it('starts a history without conditions', () => {
    expect(addTagEvent({ ...history, items: null }, { tag: 'v1', event: base })).toEqual({
      tag: 'v1',
      items: [base],
    });
  });
});

describe('followTags', () => {
  const event = {
    created: '2024-01-01T00:00:00Z',
    dockerImageReference: `${HOST}/web/base@${DIGEST}`,
    image: DIGEST,
    generation: 9,
  };
  const base = stream({ name: 'base', history: { v1: [event] } });
  const findBase = { findStream: () => ({ type: 'found' as const, stream: base }) };

  // Evidence: tag-follow
  // Evidence: tag-follow-generation
  // Evidence: tag-follow-own-repository
  it('takes the event of a tag of another stream under its own name', () => {
    const { stream: followed } = follow(
      stream({ generation: 4, tags: [{ name: 'x', ...follows('base:v1') }] }),
      findBase,
    );
    expect(newest(followed, 'x')).toEqual({
      ...event,
      dockerImageReference: `${HOST}/web/app@${DIGEST}`,
      generation: 4,
    });
  });

  it('keeps the source of a mere reference, and of an image from elsewhere', () => {
    const given = stream({
      generation: 4,
      tags: [{ name: 'x', ...follows('base:v1', { reference: true }) }],
    });
    expect(newest(follow(given, findBase).stream, 'x')).toEqual({ ...event, generation: 4 });
  });

  it('takes an image with the time of now', () => {
    const from = { kind: 'ImageStreamImage', name: `base@${DIGEST.slice(0, 12)}` };
    const given = stream({ generation: 4, tags: [{ name: 'x', from }] });
    expect(newest(follow(given, findBase).stream, 'x')).toMatchObject({
      created: NOW,
      image: DIGEST,
    });
  });

  // Evidence: tag-follow-reference
  it('makes an event of a reference at once and of no other DockerImage', () => {
    const tags = [
      { name: 'now', ...docker('Not A Reference', { reference: true }) },
      { name: 'later', ...docker('a/b') },
    ];
    const { stream: followed } = follow(stream({ generation: 4, tags }));
    expect(newest(followed, 'now')).toEqual({
      created: NOW,
      dockerImageReference: 'Not A Reference',
      image: '',
      generation: 4,
    });
    expect(newest(followed, 'later')).toBeUndefined();
  });

  // Evidence: tag-follow-alias
  it('shares the newest event with the tag it follows', () => {
    const given = stream({
      generation: 6,
      tags: [{ name: 'latest', ...follows('v1') }],
      history: { v1: [event] },
    });
    const { stream: followed } = follow(given);
    expect(newest(followed, 'latest')).toMatchObject({ generation: 6 });
    expect(newest(followed, 'v1')).toEqual({ ...event, generation: 6 });
  });

  // Evidence: tag-tracking
  // Evidence: tag-tracking-order
  it('moves whole chains when their source moves, but not on an update by a client', () => {
    const tags = [
      { name: 'a', ...follows('b') },
      { name: 'b', ...follows('c') },
      { name: 'c', ...follows('base:v1') },
    ];
    const given = stream({ generation: 4, tags });
    const { stream: followed } = follow(given, findBase);
    expect(['a', 'b', 'c'].map((tag) => newest(followed, tag))).toEqual(
      Array(3).fill(newest(followed, 'c')),
    );
    const old: ImageStream = {
      ...given,
      spec: { ...given.spec, tags: given.spec?.tags?.slice(0, 2) ?? [] },
    };
    const later = follow(given, { ...findBase, old, tracks: false });
    expect(newest(later.stream, 'c')).toBeDefined();
    expect(newest(later.stream, 'a')).toBeUndefined();
  });

  it('does not hang on tags that follow each other, nor on many', () => {
    const cycle = Array.from({ length: 20_000 }, (_, index) => ({
      name: `t${index}`,
      ...follows(`t${(index + 1) % 20_000}`),
    }));
    const { stream: followed } = follow(stream({ tags: cycle, history: { t5: [event] } }));
    expect(followed.status?.tags?.length).toBe(20_000);
  });

  // Evidence: stream-follow-form
  // Evidence: stream-follow-missing
  // Evidence: stream-follow-failed
  // Evidence: stream-follow-image
  it.each<[object, Partial<FollowTagsContext>, string]>([
    [
      follows('a:b:c'),
      {},
      'spec.tags[x].from.name: Invalid value: "a:b:c": must be of the form <tag>, <repo>:<tag>, <id>, or <repo>@<id>',
    ],
    [
      docker(''),
      {},
      'spec.tags[x].from.name: Invalid value: "": must be of the form <tag>, <repo>:<tag>, <id>, or <repo>@<id>',
    ],
    [follows('gone:v1'), {}, 'spec.tags[x].from.name: Not found: "gone:v1"'],
    [
      follows('base:v1'),
      { findStream: () => ({ type: 'failed', message: 'timeout' }) },
      'spec.tags[x].from.name: Invalid value: "base:v1": unable to retrieve image stream: timeout',
    ],
    [
      { from: { kind: 'ImageStreamImage', name: 'base@b' } },
      findBase,
      'spec.tags[x].from.name: Invalid value: "base@b": error generating tag event: imagestreamimage.image.openshift.io "b" not found',
    ],
  ])('reports %j', (tag, context, message) => {
    const { problems } = follow(stream({ tags: [{ name: 'x', ...tag }] }), context);
    expect(problems.map(formatFieldError)).toEqual([message]);
  });

  it('takes unknown streams for resolvable, and what they may bring too', () => {
    const tags = [
      { name: 'a', from: { kind: 'ImageStreamImage', name: DIGEST } },
      { name: 'b', ...follows('somewhere:v1') },
    ];
    const context = { findStream: () => ({ type: 'unknown' as const }) };
    expect(follow(stream({ tags }), context).problems).toEqual([]);
  });

  // Evidence: stream-follow-wrapped
  it('wraps all problems into one error without a field', () => {
    const { problems } = follow(
      stream({
        tags: [
          { name: 'x', ...follows('a:b:c') },
          { name: 'y', ...follows('z:1') },
        ],
      }),
    );
    expect(wrapFollowProblems('app', problems).map(formatFieldError)).toEqual([
      '[]: Internal error: imagestreams "app" is invalid: [' +
        'spec.tags[x].from.name: Invalid value: "a:b:c": must be of the form <tag>, <repo>:<tag>, <id>, or <repo>@<id>, ' +
        'spec.tags[y].from.name: Not found: "z:1"]',
    ]);
    expect(wrapFollowProblems('app', [])).toEqual([]);
  });

  it('asks for each other stream once, and says beforehand for which', () => {
    const asked: string[] = [];
    const given = stream({
      tags: [
        { name: 'a', ...follows('base:v1') },
        { name: 'b', ...follows('base:v2') },
        { name: 'c', ...follows('v1') },
      ],
    });
    follow(given, {
      findStream: ({ name }) => {
        asked.push(name);
        return { type: 'found', stream: base };
      },
    });
    expect(asked).toEqual(['base']);
    expect(followedStreams(given, undefined)).toEqual([{ namespace: 'web', name: 'base' }]);
  });
});

describe('crossNamespaceReviews', () => {
  const foreign = (name: string, tag: string): object => ({
    name: tag,
    from: { kind: 'ImageStreamTag', name, namespace: 'shop' },
  });

  // Evidence: stream-access
  it('asks once per stream and denies every tag that needs it', () => {
    const given = stream({
      tags: [foreign('base:v1', 'a'), foreign('base:v2', 'b'), { name: 'c', ...follows('v1') }],
    });
    const { reviews } = crossNamespaceReviews(given, undefined);
    expect(reviews.map(({ target }) => target)).toEqual([{ namespace: 'shop', name: 'base' }]);
    const errors = reviews.flatMap((review) =>
      denyReview(review, { reason: 'no', evaluationError: '', error: 'timeout' }),
    );
    expect(errors.map(formatFieldError)).toEqual([
      'spec.tags[a].from: Forbidden: shop/base: "no" ""- timeout',
      'spec.tags[b].from: Forbidden: shop/base: "no" ""- timeout',
    ]);
  });

  it('does not ask again for a tag that has not changed', () => {
    const given = stream({ tags: [foreign('base:v1', 'a')] });
    expect(crossNamespaceReviews(given, given)).toEqual({ reviews: [], problems: [] });
  });

  // Evidence: stream-access-form
  it('refuses an image with a namespace', () => {
    const given = stream({
      tags: [{ name: 'a', from: { kind: 'DockerImage', name: 'x', namespace: 'shop' } }],
    });
    expect(crossNamespaceReviews(given, undefined).problems.map(formatFieldError)).toEqual([
      'spec.tags[a].from.name: Invalid value: "x": must be of the form <tag>, <repo>:<tag>, <id>, or <repo>@<id>',
    ]);
  });
});

describe('checkImageStreamLimits', () => {
  // Evidence: stream-limits-references
  it('counts references once however they are written', () => {
    const tags: Partial<TagReference>[] = [
      docker('ruby'),
      docker('docker.io/library/ruby:latest'),
      docker('Bad'),
      follows('v1'),
      follows('base:v1'),
      { from: { kind: 'ImageStreamImage', name: `base@${DIGEST}` } },
      {},
    ];
    const given = stream({ tags: tags.map((tag, index) => ({ name: `t${index}`, ...tag })) });
    expect([...countedReferences(given)].sort()).toEqual(
      ['docker.io/ruby', 'web/base:v1', `web/base@${DIGEST}`].sort(),
    );
  });

  // Evidence: stream-limits-images
  it('counts every image of the history once', () => {
    const history = { a: [{ image: 'x' }, { image: 'y' }], b: [{ image: 'x' }, { image: '' }] };
    expect(countedImages(stream({ history }))).toEqual(new Set(['x', 'y']));
  });

  // Evidence: stream-limits
  it('refuses growth beyond the limits and lets an old excess be', () => {
    const one = stream({ tags: [{ name: 'a', ...docker('a') }] });
    const two = stream({
      tags: [
        { name: 'a', ...docker('a') },
        { name: 'b', ...docker('b') },
      ],
    });
    const limits = { imageTags: 1, images: 0 };
    expect(checkImageStreamLimits(two, { old: one, limits })).toBe(
      'requested usage of openshift.io/image-tags exceeds the maximum limit per openshift.io/ImageStream (2 > 1)',
    );
    expect(checkImageStreamLimits(two, { old: two, limits })).toBeUndefined();
    expect(checkImageStreamLimits(two, { old: undefined, limits: {} })).toBeUndefined();
  });
});
