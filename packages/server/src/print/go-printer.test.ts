import { isStatusError, type KubeObject } from '@imagestream/core';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { PrintRequest } from '../http/printer.js';
import { goPrinter } from './go-printer.js';
import { formatAge } from './human-duration.js';
import { compareNaturally, toYamlText } from './yaml-text.js';

const now = new Date('2024-05-01T12:00:00Z');

function request(kind: string, options: Partial<PrintRequest> = {}): PrintRequest {
  return {
    conversion: { kind: 'Table', version: 'v1' },
    info: {
      group: 'image.openshift.io',
      version: 'v1',
      resource: `${kind.toLowerCase()}s`,
      singular: kind.toLowerCase(),
      kind,
      listKind: `${kind}List`,
      scope: 'Namespaced',
      shortNames: [],
      categories: [],
      selectableFields: [],
    },
    includeObject: '',
    now,
    ...options,
  };
}

function object(kind: string, fields: object): KubeObject {
  return {
    apiVersion: 'image.openshift.io/v1',
    kind,
    metadata: { name: 'x', resourceVersion: '7' },
    ...fields,
  };
}

function cells(kind: string, fields: object): unknown {
  const table: unknown = goPrinter.object(object(kind, fields), request(kind));
  return (table as { rows: { cells: unknown }[] }).rows[0]?.cells;
}

function refusal(print: () => unknown): unknown {
  try {
    return print();
  } catch (error) {
    if (isStatusError(error)) return [error.code, error.message];
    throw error;
  }
}

// Evidence: table-columns, table-rows
describe('a table', () => {
  test('has the columns of the kind, the metadata of what it shows and partial metadata in its rows', () => {
    expect(
      goPrinter.object(object('Image', { dockerImageReference: 'r' }), request('Image')),
    ).toMatchObject({
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { resourceVersion: '7' },
      columnDefinitions: [
        { name: 'Name', type: 'string', format: 'name', priority: 0 },
        { name: 'Image Reference', type: 'string', format: '', priority: 0 },
      ],
      rows: [
        {
          cells: ['x', 'r'],
          object: {
            kind: 'PartialObjectMetadata',
            apiVersion: 'meta.k8s.io/v1',
            metadata: { name: 'x' },
          },
        },
      ],
    });
  });

  test('shows the object, its metadata or nothing in a row, as asked', () => {
    const rowOf = (includeObject: string): unknown => {
      const table: unknown = goPrinter.list(
        { metadata: {}, items: [object('Image', {})] },
        request('Image', { includeObject }),
      );
      return (table as { rows: { object: unknown }[] }).rows[0]?.object;
    };
    expect(rowOf('None')).toBeNull();
    expect(rowOf('Object')).toMatchObject({ kind: 'Image', apiVersion: 'image.openshift.io/v1' });
    expect(rowOf('Metadata')).toMatchObject({ kind: 'PartialObjectMetadata' });
    expect(refusal(() => rowOf('x'))).toEqual([
      400,
      `Unable to convert to Table as requested: includeObject: Invalid value: "x": must be 'Metadata', 'Object', 'None', or empty`,
    ]);
  });

  test('keeps the metadata of the bookmark that ends the initial events', () => {
    const mark: KubeObject = {
      apiVersion: 'image.openshift.io/v1',
      kind: 'ImageStream',
      metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } },
    };
    expect(goPrinter.object(mark, request('ImageStream', { includeObject: 'None' }))).toMatchObject(
      {
        rows: [{ object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } } }],
      },
    );
  });

  test('of a kind without columns has name and time', () => {
    expect(
      cells('ImageStreamImport', {
        metadata: { name: 'i', creationTimestamp: '2024-05-01T00:00:00Z' },
      }),
    ).toEqual(['i', '2024-05-01T00:00:00Z']);
  });

  test('passes a Status through', () => {
    const status: KubeObject = { kind: 'Status', apiVersion: 'v1', metadata: {} };
    expect(goPrinter.object(status, request('Image'))).toBe(status);
  });
});

