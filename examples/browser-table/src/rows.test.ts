import type { ImageStream } from '@imagestream/image-v1';
import { expect, test } from 'vitest';
import { rowsOf } from './rows.js';

const event = (digit: string, created: string) => ({
  created,
  dockerImageReference: '',
  image: `sha256:${digit.repeat(64)}`,
  generation: 1,
});

const stream = (name: string, more: Partial<ImageStream> = {}): ImageStream => ({
  apiVersion: 'image.openshift.io/v1',
  kind: 'ImageStream',
  metadata: { name, namespace: 'web' },
  ...more,
});

test('a tag has a row with its image, its source and the images before', () => {
  const app = stream('app', {
    spec: { tags: [{ name: 'latest', from: { kind: 'DockerImage', name: 'quay.io/a/b:1' } }] },
    status: { tags: [{ tag: 'latest', items: [event('b', 't2'), event('a', 't1')] }] },
  });
  expect(rowsOf([app])).toEqual([
    {
      stream: 'web/app',
      tag: 'latest',
      image: 'sha256:bbbbbbbbbbbb',
      from: 'quay.io/a/b:1',
      history: [{ image: 'sha256:aaaaaaaaaaaa', created: 't1' }],
    },
  ]);
});

test('rows are in order, and a stream without tags has one too', () => {
  const pushed = stream('b', { status: { tags: [{ tag: 'x', items: null }] } });
  const rows = rowsOf([stream('c'), pushed, stream('a')]);
  expect(rows.map((row) => [row.stream, row.tag, row.from])).toEqual([
    ['web/a', '', ''],
    ['web/b', 'x', 'pushed'],
    ['web/c', '', ''],
  ]);
});
