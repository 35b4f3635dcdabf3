import { describe, expect, test } from 'vitest';
import { Caller, type RpcCall } from './caller.js';
import { Members } from './members.js';
import { DROPPED, makeCaller, NO_LEADER, ScriptedMember } from './scripted-member.test-support.js';
import { RpcFailure, RpcStatus } from './transport.js';

const ANSWER = new Uint8Array([42]);

function rpc(effect: RpcCall<number>['effect']): RpcCall<number> {
  return {
    method: '/etcdserverpb.KV/Txn',
    request: new Uint8Array(0),
    decode: ([first = 0]) => {
      if (first === 0) throw new RangeError('no answer');
      return first;
    },
    effect,
    requireLeader: true,
  };
}

describe('a call that may be repeated', () => {
  test('goes to the next member when one fails, and stays there', async () => {
    const [a, b] = [new ScriptedMember('a', [DROPPED]), new ScriptedMember('b', [ANSWER])];
    const { caller, failed } = makeCaller(a, b);
    expect(await caller.call(rpc('reads'))).toBe(42);
    expect(await caller.call(rpc('repeatable'))).toBe(42);
    expect([a.calls.length, b.calls.length]).toEqual([1, 2]);
    expect(failed.map(({ endpoint }) => endpoint)).toEqual(['a']);
  });

  test('is made again where it failed when there is no other member', async () => {
    const a = new ScriptedMember('a', [DROPPED, NO_LEADER, new Uint8Array(0), ANSWER]);
    expect(await makeCaller(a).caller.call(rpc('reads'))).toBe(42);
    expect(a.calls).toHaveLength(4);
  });

  test('fails with the last failure when the time is over', async () => {
    const a = new ScriptedMember('a', [DROPPED]);
    await expect(makeCaller(a).caller.call(rpc('reads'), { timeoutMs: 30 })).rejects.toMatchObject({
      code: 'Unavailable',
      outcome: 'none',
      message: 'etcd at a, Txn: Connection dropped',
    });
    expect(a.calls.length).toBeGreaterThan(1);
  });

  test('that changes something leaves its outcome open when any of its tries did', async () => {
    const a = new ScriptedMember('a', [DROPPED, NO_LEADER]);
    const call = makeCaller(a).caller.call(rpc('repeatable'), { timeoutMs: 30 });
    await expect(call).rejects.toMatchObject({ code: 'Unavailable', outcome: 'unknown' });
  });

  test('is not repeated when etcd has refused it', async () => {
    const refused = new RpcFailure(RpcStatus.permissionDenied, 'etcdserver: permission denied');
    const a = new ScriptedMember('a', [refused]);
    const { caller, failed } = makeCaller(a, new ScriptedMember('b', [ANSWER]));
    await expect(caller.call(rpc('reads'))).rejects.toMatchObject({ code: 'NotAllowed' });
    expect([a.calls.length, failed.length]).toEqual([1, 0]);
  });

  test('gives a member that hangs a part of its time only', async () => {
    const a = new ScriptedMember('a', [ANSWER]);
    const { caller } = makeCaller(a);
    await caller.call(rpc('reads'), { timeoutMs: 5_000 });
    await caller.call(rpc('reads'), { timeoutMs: 60_000 });
    await caller.call(rpc('reads'), { timeoutMs: 1_000 });
    const [first = 0, second = 0, third = 0] = a.calls.map(({ timeoutMs }) => timeoutMs);
    expect([first, second]).toEqual([2_000, 20_000]);
    expect(third).toBeLessThanOrEqual(1_000);
  });
});

