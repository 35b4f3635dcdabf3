import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingEtcd, startEtcd, type EtcdCluster } from '../etcd-process.test-support.js';
import { connectEtcd } from './connect-etcd.js';
import type { EtcdApi } from './etcd-api.js';
import { asRoot, bytes, collect, enableAuth, getOne, putOne, text } from './etcd.test-support.js';

const missing = missingEtcd();
if (missing !== undefined) console.log(`authentication at etcd is not tested: ${missing}`);

const ALICE = { name: 'alice', password: 'of wonderland', prefix: '/alice/' };

/** Long enough for a token to run out between two tests that wait for it. */
const TOKEN_TTL_SECONDS = 2;

describe.skipIf(missing !== undefined)('on an etcd that asks who calls', () => {
  let cluster: EtcdCluster;
  let endpoint: string;
  const open: EtcdApi[] = [];
  /** A client that is closed after the tests. */
  function connect(user?: { readonly name: string; readonly password: string }): EtcdApi {
    const etcd = connectEtcd({ endpoints: [endpoint], ...(user && { user }) });
    open.push(etcd);
    return etcd;
  }
  let early: EtcdApi;

  beforeAll(async () => {
    cluster = await startEtcd({ args: [`--auth-token-ttl=${TOKEN_TTL_SECONDS}`] });
    endpoint = cluster.endpoints[0]!;
    early = connect(ALICE);
    await putOne(early, '/alice/early', 'before authentication was on');
    await enableAuth(endpoint, ALICE);
  });
  afterAll(async () => {
    for (const etcd of open) etcd.close();
    await cluster.close();
  });

  test('a user that was connected before authentication was turned on goes on', async () => {
    expect(await getOne(early, '/alice/early')).toBe('before authentication was on');
  });

  test('a user reads, writes and watches what it may', async () => {
    const etcd = connect(ALICE);
    const [{ header }] = await Promise.all([
      putOne(etcd, '/alice/a', '1'),
      getOne(etcd, '/alice/a'),
      etcd.leaseGrant(10),
    ]);
    const responses = await collect(
      (signal) => etcd.watch({ key: bytes('/alice/a'), startRevision: header.revision }, signal),
      (seen) => seen.some(({ events }) => events.length > 0),
    );
    expect(text(responses.at(-1)?.events[0]?.kv.value)).toBe('1');
  });

  test('what a user may not is NotAllowed, and nothing was done', async () => {
    const etcd = connect(ALICE);
    const refusal = { code: 'NotAllowed', outcome: 'none' };
    await expect(putOne(etcd, '/bob/a', '1')).rejects.toMatchObject(refusal);
    await expect(getOne(etcd, '/bob/a')).rejects.toMatchObject(refusal);
    const responses = await collect(
      (signal) => etcd.watch({ key: bytes('/bob/a'), startRevision: 1 }, signal),
      () => false,
    );
    expect(responses.at(-1)?.canceled).toBe(true);
    expect(responses.at(-1)?.cancelReason).toMatch(/permission denied/);
  });

  test('a wrong password is NotAllowed, with whose it is', async () => {
    const etcd = connect({ name: 'alice', password: 'wrong' });
    const call = getOne(etcd, '/alice/a');
    await expect(call).rejects.toMatchObject({ code: 'NotAllowed', outcome: 'none' });
    await expect(call).rejects.toThrow(
      /^etcd does not let user "alice" in: check name and password \(.*invalid user ID or password\)$/,
    );
  });

  test('a call that names nobody is NotAllowed', async () => {
    await expect(getOne(connect(), '/alice/a')).rejects.toMatchObject({ code: 'NotAllowed' });
  });

  test('a token that has run out is replaced, for calls and for watches', async () => {
    const [calls, watches] = [connect(ALICE), connect(ALICE)];
    const { header } = await putOne(calls, '/alice/ttl', 'x');
    await getOne(watches, '/alice/ttl');
    await new Promise((resolve) => setTimeout(resolve, (2 * TOKEN_TTL_SECONDS + 1) * 1_000));
    expect(await getOne(calls, '/alice/ttl')).toBe('x');
    const responses = await collect(
      (signal) =>
        watches.watch({ key: bytes('/alice/ttl'), startRevision: header.revision }, signal),
      (seen) => seen.length === 2,
    );
    expect(responses.map(({ canceled, events }) => [canceled, events.length])).toEqual([
      [false, 0],
      [false, 1],
    ]);
  });

  test('a member that has forgotten all tokens is given another one', async () => {
    const etcd = connect(ALICE);
    await putOne(etcd, '/alice/restart', 'x');
    await cluster.members[0]!.stop('SIGKILL');
    cluster.members[0]!.start();
    expect(await getOne(etcd, '/alice/restart', { timeoutMs: 15_000 })).toBe('x');
  });

  test('a change of users makes tokens old, and calls go on', async () => {
    const etcd = connect(ALICE);
    await putOne(etcd, '/alice/changed', 'x');
    await asRoot(endpoint, 'UserChangePassword', 'root', 'secret');
    expect(await getOne(etcd, '/alice/changed')).toBe('x');
    expect(await putOne(etcd, '/alice/changed', 'y')).toMatchObject({ succeeded: true });
  });

  test('a user is of no harm when authentication is turned off', async () => {
    const etcd = connect(ALICE);
    await putOne(etcd, '/alice/off', 'x');
    await asRoot(endpoint, 'AuthDisable');
    expect(await getOne(etcd, '/alice/off')).toBe('x');
    expect(await getOne(connect(ALICE), '/alice/off')).toBe('x');
  });
});
