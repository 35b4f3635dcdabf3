import { describe, expect, it } from 'vitest';
import { fields } from '../gen/image-v1/field-table.js';
import { validateImage } from '../gen/image-v1/Image.js';
import { validateImageStream } from '../gen/image-v1/ImageStream.js';
import { checkStrict } from './strict.js';

function errorsOf(data: unknown): readonly unknown[] {
  if (validateImageStream(data)) return [];
  return (validateImageStream.errors ?? []).map(({ instancePath, keyword, params }) => ({
    instancePath,
    keyword,
    params,
  }));
}

describe('a compiled check', () => {
  it('takes null wherever the decoder reads it as the zero value', () => {
    const nulls = {
      metadata: { creationTimestamp: null, labels: null, annotations: { a: null } },
      spec: { tags: [{ name: 'a', generation: null, from: null, annotations: null }, null] },
      status: null,
    };
    expect(errorsOf(nulls)).toEqual([]);
  });

  it('ignores properties it does not know and asks for none', () => {
    expect(errorsOf({ spec: { tags: [{ nmae: 'a' }] }, extra: 1 })).toEqual([]);
    expect(errorsOf({})).toEqual([]);
  });

  it('reports every value of the wrong type with its place', () => {
    const data = {
      metadata: { creationTimestamp: 'yesterday', generation: 1.5 },
      spec: { lookupPolicy: { local: 'yes' }, tags: [{ name: 1 }] },
      status: [],
    };
    expect(errorsOf(data)).toEqual([
      {
        instancePath: '/metadata/creationTimestamp',
        keyword: 'format',
        params: { format: 'date-time' },
      },
      {
        instancePath: '/metadata/generation',
        keyword: 'type',
        params: { type: ['integer', 'null'] },
      },
      {
        instancePath: '/spec/lookupPolicy/local',
        keyword: 'type',
        params: { type: ['boolean', 'null'] },
      },
      { instancePath: '/spec/tags/0/name', keyword: 'type', params: { type: ['string', 'null'] } },
      { instancePath: '/status', keyword: 'type', params: { type: ['object', 'null'] } },
    ]);
  });

  it('checks base64 and the range of whole numbers', () => {
    expect(
      validateImage({ dockerImageSignatures: ['YQ=='], dockerImageLayers: [{ size: 2 ** 62 }] }),
    ).toBe(true);
    expect(
      validateImage({ dockerImageSignatures: ['?'], dockerImageLayers: [{ size: 2 ** 64 }] }),
    ).toBe(false);
    expect(validateImage.errors?.map(({ params }) => params.format)).toEqual(['int64', 'byte']);
  });

  it('does not change what it looks at', () => {
    const data = Object.freeze({ metadata: Object.freeze({ name: 'a' }), spec: Object.freeze({}) });
    expect(validateImageStream(data)).toBe(true);
  });
});

describe('the strict check', () => {
  it('reports properties a type does not have, at the object that holds them', () => {
    const data = { metadata: { nmae: 'a' }, spec: { tags: [{ 'a/b': 1 }] }, foo: 1 };
    expect(
      checkStrict(fields, 'ImageStream', data).map(({ instancePath, params }) => [
        instancePath,
        params.additionalProperty,
      ]),
    ).toEqual([
      ['/metadata', 'nmae'],
      ['/spec/tags/0', 'a/b'],
      ['', 'foo'],
    ]);
  });

  it('leaves maps and objects that are kept as they are alone', () => {
    const data = { metadata: { labels: { anything: 'goes' } }, dockerImageMetadata: { Id: 'x' } };
    expect(checkStrict(fields, 'Image', data)).toEqual([]);
  });

  it('reports equal keys of a keyed list and equal members of a set', () => {
    const owner = { apiVersion: 'v1', kind: 'Pod', name: 'a', uid: '1' };
    const data = { metadata: { ownerReferences: [owner, owner], finalizers: ['a', 'b', 'a'] } };
    expect(
      checkStrict(fields, 'ImageStream', data).map(({ instancePath, keyword }) => [
        instancePath,
        keyword,
      ]),
    ).toEqual([
      ['/metadata/ownerReferences/1', 'uniqueKeys'],
      ['/metadata/finalizers/2', 'uniqueItems'],
    ]);
  });
});