// Evidence: table-tags
describe('the cells of an image stream', () => {
  const tag = (name: string, created?: string): object => ({
    tag: name,
    items: created === undefined ? null : [{ created }],
  });

  test('show the public repository before the others', () => {
    const status = { publicDockerImageRepository: 'p', dockerImageRepository: 's' };
    expect(cells('ImageStream', { spec: { dockerImageRepository: 'd' }, status })).toEqual([
      'x',
      'p',
      '',
      '',
    ]);
    expect(
      cells('ImageStream', {
        spec: { dockerImageRepository: 'd' },
        status: { dockerImageRepository: 's' },
      }),
    ).toEqual(['x', 'd', '', '']);
  });

  test('list the tags newest first, those without items last, and cut them at about forty characters', () => {
    const tags = [
      tag('none'),
      tag('old', '2024-01-01T00:00:00Z'),
      tag('new', '2024-05-01T11:59:30Z'),
    ];
    expect(cells('ImageStream', { status: { tags } })).toEqual([
      'x',
      '',
      'new,old,none',
      '30 seconds ago',
    ]);
    const shown = (names: readonly string[]): unknown =>
      (cells('ImageStream', { status: { tags: names.map((name) => tag(name)) } }) as unknown[])[2];
    expect(shown(['a'.repeat(60)])).toBe('a'.repeat(60));
    expect(shown(['a'.repeat(30), 'b'.repeat(15), 'c'])).toBe(`${'a'.repeat(30)} + 2 more...`);
    expect(shown(['a'.repeat(20), 'b'.repeat(22), 'c'])).toBe(
      `${'a'.repeat(20)},${'b'.repeat(22)} + 1 more...`,
    );
  });
});

// Evidence: table-image-tag
describe('the cells of an image tag', () => {
  const spec = (more: object): object => ({ spec: { name: 't', generation: 2, ...more } });
  const event = (more: object): object => ({
    created: '2024-05-01T11:00:00Z',
    generation: 2,
    image: '',
    dockerImageReference: '',
    ...more,
  });

  test.each([
    [{}, ['', '', null, '']],
    [spec({ from: { kind: 'DockerImage', name: 'a/b' } }), ['Tag', 'a/b', null, '']],
    [
      spec({ reference: true, from: { kind: 'ImageStreamTag', name: 's:t', namespace: 'n' } }),
      ['Ref', 'istag n/s:t', null, ''],
    ],
    [
      spec({ importPolicy: { scheduled: true }, from: { kind: 'ImageStreamTag', name: 't' } }),
      ['Track', 'istag/t', null, ''],
    ],
    [spec({ from: { kind: 'ImageStreamImage', name: 'x' } }), ['Tag', 'InvalidRefName', null, '']],
    [spec({ from: { kind: 'X', name: 'x' } }), ['Tag', 'InvalidRefKind', null, '']],
    [
      {
        ...spec({ from: { kind: 'DockerImage', name: 'a' } }),
        status: { items: [event({ generation: 1 })] },
      },
      ['Tag', 'Importing', 1, 'About an hour ago'],
    ],
    [
      {
        ...spec({ from: { kind: 'DockerImage', name: 'a' } }),
        status: { items: [event({ generation: 3, image: 'sha256:1' })] },
      },
      ['Push', 'image/sha256:1', 1, 'About an hour ago'],
    ],
    [
      { status: { items: [event({ dockerImageReference: 'r' }), event({})] } },
      ['Push', 'r', 2, 'About an hour ago'],
    ],
    [
      {
        ...spec({ from: { kind: 'DockerImage', name: 'a' } }),
        status: {
          items: null,
          conditions: [
            {
              type: 'ImportSuccess',
              status: 'False',
              reason: 'NotFound',
              lastTransitionTime: '2024-05-01T11:58:00Z',
            },
          ],
        },
      },
      ['Tag', 'ImportFailed (NotFound)', null, '2 minutes ago'],
    ],
  ])('of %j say where its images come from and how far it is', (fields, expected) => {
    expect(cells('ImageTag', fields)).toEqual(['x', ...expected]);
  });
});

