import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ImageStream, TagEvent } from './gen/kinds.js';
import { ImageIndex, matchesImageId, resolveImageId } from './image-id.js';

function digest(start: string): string {
  return `sha256:${start.padEnd(64, '0')}`;
}

function event(image: string, dockerImageReference = 'quay.io/acme/app'): TagEvent {
  return { created: '2024-01-01T00:00:00Z', dockerImageReference, image, generation: 1 };
}

function streamWith(...events: TagEvent[]): ImageStream {
  return {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    metadata: { name: 'app', namespace: 'web' },
    status: { dockerImageRepository: '', tags: [{ tag: 'latest', items: events }] },
  };
}

describe('matchesImageId', () => {
  // Evidence: image-id-match
  it.each([
    [digest('4f2b'), '4f', true],
    [digest('4f2b'), 'sha256:4f', true],
    [digest('4f2b'), 'sha', true],
    [digest('4f2b'), '', true],
    [digest('4f2b'), '2b', false],
    ['sha256:short', 'short', false],
    ['sha256:short', 'sha256:s', true],
  ])('tells whether %s answers to %j', (image, id, matches) => {
    expect(matchesImageId(image, id)).toBe(matches);
  });
});

describe('resolveImageId', () => {
  // Evidence: image-id-resolve
  it('finds an image anywhere in the history, by its last event', () => {
    const stream = streamWith(
      event(digest('1')),
      event(digest('2'), 'a/first'),
      event(digest('2'), 'a/last'),
    );
    expect(resolveImageId(stream, '2')).toEqual({
      type: 'found',
      image: digest('2'),
      event: event(digest('2'), 'a/last'),
    });
  });

  it('finds nothing in a stream without history', () => {
    expect(resolveImageId(streamWith(), '')).toEqual({ type: 'notFound' });
  });

  it('names all images when several match, sorted', () => {
    const stream = streamWith(event(digest('4b')), event(digest('4a')));
    expect(resolveImageId(stream, 'sha256:4')).toEqual({
      type: 'ambiguous',
      images: [digest('4a'), digest('4b')],
      message: `multiple images match the prefix "sha256:4": ${digest('4a')}, ${digest('4b')}`,
    });
  });

  it('is what an index answers, however it was filled', () => {
    const image = fc.constantFrom(digest('4a'), digest('4b'), digest('a4'), 'sha256', 'plain', '');
    const id = fc.constantFrom('', '4', '4a', 'a', 'sha256:', 'sha256:4', 'p', 'x');
    fc.assert(
      fc.property(fc.array(image), fc.array(image), id, (first, added, wanted) => {
        const index = new ImageIndex(first.map((name) => event(name)));
        for (const name of added) index.add(event(name));
        const stream = streamWith(...[...first, ...added].map((name) => event(name)));
        expect(index.resolve(wanted)).toEqual(resolveImageId(stream, wanted));
      }),
    );
  });
});
