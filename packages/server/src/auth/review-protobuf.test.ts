import { describe, expect, it } from 'vitest';
import { decodeReview } from './review-protobuf.js';

const utf8 = (text: string): number[] => [...new TextEncoder().encode(text)];
/** A field with a length below 128. */
const field = (number: number, content: number[]): number[] => [
  number * 8 + 2,
  content.length,
  ...content,
];
const framed = (...content: number[][]): Uint8Array =>
  Uint8Array.from([...utf8('k8s\0'), ...content.flat()]);

const typeMeta = field(1, [
  ...field(1, utf8('authorization.k8s.io/v1')),
  ...field(2, utf8('SelfSubjectAccessReview')),
]);

describe('decodeReview', () => {
  // Evidence: api-access-reviews
  it('reads who is asked about, and what', () => {
    const deed = [
      ...field(1, utf8('shop')),
      ...field(2, utf8('delete')),
      ...field(3, utf8('image.openshift.io')),
      ...field(5, utf8('imagestreams')),
      ...field(7, utf8('cart')),
    ];
    const who = [...field(3, utf8('ann')), ...field(4, utf8('a')), ...field(4, utf8('b'))];
    const raw = field(2, field(2, [...field(1, deed), ...who]));
    expect(decodeReview(framed(typeMeta, raw))).toEqual({
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: {
        resourceAttributes: {
          namespace: 'shop',
          verb: 'delete',
          group: 'image.openshift.io',
          resource: 'imagestreams',
          name: 'cart',
        },
        user: 'ann',
        groups: ['a', 'b'],
      },
    });
  });

  it('reads paths, and skips fields it does not know', () => {
    const visit = [...field(1, utf8('/readyz')), ...field(2, utf8('get'))];
    const unknown = [0x48, 0x96, 0x01, 0x55, 1, 2, 3, 4, ...field(10, [7])];
    const raw = field(2, [...unknown, ...field(2, [...unknown, ...field(2, visit)])]);
    expect(decodeReview(framed(raw))).toEqual({
      spec: { nonResourceAttributes: { path: '/readyz', verb: 'get' } },
    });
  });

  it.each([
    ['without the frame', Uint8Array.from(utf8('{"kind": "x"}'))],
    ['that break off', framed([0x0a, 0x05, 0x61])],
    ['with an endless number', framed(Array.from({ length: 12 }, () => 0xff))],
    ['of a field type that does not exist', framed([0x0f])],
  ])('refuses bytes %s', (_what, bytes) => {
    expect(() => decodeReview(bytes)).toThrow('the object provided is unrecognized');
  });
});
