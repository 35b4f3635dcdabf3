import { expect, test } from 'vitest';
import {
  alreadyExistsError,
  conflictError,
  forbiddenError,
  internalServerError,
  invalidError,
  isStatusError,
  notFoundError,
  required,
  StatusError,
  tooLargeResourceVersionError,
} from './index.js';

const subject = { group: 'image.openshift.io', resource: 'imagestreams', name: 'app' };

test('the usual refusals carry code, reason, message and details', () => {
  expect(notFoundError(subject).status).toEqual({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'imagestreams.image.openshift.io "app" not found',
    reason: 'NotFound',
    details: { name: 'app', group: 'image.openshift.io', kind: 'imagestreams' },
    code: 404,
  });
  expect(alreadyExistsError(subject).code).toBe(409);
  expect(conflictError(subject).message).toContain(
    'please apply your changes to the latest version',
  );
  expect(forbiddenError({ ...subject, name: '' }, 'no').message).toBe(
    'imagestreams.image.openshift.io is forbidden: no',
  );
  expect(internalServerError('disk').status.details).toEqual({ causes: [{ message: 'disk' }] });
  expect(tooLargeResourceVersionError('9', '3').status.details?.retryAfterSeconds).toBe(1);
});

test('field errors become causes of an Invalid status', () => {
  const error = invalidError({ group: 'image.openshift.io', kind: 'ImageStream', name: 'app' }, [
    required('spec', 'x'),
  ]);
  expect(error.message).toBe(
    'ImageStream.image.openshift.io "app" is invalid: spec: Required value: x',
  );
  expect(error.status.details?.causes).toHaveLength(1);
});

test('a StatusError is known by its mark, not by its class', () => {
  const error = notFoundError(subject);
  expect(isStatusError(error, 'NotFound')).toBe(true);
  expect(isStatusError(error, 'Conflict')).toBe(false);
  expect(isStatusError(new Error('x'))).toBe(false);
  expect(isStatusError({ reason: 'NotFound' })).toBe(false);
  expect(new StatusError({ kind: 'Status', apiVersion: 'v1', metadata: {} }).code).toBe(500);
});
