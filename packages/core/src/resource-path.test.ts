import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatResourcePath, parseResourcePath, type ResourceLocation } from './resource-path.js';

const image = { root: 'apis', group: 'image.openshift.io', version: 'v1' } as const;

test.each<[string, ResourceLocation]>([
  ['/apis/image.openshift.io/v1/images', { ...image, resource: 'images' }],
  [
    '/apis/image.openshift.io/v1/namespaces/web/imagestreamtags/app:latest',
    { ...image, namespace: 'web', resource: 'imagestreamtags', name: 'app:latest' },
  ],
  [
    '/apis/image.openshift.io/v1/namespaces/web/imagestreams/app/status',
    { ...image, namespace: 'web', resource: 'imagestreams', name: 'app', subresource: 'status' },
  ],
  [
    '/apis/image.openshift.io/v1/watch/namespaces/web/imagestreams',
    { ...image, namespace: 'web', resource: 'imagestreams', watchPath: true },
  ],
  ['/oapi/v1/imagestreams', { root: 'oapi', group: '', version: 'v1', resource: 'imagestreams' }],
  [
    '/api/v1/namespaces/web',
    { root: 'api', group: '', version: 'v1', resource: 'namespaces', name: 'web' },
  ],
])('%s is read and printed alike', (path, location) => {
  expect(parseResourcePath(path)).toEqual(location);
  expect(formatResourcePath(location)).toBe(path);
});

test.each([
  '/',
  '/apis/g',
  '/apis/g/v1',
  '/apis/g/v1/',
  '/apis//v1/x',
  '/apis/g/v1/a/b/c/d',
  '/version',
])('%s is no resource', (path) => {
  expect(parseResourcePath(path)).toBeUndefined();
});

test('any name survives the way through a URL', () => {
  const part = fc
    .string({ minLength: 1 })
    .filter((text) => !text.includes('/') && !/[\ud800-\udfff]/.test(text));
  fc.assert(
    fc.property(part, part, (namespace, name) => {
      const path = formatResourcePath({ ...image, namespace, resource: 'imagestreams', name });
      const parsed = parseResourcePath(decodeURIComponent(path));
      expect([parsed?.namespace, parsed?.name]).toEqual([namespace, name]);
    }),
  );
});
