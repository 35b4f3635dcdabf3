import { expect, test } from 'vitest';
import { parseResourceRoute } from './resource-route.js';

test.each([
  ['/api/v1/pods', 'v1 pods'],
  ['/api/v1/namespaces/{namespace}/pods/{name}/log', 'v1 pods/log namespaced'],
  ['/api/v1/namespaces/{name}', 'v1 namespaces'],
  ['/api/v1/namespaces/{name}/finalize', 'v1 namespaces/finalize'],
  ['/apis/apps/v1/watch/deployments', 'apps/v1 deployments watch'],
  [
    '/apis/apps/v1/watch/namespaces/{namespace}/deployments/{name}',
    'apps/v1 deployments namespaced watch',
  ],
  ['/oapi/v1/namespaces/{namespace}/builds', 'v1 builds namespaced'],
])('%s is about %s', (path, expected) => {
  const route = parseResourceRoute(path);
  const where = route?.group === '' ? route.version : `${route?.group}/${route?.version}`;
  const what = route?.subresource === '' ? route.plural : `${route?.plural}/${route?.subresource}`;
  const marks = [
    route?.namespaced === true ? 'namespaced' : '',
    route?.watch === true ? 'watch' : '',
  ];
  expect([where, what, ...marks.filter((mark) => mark !== '')].join(' ')).toBe(expected);
});

test.each([
  '/api/',
  '/apis/apps/v1/',
  '/version/',
  '/logs/{logpath}',
  '/api/v1/namespaces/{namespace}/pods/{name}/proxy/{path}',
])('%s is about no resource', (path) => {
  expect(parseResourceRoute(path)).toBeUndefined();
});
