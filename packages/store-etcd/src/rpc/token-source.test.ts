import { expect, test } from 'vitest';
import { EtcdClient } from './etcd-client.js';
import { makeCaller, ScriptedMember, type ScriptedAnswer } from './scripted-member.test-support.js';
import { NO_SESSION, TokenSource } from './token-source.js';
import { RpcFailure, RpcStatus } from './transport.js';
import { lengthed, makeWriter } from './wire.js';

const USER = { name: 'alice', password: 'secret' };
const REFUSED = new RpcFailure(RpcStatus.unauthenticated, 'etcdserver: invalid auth token');
const NOTHING = new Uint8Array(0);

/** An AuthenticateResponse. */
function token(text: string): Uint8Array {
  return makeWriter().uint32(lengthed(2)).string(text).finish();
}

/** A source of tokens at a member that answers so. */
function makeTokens(...answers: ScriptedAnswer[]): {
  readonly member: ScriptedMember;
  readonly tokens: TokenSource;
  readonly client: EtcdClient;
} {
  const member = new ScriptedMember('a', answers);
  const { caller } = makeCaller(member);
  const tokens = new TokenSource(caller, USER);
  return { member, tokens, client: new EtcdClient(caller, tokens) };
}

test('all who need a token at once share one, and so do later ones', async () => {
  const { member, tokens } = makeTokens(token('1'), token('2'));
  const all = await Promise.all([tokens.get({}), tokens.get({}), tokens.get({})]);
  expect([...all, await tokens.get({})].map((session) => session.token)).toEqual([
    ...['1', '1', '1', '1'],
  ]);
  expect(member.calls).toHaveLength(1);
});

test('a token that was dropped is replaced once, however many drop it', async () => {
  const { tokens } = makeTokens(token('1'), token('2'), token('3'));
  const first = await tokens.get({});
  tokens.drop(first);
  const second = await tokens.get({});
  tokens.drop(first);
  expect([second, await tokens.get({})]).toEqual([{ token: '2' }, { token: '2' }]);
});

test('who gives up does not end the wait of others', async () => {
  const { member, tokens } = makeTokens(token('1'));
  const aborted = tokens.get({ signal: AbortSignal.abort('enough') });
  const other = tokens.get({});
  await expect(aborted).rejects.toMatchObject({
    ...{ code: 'Aborted', outcome: 'none', cause: 'enough' },
  });
  expect(await other).toEqual({ token: '1' });
  expect(member.calls).toHaveLength(1);
});

test('who waits for a token waits no longer than its call may take', async () => {
  const { tokens } = makeTokens('never');
  await expect(tokens.get({ timeoutMs: 5 })).rejects.toMatchObject({
    ...{ code: 'Unavailable', outcome: 'none', message: 'etcd gave out no token within 5 ms' },
  });
});

test('after a refusal the next one asks again', async () => {
  const wrong = new RpcFailure(
    RpcStatus.invalidArgument,
    'etcdserver: authentication failed, invalid user ID or password',
  );
  const { tokens } = makeTokens(wrong, token('1'));
  await expect(tokens.get({})).rejects.toMatchObject({ code: 'NotAllowed' });
  expect(await tokens.get({})).toEqual({ token: '1' });
});

test('where etcd does not ask who calls, calls have no token', async () => {
  const off = 'etcdserver: authentication is not enabled';
  const { tokens } = makeTokens(new RpcFailure(RpcStatus.failedPrecondition, off));
  expect(await tokens.get({})).toBe(NO_SESSION);
});

test('a write whose token is refused is sent again with another one', async () => {
  const { member, client } = makeTokens(token('1'), REFUSED, token('2'), NOTHING);
  await client.txn({ compare: [], success: [], failure: [] });
  expect(member.calls.map((call) => call.token)).toEqual([undefined, '1', undefined, '2']);
});

test('a call whose tokens are refused again and again is NotAllowed', async () => {
  const { member, client } = makeTokens(
    ...[token('1'), REFUSED, token('2'), REFUSED, token('3'), REFUSED],
  );
  const call = client.range({ key: NOTHING });
  await expect(call).rejects.toMatchObject({ code: 'NotAllowed', outcome: 'none' });
  expect(member.calls).toHaveLength(6);
});
