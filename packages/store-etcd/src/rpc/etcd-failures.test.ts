import { expect, test } from 'vitest';
import { isTokenRefusal, toEtcdError } from './etcd-failures.js';
import { RpcFailure, RpcStatus } from './transport.js';

const at = { endpoint: 'http://a:1', method: '/etcdserverpb.KV/Txn' };

// The texts are etcd's own, of releases 3.4 to 3.6, with the statuses they come with.
test.each([
  ['outOfRange', 'etcdserver: mvcc: required revision has been compacted', 'Compacted', 'none'],
  [
    'outOfRange',
    'etcdserver: mvcc: required revision is a future revision',
    'FutureRevision',
    'none',
  ],
  ['invalidArgument', 'etcdserver: request is too large', 'TooLarge', 'none'],
  ['invalidArgument', 'etcdserver: too many operations in txn request', 'TooLarge', 'none'],
  ['resourceExhausted', 'grpc: received message larger than max (9 vs. 8)', 'TooLarge', 'none'],
  ['resourceExhausted', 'trying to send message larger than max (9 vs. 8)', 'TooLarge', 'none'],
  ['resourceExhausted', 'etcdserver: mvcc: database space exceeded', 'NoSpace', 'unknown'],
  ['resourceExhausted', 'etcdserver: too many requests', 'Unavailable', 'none'],
  ['notFound', 'etcdserver: requested lease not found', 'LeaseNotFound', 'none'],
  ['invalidArgument', 'etcdserver: duplicate key given in txn request', 'InvalidArgument', 'none'],
  ['invalidArgument', 'etcdserver: key is not provided', 'InvalidArgument', 'none'],
  ['outOfRange', 'etcdserver: too large lease TTL', 'InvalidArgument', 'none'],
  ['unimplemented', 'unknown service etcdserverpb.KV', 'InvalidArgument', 'none'],
  ['permissionDenied', 'etcdserver: permission denied', 'NotAllowed', 'none'],
  ['unauthenticated', 'etcdserver: invalid auth token', 'NotAllowed', 'none'],
  ['invalidArgument', 'etcdserver: revision of auth store is old', 'NotAllowed', 'none'],
  ['unknown', 'auth: revision in header is old', 'NotAllowed', 'none'],
  ['invalidArgument', 'etcdserver: user name is empty', 'NotAllowed', 'none'],
  [
    'invalidArgument',
    'etcdserver: authentication failed, invalid user ID or password',
    ...(['NotAllowed', 'none'] as const),
  ],
  ['unavailable', 'etcdserver: no leader', 'Unavailable', 'none'],
  ['unknown', 'raft proposal dropped', 'Unavailable', 'none'],
  ['unavailable', 'etcdserver: not capable', 'Unavailable', 'none'],
  ['unavailable', 'etcdserver: rpc not supported for learner', 'Unavailable', 'none'],
  ['unavailable', 'etcdserver: request timed out', 'Unavailable', 'unknown'],
  [
    'unavailable',
    'etcdserver: request timed out, possibly due to previous leader failure',
    ...(['Unavailable', 'unknown'] as const),
  ],
  ['unavailable', 'etcdserver: leader changed', 'Unavailable', 'unknown'],
  ['unavailable', 'etcdserver: server stopped', 'Unavailable', 'unknown'],
  ['unavailable', 'Connection dropped', 'Unavailable', 'unknown'],
  ['cancelled', 'context canceled', 'Unavailable', 'unknown'],
  ['deadlineExceeded', 'Deadline exceeded after 2.000s', 'Unavailable', 'unknown'],
  ['internal', 'Received RST_STREAM with code 2', 'Unavailable', 'unknown'],
  ['unknown', 'something new', 'Unavailable', 'unknown'],
  ['resourceExhausted', 'something new', 'Unavailable', 'unknown'],
  ['dataLoss', 'etcdserver: corrupt cluster', 'Unavailable', 'unknown'],
] as const)('%s: "%s" is %s with outcome %s', (status, details, code, outcome) => {
  expect(toEtcdError(new RpcFailure(RpcStatus[status], details), at)).toMatchObject({
    code,
    outcome,
    message: `etcd at http://a:1, Txn: ${details}`,
  });
});

test('an answer that cannot be read leaves open what was done', () => {
  const error = new RangeError('a varint ends after 3');
  expect(toEtcdError(error, at)).toMatchObject({
    code: 'Unavailable',
    outcome: 'unknown',
    message:
      'etcd at http://a:1, Txn: its answer cannot be read: RangeError: a varint ends after 3',
  });
});

test.each([
  ['etcdserver: invalid auth token', true],
  ['rpc error: code = InvalidArgument desc = etcdserver: revision of auth store is old', true],
  ['auth: revision in header is old', true],
  ['etcdserver: user name is empty', true],
  ['etcdserver: permission denied', false],
  ['etcdserver: authentication failed, invalid user ID or password', false],
  ['', false],
])('"%s": another token may help: %s', (details, expected) => {
  expect(isTokenRefusal(details)).toBe(expected);
});
