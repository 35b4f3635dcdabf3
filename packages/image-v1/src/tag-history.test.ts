import { describe, expect, it } from 'vitest';
import { normalizeImageStream } from './conversion/normalize.js';
import type { ImageStream } from './gen/kinds.js';
import { tagImportState } from './import-state.js';
import { findSpecTag, followTag, latestTaggedImage, splitFollowedName } from './tag-history.js';

function stream(parts: { spec?: unknown[]; status?: unknown[] }): ImageStream {
  return normalizeImageStream({
    metadata: { name: 'app', namespace: 'web' },
    spec: { tags: parts.spec },
    status: { tags: parts.status },
  });
}

function follows(name: string, target: string, namespace?: string): unknown {
  return { name, from: { kind: 'ImageStreamTag', name: target, namespace } };
}

describe('findSpecTag', () => {
  it('takes the last of two entries and reads an empty tag as latest', () => {
    const twice: ImageStream = {
      ...stream({}),
      spec: { tags: [{ name: 'latest' }, { name: 'latest', reference: true }] },
    };
    expect(findSpecTag(twice, '')).toEqual({ name: 'latest', reference: true });
  });
});

describe('latestTaggedImage', () => {
  // Evidence: tag-history-newest-first
  it('is the first item of the history', () => {
    const items = [{ image: 'new' }, { image: 'old' }];
    expect(latestTaggedImage(stream({ status: [{ tag: 'v1', items }] }), 'v1')?.image).toBe('new');
    expect(
      latestTaggedImage(stream({ status: [{ tag: 'v1', items: null }] }), 'v1'),
    ).toBeUndefined();
  });
});

describe('followTag', () => {
  // Evidence: tag-follow-same-stream
  it.each([
    ['stable', { type: 'end', tag: 'v1', hops: 2 }],
    ['v1', { type: 'end', tag: 'v1', hops: 0 }],
    ['gone', { type: 'notFound', tag: 'gone', hops: 0 }],
    ['lost', { type: 'notFound', tag: 'gone', hops: 1 }],
    ['a', { type: 'cycle', tag: 'a', hops: 2 }],
    ['self', { type: 'cycle', tag: 'self', hops: 1 }],
    ['other', { type: 'otherStream', tag: 'other', hops: 0 }],
    ['elsewhere', { type: 'otherStream', tag: 'elsewhere', hops: 0 }],
    ['bad', { type: 'invalid', tag: 'bad', hops: 0 }],
  ])('follows %s to where it ends', (tag, end) => {
    const tags = [
      follows('stable', 'latest'),
      follows('latest', 'app:v1'),
      { name: 'v1', from: { kind: 'DockerImage', name: 'quay.io/acme/app' } },
      follows('lost', 'gone'),
      follows('a', 'b'),
      follows('b', 'a'),
      follows('self', 'self'),
      follows('other', 'base:v1'),
      follows('elsewhere', 'app:v1', 'shop'),
      follows('bad', 'a:b:c'),
    ];
    expect(followTag(stream({ spec: tags }), tag)).toMatchObject(end);
  });

  it('gets through a chain of many tags', () => {
    const tags = Array.from({ length: 20_000 }, (_, index) =>
      follows(`t${index}`, `t${index + 1}`),
    );
    expect(followTag(stream({ spec: tags }), 't0')).toEqual({
      type: 'notFound',
      tag: 't20000',
      hops: 20_000,
    });
  });
});

describe('splitFollowedName', () => {
  // Evidence: tag-follow-name
  it.each([
    ['v1', { stream: undefined, rest: 'v1' }],
    ['web@x', { stream: undefined, rest: 'web@x' }],
    ['app:v1', { stream: 'app', rest: 'v1' }],
    ['app:', { stream: 'app', rest: '' }],
    ['a:b:c', undefined],
  ])('splits %j', (name, parts) => {
    expect(splitFollowedName(name, ':')).toEqual(parts);
  });
});

describe('tagImportState', () => {
  const from = { kind: 'DockerImage', name: 'quay.io/acme/app' };
  const failed = { type: 'ImportSuccess', status: 'False', generation: 3 };

  // Evidence: tag-import-pending
  it.each([
    [{ from, generation: 3 }, [], { type: 'pending', generation: 3 }],
    [{ from, generation: 3 }, [2], { type: 'pending', generation: 3 }],
    [{ from, generation: 3 }, [3], { type: 'imported', generation: 3 }],
    [{ from }, [3], { type: 'imported', generation: 3 }],
    [{ from, reference: true, generation: 3 }, [], { type: 'notImported' }],
    [{ from: { kind: 'ImageStreamTag', name: 'x' }, generation: 3 }, [], { type: 'notImported' }],
  ])('reads %j with history %j', (spec, generations, state) => {
    const items = generations.map((generation) => ({ generation }));
    const given = stream({ spec: [{ name: 'v1', ...spec }], status: [{ tag: 'v1', items }] });
    expect(tagImportState(given, 'v1')).toEqual(state);
  });

  // Evidence: tag-import-condition
  it('says failed until the spec is newer than the failure', () => {
    const status = [{ tag: 'v1', items: null, conditions: [failed] }];
    const at = (generation: number): ImageStream =>
      stream({ spec: [{ name: 'v1', from, generation }], status });
    expect(tagImportState(at(3), 'v1')).toMatchObject({ type: 'failed', condition: failed });
    expect(tagImportState(at(4), 'v1')).toEqual({ type: 'pending', generation: 4 });
  });
});
