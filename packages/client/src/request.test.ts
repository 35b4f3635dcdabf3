import { imageStreams, images } from '@imagestream/image-v1';
import type { ResourceDescriptor } from '@imagestream/core';
import { describe, expect, test } from 'vitest';
import { jsonPatch, mergePatch, strategicPatch } from './patch.js';
import {
  makeApply,
  makeCreate,
  makeDelete,
  makeDeleteCollection,
  makeGet,
  makeList,
  makePatch,
  makeTarget,
  makeUpdate,
} from './request.js';

const target = makeTarget(imageStreams, false, 'web');
const collection = '/apis/image.openshift.io/v1/namespaces/web/imagestreams';

describe('paths', () => {
  test('an object, its subresource, its collection, and the collection of all namespaces', () => {
    expect(makeGet(target, 'app').path).toBe(`${collection}/app`);
    expect(makeGet(target, 'app', {}, 'layers').path).toBe(`${collection}/app/layers`);
    expect(makeList(target, {}).path).toBe(collection);
    expect(makeList(makeTarget(imageStreams, false, undefined), {}).path).toBe(
      '/apis/image.openshift.io/v1/imagestreams',
    );
  });

  test('cluster-scoped resources, the core group, and the 3.x surface', () => {
    const pods: ResourceDescriptor = { ...images, group: '', plural: 'pods', kind: 'Pod' };
    expect(makeGet(makeTarget(images, false, undefined), 'sha256:1').path).toBe(
      '/apis/image.openshift.io/v1/images/sha256:1',
    );
    expect(makeGet(makeTarget(pods, false, 'web'), 'a').path).toBe('/api/v1/namespaces/web/pods/a');
    expect(makeGet(makeTarget(imageStreams, true, 'web'), 'app').path).toBe(
      '/oapi/v1/namespaces/web/imagestreams/app',
    );
  });

  test('what would change the path is encoded or refused', () => {
    expect(makeGet(target, 'a/b?c').path).toBe(`${collection}/a%2Fb%3Fc`);
    for (const name of ['', '.', '..']) expect(() => makeGet(target, name)).toThrow(TypeError);
  });
});

describe('bodies', () => {
  test('apiVersion and kind are filled in, and what the program says is kept', () => {
    expect(makeCreate(target, { metadata: { name: 'app' } }).body).toEqual({
      apiVersion: 'image.openshift.io/v1',
      kind: 'ImageStream',
      metadata: { name: 'app' },
    });
    const other = { apiVersion: 'v9', kind: 'Other', metadata: { name: 'app' } };
    expect(makeCreate(target, other).body).toEqual(other);
  });

  test('on the 3.x surface the apiVersion is v1, whatever the object says', () => {
    const legacy = makeTarget(imageStreams, true, 'web');
    const object = { apiVersion: 'image.openshift.io/v1', kind: 'ImageStream', metadata: {} };
    expect(makeCreate(legacy, object).body).toMatchObject({ apiVersion: 'v1' });
  });

  test('a delete with options has a body, one without has none', () => {
    expect(makeDelete(target, 'app').body).toBeUndefined();
    const options = { uid: 'u1', propagationPolicy: 'Foreground', dryRun: true } as const;
    expect(makeDelete(target, 'app', options)).toMatchObject({
      query: { dryRun: 'All' },
      body: {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        preconditions: { uid: 'u1' },
        propagationPolicy: 'Foreground',
        dryRun: ['All'],
      },
    });
  });

  test('deleting a collection says which part of it', () => {
    expect(
      makeDeleteCollection(target, { labelSelector: 'a=b', fieldSelector: 'c=d' }),
    ).toMatchObject({
      method: 'DELETE',
      path: collection,
      query: { labelSelector: 'a=b', fieldSelector: 'c=d' },
    });
  });
});

test.each([
  [mergePatch({}), 'application/merge-patch+json'],
  [strategicPatch({}), 'application/strategic-merge-patch+json'],
  [jsonPatch([]), 'application/json-patch+json'],
])('a patch of type $type knows its content type', (patch, contentType) => {
  expect(makePatch(target, 'app', patch).headers['Content-Type']).toBe(contentType);
});

test('apply names its manager, says when it forces, and may be repeated', () => {
  const request = makeApply(
    target,
    { metadata: { name: 'app' } },
    { fieldManager: 'ci', force: true },
  );
  expect(request).toMatchObject({
    method: 'PATCH',
    path: `${collection}/app`,
    query: { fieldManager: 'ci', force: 'true' },
    headers: { 'Content-Type': 'application/apply-patch+yaml' },
    repeatable: true,
  });
});

test('write options become the query', () => {
  const options = { dryRun: true, fieldManager: 'ci', fieldValidation: 'Strict' } as const;
  expect(makeUpdate(target, { metadata: { name: 'app' } }, options).query).toEqual({
    dryRun: 'All',
    fieldManager: 'ci',
    fieldValidation: 'Strict',
  });
});

test('headers of a call come over those of the verb', () => {
  expect(makeGet(target, 'app', { headers: { Accept: 'application/yaml' } }).headers).toEqual({
    Accept: 'application/yaml',
  });
});

test('the 3.x surface refuses what its servers would ignore or do not know', () => {
  const legacy = makeTarget(imageStreams, true, 'web');
  const named = { metadata: { name: 'app' } };
  expect(() => makeCreate(legacy, named, { dryRun: true })).toThrow(TypeError);
  expect(() => makeApply(legacy, named, { fieldManager: 'ci' })).toThrow(TypeError);
});
