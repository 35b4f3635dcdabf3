import { normalizeImageStream } from '@imagestream/image-v1';
import { describe, expect, it } from 'vitest';
import { at } from '../testing/open-story.js';
import { neededImport, scheduledImport } from './needed-import.js';
import { IMPORT_CHECK_ANNOTATION } from './record-import.js';

const imported = { [IMPORT_CHECK_ANNOTATION]: '2026-01-01T00:00:00Z' };

function tag(name: string, generation: number, more: object = {}): object {
  return {
    name,
    from: { kind: 'DockerImage', name: `quay.io/acme/app:${name}` },
    generation,
    ...more,
  };
}

function streamWith(spec: object, rest: { annotations?: object; status?: object } = {}) {
  return normalizeImageStream({
    metadata: {
      name: 'app',
      namespace: 'web',
      resourceVersion: '7',
      annotations: rest.annotations ?? {},
    },
    spec,
    status: rest.status ?? {},
  });
}

describe('neededImport', () => {
  it('asks for the tags whose spec is newer than their history', () => {
    // Evidence: controller-needs-import
    const stream = streamWith(
      { tags: [tag('new', 2), tag('old', 1)] },
      {
        annotations: imported,
        status: {
          tags: [{ tag: 'old', items: [{ dockerImageReference: 'x', image: 'y', generation: 1 }] }],
        },
      },
    );
    const request = neededImport(stream);
    expect(request?.spec.images?.map(({ to }) => to?.name)).toEqual(['new']);
    expect(request?.metadata.resourceVersion).toBe('7');
  });

  it('does not ask again for what failed, until the spec changes', () => {
    const status = {
      tags: [
        {
          tag: 'a',
          items: null,
          conditions: [{ type: 'ImportSuccess', status: 'False', generation: 2 }],
        },
      ],
    };
    const failed = streamWith({ tags: [tag('a', 2)] }, { annotations: imported, status });
    expect(neededImport(failed)).toBeUndefined();
    const changed = streamWith({ tags: [tag('a', 3)] }, { annotations: imported, status });
    expect(neededImport(changed)).toBeDefined();
  });

  it('leaves alone what is a reference or follows another tag', () => {
    const stream = streamWith({
      tags: [
        tag('ref', 1, { reference: true }),
        { name: 't', from: { kind: 'ImageStreamTag', name: 'x' }, generation: 1 },
      ],
    });
    expect(neededImport(stream)).toBeUndefined();
  });

  it('asks for the whole repository of a stream that was never imported', () => {
    const stream = streamWith({ dockerImageRepository: 'quay.io/acme/app' });
    expect(at(neededImport(stream), 'spec.repository.from.name')).toBe('quay.io/acme/app');
    const known = streamWith(
      { dockerImageRepository: 'quay.io/acme/app' },
      { annotations: imported },
    );
    expect(neededImport(known)).toBeUndefined();
  });
});

describe('scheduledImport', () => {
  it('asks for scheduled tags, but not for digests', () => {
    // Evidence: controller-scheduled-import
    const digest = `quay.io/acme/app@sha256:${'a'.repeat(64)}`;
    const stream = streamWith({
      tags: [
        tag('a', 1, { importPolicy: { scheduled: true } }),
        tag('b', 1),
        tag('c', 1, {
          from: { kind: 'DockerImage', name: digest },
          importPolicy: { scheduled: true },
        }),
      ],
    });
    expect(scheduledImport(stream)?.spec.images?.map(({ to }) => to?.name)).toEqual(['a']);
  });
});