describe('a call that must happen once', () => {
  test('is not sent again when no answer came', async () => {
    const [a, b] = [new ScriptedMember('a', [DROPPED]), new ScriptedMember('b', [ANSWER])];
    const { caller, failed } = makeCaller(a, b);
    await expect(caller.call(rpc('once'))).rejects.toMatchObject({
      code: 'Unavailable',
      outcome: 'unknown',
    });
    expect([a.calls.length, b.calls.length, failed.length]).toEqual([1, 0, 1]);
    expect(await caller.call(rpc('once'))).toBe(42);
  });

  test('is not sent again when its answer cannot be read', async () => {
    const a = new ScriptedMember('a', [new Uint8Array(0), ANSWER]);
    const call = makeCaller(a).caller.call(rpc('once'));
    await expect(call).rejects.toMatchObject({ code: 'Unavailable', outcome: 'unknown' });
    expect(a.calls).toHaveLength(1);
  });

  test('is sent to another member when one says that it has done nothing', async () => {
    const [a, b] = [new ScriptedMember('a', [NO_LEADER]), new ScriptedMember('b', [ANSWER])];
    expect(await makeCaller(a, b).caller.call(rpc('once'))).toBe(42);
  });

  test('is sent to another member when one cannot be connected to', async () => {
    const refused = new RpcFailure(RpcStatus.unavailable, 'connect ECONNREFUSED');
    const a = new ScriptedMember('a', [], refused);
    const b = new ScriptedMember('b', [ANSWER]);
    expect(await makeCaller(a, b).caller.call(rpc('once'))).toBe(42);
    expect(a.calls).toHaveLength(0);
  });

  test('was not done when no member could be connected to', async () => {
    const refused = new RpcFailure(RpcStatus.unavailable, 'connect ECONNREFUSED');
    const a = new ScriptedMember('a', [], refused);
    const call = makeCaller(a).caller.call(rpc('once'), { timeoutMs: 30 });
    await expect(call).rejects.toMatchObject({
      code: 'Unavailable',
      outcome: 'none',
      message: 'etcd at a, connect: connect ECONNREFUSED',
    });
  });

  test('may wait for its answer as long as the whole call may take', async () => {
    const a = new ScriptedMember('a', [ANSWER]);
    await makeCaller(a).caller.call(rpc('once'), { timeoutMs: 5_000 });
    expect(a.calls[0]?.timeoutMs).toBeGreaterThan(4_000);
  });
});

test('a call without any time is not sent', async () => {
  const a = new ScriptedMember('a', [ANSWER]);
  await expect(makeCaller(a).caller.call(rpc('once'), { timeoutMs: 0 })).rejects.toMatchObject({
    ...{ code: 'Unavailable', outcome: 'none', message: 'no answer from etcd within 0 ms' },
  });
  expect(a.calls).toHaveLength(0);
});

describe('ending', () => {
  test('an aborted signal ends a call before it is sent, which does nothing', async () => {
    const a = new ScriptedMember('a', [ANSWER]);
    const signal = AbortSignal.abort('enough');
    await expect(makeCaller(a).caller.call(rpc('once'), { signal })).rejects.toMatchObject({
      ...{ code: 'Aborted', outcome: 'none', cause: 'enough' },
    });
    expect(a.calls).toHaveLength(0);
  });

  test.each([
    ['once', 'unknown'],
    ['repeatable', 'unknown'],
    ['reads', 'none'],
  ] as const)('a call (%s) that is aborted under way has outcome %s', async (effect, outcome) => {
    const [a, abort] = [new ScriptedMember('a', ['never']), new AbortController()];
    const { caller, failed } = makeCaller(a);
    const call = caller.call(rpc(effect), { signal: abort.signal });
    setTimeout(() => abort.abort('enough'), 5);
    await expect(call).rejects.toMatchObject({ code: 'Aborted', outcome, cause: 'enough' });
    expect(failed).toEqual([]);
  });

  test('an aborted signal ends the pause between attempts', async () => {
    const abort = new AbortController();
    const caller = new Caller({
      members: new Members([new ScriptedMember('a', [DROPPED])], () => 0),
      random: () => 0.999,
      onEvent: () => setTimeout(() => abort.abort(), 1),
    });
    const call = caller.call(rpc('reads'), { timeoutMs: 60_000, signal: abort.signal });
    await expect(call).rejects.toMatchObject({ code: 'Aborted' });
  });

  test('closing closes the members, and later calls fail', async () => {
    const a = new ScriptedMember('a', [ANSWER]);
    const { caller } = makeCaller(a);
    caller.close();
    expect(a.closed).toBe(true);
    await expect(caller.call(rpc('once'))).rejects.toMatchObject({
      ...{ code: 'Closed', outcome: 'none' },
    });
  });

  test('closing ends the pause between attempts', async () => {
    const caller: Caller = new Caller({
      members: new Members([new ScriptedMember('a', [DROPPED])], () => 0),
      random: () => 0.999,
      onEvent: () => setTimeout(() => caller.close(), 1),
    });
    const call = caller.call(rpc('repeatable'), { timeoutMs: 60_000 });
    await expect(call).rejects.toMatchObject({ code: 'Closed', outcome: 'unknown' });
  });
});

test('many calls that fail on one member at once leave it once', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((name) => new ScriptedMember(name, []));
  const members = new Members([a!, b!, c!], () => 0);
  const first = members.current;
  members.leave(first);
  members.leave(first);
  expect(members.current).toBe(b);
});

test('the first member is a random one', () => {
  const transports = ['a', 'b', 'c'].map((name) => new ScriptedMember(name, []));
  const first = [0, 0.34, 0.99].map((r) => new Members(transports, () => r).current.endpoint);
  expect(first).toEqual(['a', 'b', 'c']);
});
