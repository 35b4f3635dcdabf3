import { afterEach, expect, test, vi } from 'vitest';
import type { WatchResponse } from './etcd-api.js';
import {
  DROPPED,
  makeCaller,
  ScriptedMember,
  type ScriptedAnswer,
} from './scripted-member.test-support.js';
import { watchOnce } from './watch-stream.js';
import { makeWriter, varint } from './wire.js';

afterEach(() => {
  vi.useRealTimers();
});

const CREATED = makeWriter().uint32(varint(3)).bool(true).finish();
const CANCELED = makeWriter().uint32(varint(4)).bool(true).finish();
const REQUEST = { key: new Uint8Array([0x61]), startRevision: 1 };

/** A watch on a member that sends this, and where the client stands afterwards. */
function watch(
  signal: AbortSignal,
  ...answers: ScriptedAnswer[]
): ReturnType<typeof makeCaller> & {
  readonly member: ScriptedMember;
  readonly responses: AsyncGenerator<WatchResponse, void>;
} {
  const member = new ScriptedMember('a', answers);
  const made = makeCaller(member, new ScriptedMember('b', []));
  const responses = watchOnce(made.caller, REQUEST, { signal, token: undefined });
  return { ...made, member, responses };
}

test('a watch that is canceled ends after it has said so', async () => {
  const { responses, failed } = watch(new AbortController().signal, CREATED, CANCELED, CREATED);
  const seen: WatchResponse[] = [];
  for await (const response of responses) seen.push(response);
  expect(seen.map(({ canceled }) => canceled)).toEqual([false, true]);
  expect(failed).toEqual([]);
});

test('a watch that the member ends is lost, and the member is left', async () => {
  const { responses, failed } = watch(new AbortController().signal, CREATED);
  await responses.next();
  await expect(responses.next()).rejects.toMatchObject({
    ...{ code: 'Unavailable', outcome: 'none' },
    message: 'etcd at a, Watch: the member ended the watch',
  });
  expect(failed.map(({ endpoint }) => endpoint)).toEqual(['a']);
});

test('a watch whose connection is lost is lost, which does nothing to etcd', async () => {
  const { responses } = watch(new AbortController().signal, CREATED, DROPPED);
  await responses.next();
  await expect(responses.next()).rejects.toMatchObject({ code: 'Unavailable', outcome: 'none' });
});

test('a watch of which the member says nothing is lost after five seconds', async () => {
  vi.useFakeTimers();
  const { responses, failed } = watch(new AbortController().signal, 'never');
  const first = responses.next();
  const lost = expect(first).rejects.toMatchObject({
    message: 'etcd at a, Watch: the member did not begin the watch within 5000 ms',
  });
  await vi.advanceTimersByTimeAsync(5_000);
  await lost;
  expect(failed).toHaveLength(1);
});

test('a watch that has begun may be silent for as long as it likes', async () => {
  vi.useFakeTimers();
  const stop = new AbortController();
  const { responses, failed } = watch(stop.signal, CREATED, 'never');
  await responses.next();
  const waiting = responses.next();
  await vi.advanceTimersByTimeAsync(60_000);
  stop.abort();
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(failed).toEqual([]);
});

test('a watch ends when its signal aborts before the member has begun it', async () => {
  const stop = new AbortController();
  const { responses, failed } = watch(stop.signal, 'never');
  const first = responses.next();
  setTimeout(() => stop.abort(), 1);
  expect(await first).toEqual({ done: true, value: undefined });
  expect(failed).toEqual([]);
});

test('leaving a watch cancels it, and the member is not left', async () => {
  const { responses, failed } = watch(new AbortController().signal, CREATED, CREATED);
  for await (const _ of responses) break;
  expect(failed).toEqual([]);
});

test('a watch asks a member without a leader to refuse it', async () => {
  const { responses, member } = watch(new AbortController().signal, CREATED);
  await responses.next();
  expect(member.calls).toMatchObject([{ requireLeader: true }]);
});