describe('partial metadata', () => {
  test('is made of single objects and lists, but not of one instead of the other', () => {
    const partial = { conversion: { kind: 'PartialObjectMetadata', version: 'v1beta1' } } as const;
    const list = { conversion: { kind: 'PartialObjectMetadataList', version: 'v1' } } as const;
    const image = object('Image', { dockerImageReference: 'r' });
    expect(goPrinter.object(image, request('Image', partial))).toEqual({
      kind: 'PartialObjectMetadata',
      apiVersion: 'meta.k8s.io/v1beta1',
      metadata: image.metadata,
    });
    expect(
      goPrinter.list(
        { metadata: { resourceVersion: '9' }, items: [image] },
        request('Image', list),
      ),
    ).toEqual({
      kind: 'PartialObjectMetadataList',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { resourceVersion: '9' },
      items: [
        { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: image.metadata },
      ],
    });
    expect(refusal(() => goPrinter.object(image, request('Image', list)))).toEqual([
      406,
      'you requested PartialObjectMetadataList, but the requested object is not a list (*image.Image)',
    ]);
    const secrets = { kind: 'SecretList', apiVersion: 'v1', metadata: {}, items: [] };
    expect(refusal(() => goPrinter.object(secrets, request('SecretList', partial)))).toEqual([
      406,
      'you requested PartialObjectMetadata, but the requested object is a list (*core.SecretList)',
    ]);
    expect(
      refusal(() => goPrinter.list({ metadata: {}, items: [] }, request('Image', partial))),
    ).toEqual([
      406,
      'you requested PartialObjectMetadata, but the requested object is a list (*image.ImageList)',
    ]);
  });
});

// Evidence: table-ages
describe('an age', () => {
  const second = 1000;
  const hour = 3600 * second;
  test.each([
    [0, 'Less than a second ago'],
    [1.5 * second, '1 second ago'],
    [59 * second, '59 seconds ago'],
    [60 * second, 'About a minute ago'],
    [59.9 * 60 * second, '59 minutes ago'],
    [1.4 * hour, 'About an hour ago'],
    [1.5 * hour, '2 hours ago'],
    [47 * hour, '47 hours ago'],
    [48 * hour, '2 days ago'],
    [335 * hour, '13 days ago'],
    [336 * hour, '2 weeks ago'],
    [1440 * hour, '2 months ago'],
    [17520 * hour, '2 years ago'],
  ])('of %d milliseconds reads %s', (durationMs, text) => {
    expect(formatAge(new Date(now.getTime() - durationMs).toISOString(), now)).toBe(text);
  });

  test('of something without a time is the longest there is', () => {
    expect(formatAge(undefined, now)).toBe('292 years ago');
  });
});

// Evidence: yaml-text
describe('YAML text', () => {
  test('has keys in natural order and quotes only what would read as something else', () => {
    expect(
      toYamlText({
        t10: 'yes',
        t2: '1.10',
        '.': {},
        time: '2024-05-01T00:00:00Z',
        b: "it's #1",
        a: ['x', { c: null }],
        m: 'l1\nl2\n',
      }),
    ).toBe(
      `.: {}\na:\n- x\n- c: null\nb: 'it''s #1'\nm: |\n  l1\n  l2\nt2: "1.10"\nt10: "yes"\ntime: "2024-05-01T00:00:00Z"\n`,
    );
  });

  test('reads back as what was written', () => {
    const value = {
      a: [
        'y',
        'no',
        '012',
        '1_000',
        '~',
        '',
        ' lead',
        '- x',
        'a: b',
        '#',
        '0x1f',
        '1e3',
        '.5',
        '1:30',
        'null',
        "'",
        '"',
        '\t',
      ],
    };
    expect(parse(toYamlText(value), { version: '1.1' })).toEqual(value);
  });

  test('sorts numbers by value and letters after digits', () => {
    expect(['b', 'a10', 'a2', 'a', 'a01', '1'].sort(compareNaturally)).toEqual([
      '1',
      'a',
      'a01',
      'a2',
      'a10',
      'b',
    ]);
  });
});
