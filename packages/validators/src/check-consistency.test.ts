import { formatFieldError } from '@imagestream/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkConsistency } from './check-consistency.js';

interface Given {
  generation?: number;
  tags?: unknown;
  history?: unknown;
}

function messages({ generation, tags, history }: Given): string[] {
  const metadata = { name: 'app', namespace: 'web', generation };
  const object = { kind: 'ImageStream', metadata, spec: { tags }, status: { tags: history } };
  return checkConsistency(object).map(formatFieldError);
}

function follows(name: string, target: string, more: object = {}): object {
  return { name, from: { kind: 'ImageStreamTag', name: target, ...more } };
}

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('checkConsistency', () => {
  // Evidence: consistency-duplicate-tag
  it('finds tags that stand twice, in spec and in status', () => {
    const tags = [{ name: 'v1' }, {}, { name: 'v1' }, { name: '' }, { name: 'v1' }];
    expect(messages({ tags, history: [{ tag: 'v1' }, { tag: 'v1' }] })).toEqual([
      'spec.tags[2].name: Duplicate value: "v1"',
      'spec.tags[3].name: Duplicate value: ""',
      'spec.tags[4].name: Duplicate value: "v1"',
      'status.tags[1].tag: Duplicate value: "v1"',
    ]);
  });

  // Evidence: consistency-tag-generation
  // Evidence: consistency-event-generation
  it('finds generations ahead of the stream, and none where the stream says none', () => {
    const tags = [
      { name: 'v1', generation: 3 },
      { name: 'v2', generation: 2 },
    ];
    const history = [{ tag: 'v1', items: [{ generation: 2 }, { generation: 4 }] }];
    expect(messages({ generation: 2, tags, history })).toEqual([
      "spec.tags[v1].generation: Invalid value: 3: must not be ahead of the stream's own generation 2",
      "status.tags[v1].items[1].generation: Invalid value: 4: must not be ahead of the stream's own generation 2",
    ]);
    expect(messages({ tags, history })).toEqual([]);
  });

  // Evidence: consistency-dangling
  it('finds tags that follow nothing in their own stream', () => {
    const tags = [
      follows('a', 'gone'),
      follows('b', 'app:gone'),
      follows('c', 'pushed'),
      follows('d', 'other:gone'),
      follows('e', 'app:gone', { namespace: 'shop' }),
      follows('f', 'a:b:c'),
    ];
    expect(messages({ tags, history: [{ tag: 'pushed', items: null }] })).toEqual([
      'spec.tags[a].from.name: Not found: "gone"',
      'spec.tags[b].from.name: Not found: "app:gone"',
    ]);
  });

  // Evidence: consistency-cycle
  it('finds tags that follow themselves, but not the tags that lead there', () => {
    const tags = [follows('a', 'b'), follows('b', 'c'), follows('c', 'b'), follows('d', 'd')];
    expect(messages({ tags })).toEqual([
      'spec.tags[b].from.name: Invalid value: "c": the tag follows itself through 2 tags',
      'spec.tags[c].from.name: Invalid value: "b": the tag follows itself through 2 tags',
      'spec.tags[d].from.name: Invalid value: "d": the tag follows itself',
    ]);
  });

  // Evidence: consistency-image
  it('finds images that are no digests', () => {
    const items = [{ image: DIGEST }, { image: '' }, { image: 'sha256:short' }];
    expect(messages({ history: [{ tag: 'v1', items }] })).toEqual([
      'status.tags[v1].items[2].image: Invalid value: "sha256:short": must be a digest',
    ]);
  });

  // Evidence: consistency-condition
  it.each([
    [
      { status: 'False', generation: 1 },
      [{ generation: 2 }],
      [
        'generation: Invalid value: 1: must not be older than the newest item, whose import cleared it, of generation 2',
      ],
    ],
    [{ status: 'False', generation: 2 }, [{ generation: 2 }], []],
    [{ status: 'False', generation: 1 }, [], []],
    [
      { status: 'True', generation: 1 },
      [],
      ['status: Invalid value: "True": must not claim an import that left no item'],
    ],
    [{ status: 'True', generation: 1 }, [{ generation: 1 }], []],
    [{ type: 'Other', status: 'True', generation: 0 }, [], []],
  ])('compares condition %j with history %j', (condition, items, found) => {
    const conditions = [{ type: 'ImportSuccess', ...condition }];
    const path = 'status.tags[v1].conditions[0]';
    expect(messages({ history: [{ tag: 'v1', items, conditions }] })).toEqual(
      found.map((text) => `${path}.${text}`),
    );
  });

  it('has nothing to say about other kinds and other values', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(checkConsistency(value)).toEqual([]);
      }),
    );
  });

  it('gets through a cycle and a chain of very many tags', () => {
    const cycle = Array.from({ length: 100_000 }, (_, index) =>
      follows(`t${index}`, `t${(index + 1) % 100_000}`),
    );
    expect(messages({ tags: cycle })).toHaveLength(100_000);
    expect(messages({ tags: cycle.slice(1) })).toEqual([
      'spec.tags[t99999].from.name: Not found: "t0"',
    ]);
  });
});
