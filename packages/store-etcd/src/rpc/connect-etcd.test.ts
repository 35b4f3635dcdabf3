import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingEtcd, startEtcd, type EtcdCluster } from '../etcd-process.test-support.js';
import { connectEtcd } from './connect-etcd.js';
import type { EtcdApi } from './etcd-api.js';
import { bytes, collect, getOne, put, putOne, startProxy, text } from './etcd.test-support.js';

const missing = missingEtcd();
if (missing !== undefined) console.log(`calls on one etcd are not tested: ${missing}`);

describe.skipIf(missing !== undefined)('on one etcd', () => {
  let cluster: EtcdCluster;
  let etcd: EtcdApi;
  beforeAll(async () => {
    cluster = await startEtcd({ args: ['--max-txn-ops=16', '--max-request-bytes=1000000'] });
    etcd = connectEtcd({ endpoints: cluster.endpoints });
  });
  afterAll(async () => {
    etcd.close();
    await cluster.close();
  });

  test('a transaction compares, and does one of its branches', async () => {
    const key = bytes('/txn');
    const txn = {
      compare: [{ key, modRevision: 0 }],
      success: [put('/txn', 'first'), { type: 'range', range: { key } }],
      failure: [
        { type: 'range', range: { key } },
        { type: 'delete', key },
      ],
    } as const;
    const first = await etcd.txn(txn);
    const second = await etcd.txn(txn);
    const { revision } = first.header;
    const kv = { key, value: bytes('first'), createRevision: revision, modRevision: revision };
    expect([first.succeeded, second.succeeded]).toEqual([true, false]);
    expect(first.responses).toMatchObject([
      { type: 'put' },
      { type: 'range', range: { kvs: [kv] } },
    ]);
    expect(second.responses).toMatchObject([
      { type: 'range', range: { kvs: [kv], count: 1 } },
      { type: 'delete', deleted: 1 },
    ]);
    expect(second.header.revision).toBe(revision + 1);
    expect(await getOne(etcd, '/txn')).toBeUndefined();
  });

  test('a range is read in key order, in part, at a revision, without values, and counted', async () => {
    for (const name of ['b', 'a', 'c']) await putOne(etcd, `/range/${name}`, `old ${name}`);
    const { header } = await putOne(etcd, '/range/a', 'new a');
    const all = { key: bytes('/range/'), rangeEnd: bytes('/range0') };
    const seen = async (more: object): Promise<unknown> => {
      const { kvs, more: isMore, count } = await etcd.range({ ...all, ...more });
      return [kvs.map(({ key, value }) => `${text(key)}=${text(value)}`), isMore, count];
    };
    const [newA, oldA, b, c] = ['a=new a', 'a=old a', 'b=old b', 'c=old c'].map(
      (s) => `/range/${s}`,
    );
    expect(await seen({})).toEqual([[newA, b, c], false, 3]);
    expect(await seen({ limit: 2 })).toEqual([[newA, b], true, 3]);
    expect(await seen({ revision: header.revision - 1 })).toEqual([[oldA, b, c], false, 3]);
    expect(await seen({ keysOnly: true, limit: 1 })).toEqual([['/range/a='], true, 3]);
    expect(await seen({ countOnly: true })).toEqual([[], false, 3]);
    expect(await seen({ serializable: true })).toEqual([[newA, b, c], false, 3]);
  });

  test('values of all bytes and of a megabyte come back as they were', async () => {
    const value = Uint8Array.from({ length: 900_000 }, (_, i) => i % 251);
    const key = Uint8Array.from({ length: 256 }, (_, i) => i);
    await etcd.txn({ compare: [], success: [{ type: 'put', key, value }], failure: [] });
    const { kvs } = await etcd.range({ key });
    expect(kvs[0]?.key).toEqual(key);
    expect(Buffer.from(value).equals(kvs[0]?.value ?? value.subarray(1))).toBe(true);
    expect(kvs[0]?.value.buffer.byteLength).toBe(value.length);
  });

  test('an answer larger than what gRPC takes by itself is taken', async () => {
    const value = 'x'.repeat(900_000);
    for (let i = 0; i < 6; i++) await putOne(etcd, `/large/${i}`, value);
    const { kvs } = await etcd.range({ key: bytes('/large/'), rangeEnd: bytes('/large0') });
    expect(kvs.map((kv) => kv.value.length)).toEqual(Array(6).fill(900_000));
  });

  test('refusals tell what was wrong, and that nothing was done', async () => {
    const key = bytes('/refused');
    const { header } = await putOne(etcd, '/refused', 'x');
    await etcd.compact(header.revision);
    const many = Array.from({ length: 17 }, (_, i) => put(`/many/${i}`, ''));
    const lease = { type: 'put', key, value: key, leaseId: '12345' } as const;
    const txn = (...success: Parameters<typeof etcd.txn>[0]['success']): Promise<unknown> =>
      etcd.txn({ compare: [], success, failure: [] });
    const refusals: readonly (readonly [() => Promise<unknown>, string])[] = [
      [() => etcd.range({ key, revision: header.revision - 1 }), 'Compacted'],
      [() => etcd.compact(header.revision), 'Compacted'],
      [() => etcd.range({ key, revision: header.revision + 1_000 }), 'FutureRevision'],
      [() => etcd.compact(header.revision + 1_000), 'FutureRevision'],
      [() => txn({ type: 'range', range: { key, revision: 1 } }), 'Compacted'],
      [() => txn(put('/refused', 'x'.repeat(1_100_000))), 'TooLarge'],
      [() => txn(put('/refused', 'x'.repeat(3_000_000))), 'TooLarge'],
      [() => txn(...many), 'TooLarge'],
      [() => txn(put('/refused', '1'), put('/refused', '2')), 'InvalidArgument'],
      [() => txn(put('', 'no key')), 'InvalidArgument'],
      [() => txn(lease), 'LeaseNotFound'],
      [() => etcd.leaseKeepAlive('12345'), 'LeaseNotFound'],
      [() => etcd.leaseGrant(10_000_000_000), 'InvalidArgument'],
    ];
    for (const [call, code] of refusals) {
      await expect(call(), code).rejects.toMatchObject({
        name: 'EtcdError',
        code,
        outcome: 'none',
      });
    }
    expect(await getOne(etcd, '/refused')).toBe('x');
  });

  test('a watch tells that it began, then what happened since its start, with what was before', async () => {
    const { header } = await putOne(etcd, '/watch/a', '1');
    await putOne(etcd, '/watch/a', '2');
    await etcd.txn({
      compare: [],
      success: [put('/watch/b', '3'), { type: 'delete', key: bytes('/watch/a') }],
      failure: [],
    });
    const request = {
      ...{ key: bytes('/watch/'), rangeEnd: bytes('/watch0') },
      ...{ startRevision: header.revision, prevKv: true, progressNotify: true },
    };
    const [created, ...others] = await collect(
      (signal) => etcd.watch(request, signal),
      (responses) => responses.flatMap(({ events }) => events).length === 4,
    );
    expect(created).toMatchObject({ created: true, canceled: false, events: [] });
    const events = others.flatMap((response) => response.events);
    expect(
      events.map(({ type, kv, prevKv }) => [
        ...[type, kv.modRevision - header.revision, text(kv.key), text(kv.value)],
        text(prevKv?.value),
      ]),
    ).toEqual([
      ['put', 0, '/watch/a', '1', undefined],
      ['put', 1, '/watch/a', '2', '1'],
      ['put', 2, '/watch/b', '3', undefined],
      ['delete', 2, '/watch/a', '', '2'],
    ]);
  });

  test('a watch from before the history ends with the revision history begins at', async () => {
    const { header } = await putOne(etcd, '/compacted', '1');
    await etcd.compact(header.revision);
    const responses = await collect(
      (signal) => etcd.watch({ key: bytes('/compacted'), startRevision: 1 }, signal),
      () => false,
    );
    const last = { canceled: true, compactRevision: header.revision, events: [] };
    expect(responses.at(-1)).toMatchObject(last);
  });

  test('a watch that is not read does not keep other calls waiting', async () => {
    const { header } = await putOne(etcd, '/slow', 'x'.repeat(500_000));
    for (let i = 0; i < 11; i++) await putOne(etcd, '/slow', 'x'.repeat(500_000));
    const stop = new AbortController();
    const request = { key: bytes('/slow'), startRevision: header.revision };
    const watch = etcd.watch(request, stop.signal)[Symbol.asyncIterator]();
    await watch.next();
    for (let i = 0; i < 20; i++) await putOne(etcd, '/other', String(i));
    expect(await getOne(etcd, '/slow')).toHaveLength(500_000);
    let seen = 0;
    while (seen < 12) {
      const next = await watch.next();
      seen += next.done === true ? NaN : next.value.events.length;
    }
    stop.abort();
    expect(await watch.next()).toEqual({ done: true, value: undefined });
  });

  test('a watch that is not read makes the member wait instead of filling memory', async () => {
    const proxy = await startProxy(cluster.endpoints[0]!);
    const reader = connectEtcd({ endpoints: [proxy.endpoint] });
    const { header } = await putOne(etcd, '/pace', 'x');
    const request = { key: bytes('/pace'), startRevision: header.revision };
    const watch = reader.watch(request, new AbortController().signal)[Symbol.asyncIterator]();
    await watch.next();
    await watch.next();
    const value = 'x'.repeat(900_000);
    for (let i = 0; i < 20; i++) await putOne(etcd, '/pace', value);
    await getOne(reader, '/pace');
    expect(proxy.receivedBytes()).toBeLessThan(6_000_000);
    let seen = 0;
    while (seen < 20) {
      const next = await watch.next();
      seen += next.done === true ? NaN : next.value.events.length;
    }
    expect(proxy.receivedBytes()).toBeGreaterThan(20 * 900_000);
    reader.close();
    await proxy.close();
  });

  test('a watch ends without an error when its signal aborts, whether it waits or not', async () => {
    const request = { key: bytes('/aborted'), startRevision: 1_000_000 };
    const stop = new AbortController();
    const watch = etcd.watch(request, stop.signal)[Symbol.asyncIterator]();
    expect((await watch.next()).value).toMatchObject({ created: true });
    const waiting = watch.next();
    stop.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
    const again = etcd.watch(request, stop.signal)[Symbol.asyncIterator]();
    expect(await again.next()).toEqual({ done: true, value: undefined });
  });

  test('a lease is granted, renewed and revoked, and its keys go with it', async () => {
    const { id, ttlSeconds } = await etcd.leaseGrant(60);
    expect(ttlSeconds).toBe(60);
    const op = { type: 'put', key: bytes('/leased'), value: bytes('x'), leaseId: id } as const;
    await etcd.txn({ compare: [], success: [op], failure: [] });
    expect(await etcd.leaseKeepAlive(id)).toMatchObject({ id, ttlSeconds: 60 });
    await etcd.leaseRevoke(id);
    expect(await getOne(etcd, '/leased')).toBeUndefined();
    await expect(etcd.leaseKeepAlive(id)).rejects.toMatchObject({ code: 'LeaseNotFound' });
    await etcd.leaseRevoke(id);
  });

  test('a member tells about itself', async () => {
    const status = await etcd.status();
    expect(status).toMatchObject({ errors: [], leaderId: status.header.memberId });
    expect(status.version).toMatch(/^3\.\d+\.\d+/);
    expect(status.dbSizeBytes).toBeGreaterThan(0);
  });

  test('closing ends calls and watches with Closed, and so do later ones', async () => {
    const other = connectEtcd({ endpoints: cluster.endpoints });
    await other.status();
    const request = { key: bytes('/closed'), startRevision: 1_000_000 };
    const watch = other.watch(request, new AbortController().signal)[Symbol.asyncIterator]();
    await watch.next();
    const pending = [watch.next(), getOne(other, '/closed'), putOne(other, '/closed', 'x')];
    other.close();
    other.close();
    const results = await Promise.allSettled([...pending, getOne(other, '/closed')]);
    expect(results).toMatchObject([
      { status: 'rejected', reason: { code: 'Closed', outcome: 'none' } },
      { status: 'rejected', reason: { code: 'Closed', outcome: 'none' } },
      { status: 'rejected', reason: { code: 'Closed', outcome: 'unknown' } },
      { status: 'rejected', reason: { code: 'Closed', outcome: 'none' } },
    ]);
    const late = other.watch(request, new AbortController().signal)[Symbol.asyncIterator]();
    await expect(late.next()).rejects.toMatchObject({ code: 'Closed' });
  });

  test('a hundred calls with one signal are all aborted', async () => {
    const abort = new AbortController();
    const calls = Array.from({ length: 100 }, () =>
      etcd.range({ key: bytes('/x') }, { signal: abort.signal }),
    );
    abort.abort('enough');
    const results = await Promise.allSettled(calls);
    const aborted = { status: 'rejected', reason: { code: 'Aborted', cause: 'enough' } };
    expect(results).toMatchObject(Array(100).fill(aborted));
  });
});

test('nobody there is told with the reason, and nothing was done', async () => {
  const etcd = connectEtcd({ endpoints: ['http://127.0.0.1:1'] });
  const call = putOne(etcd, '/x', 'x', { timeoutMs: 200 });
  await expect(call).rejects.toThrow(/^etcd at http:\/\/127.0.0.1:1, connect: .*ECONNREFUSED/);
  await expect(call).rejects.toMatchObject({ code: 'Unavailable', outcome: 'none' });
  etcd.close();
});
