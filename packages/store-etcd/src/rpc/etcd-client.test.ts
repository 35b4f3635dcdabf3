import { describe, expect, test } from 'vitest';
import type { RequestOp, TxnRequest } from './etcd-api.js';
import { EtcdClient } from './etcd-client.js';
import { DROPPED, makeCaller, ScriptedMember } from './scripted-member.test-support.js';

const key = Buffer.from('/a');
const read: RequestOp = { type: 'range', range: { key } };
const put: RequestOp = { type: 'put', key, value: key };
const remove: RequestOp = { type: 'delete', key };

/** A TxnResponse that says `succeeded` and nothing else. */
const succeeded = Uint8Array.from([16, 1]);

/** Sends a transaction to a member whose connection drops, with another member beside it. */
async function send(request: TxnRequest): Promise<{ answer: unknown; calls: number[] }> {
  const members = [
    new ScriptedMember('http://a', [DROPPED]),
    new ScriptedMember('http://b', [succeeded]),
  ];
  const client = new EtcdClient(makeCaller(...members).caller, undefined);
  const answer = await client.txn(request).catch((error: unknown) => error);
  return { answer, calls: members.map(({ calls }) => calls.length) };
}

// Evidence: store-etcd-exactly-once
describe('a transaction whose connection is lost', () => {
  test.each([
    ['that has no steps', [], []],
    ['that reads if its conditions hold', [read, read], []],
    ['that reads in both cases', [read], [read]],
  ])('%s is sent to another member', async (_, success, failure) => {
    const { answer, calls } = await send({ compare: [], success, failure });
    expect(answer).toMatchObject({ succeeded: true });
    expect(calls).toEqual([1, 1]);
  });

  test.each([
    ['that puts', [read, put], []],
    ['that deletes', [remove], []],
    ['that puts if its conditions do not hold', [read], [put]],
  ])('%s is not sent again', async (_, success, failure) => {
    const { answer, calls } = await send({ compare: [], success, failure });
    expect(answer).toMatchObject({ code: 'Unavailable', outcome: 'unknown' });
    expect(calls).toEqual([1, 0]);
  });
});
