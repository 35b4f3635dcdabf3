import { normalizeImageStream } from '@imagestream/image-v1';
import { expect, it } from 'vitest';
import { trackersOf } from './trackers.js';

it('finds the tags that follow a tag inside their own stream, in both spellings', () => {
  const from = (name: string, more: object = {}) => ({ kind: 'ImageStreamTag', name, ...more });
  const stream = normalizeImageStream({
    metadata: { name: 'app', namespace: 'web' },
    spec: {
      tags: [
        { name: 'short', from: from('v1') },
        { name: 'long', from: from('app:v1', { namespace: 'web' }) },
        { name: 'elsewhere', from: from('v1', { namespace: 'infra' }) },
        { name: 'another', from: from('other:v1') },
        { name: 'image', from: { kind: 'DockerImage', name: 'v1' } },
      ],
    },
  });
  expect(trackersOf(stream, 'v1')).toEqual(['long', 'short']);
});
