import { describe, expect, it } from 'vitest';
import type { ListReading, Operation, Version } from './operation.js';
import { checkRevisions, settleUnknown, type Recording } from './revision-check.js';
import type { SeenEvent } from './watch-check.js';

const version = (rv: number, uid: string, put: string, patch = ''): Version => ({
  rv,
  uid,
  put,
  patch,
});

const event = (type: SeenEvent['type'], key: string, of: Version, seen: number): SeenEvent => ({
  type,
  key,
  version: of,
  digest: '',
  seen,
});

const operation = (
  id: number,
  key: string,
  [invoked, returned]: readonly [number, number],
  did: Pick<Operation, 'request' | 'outcome'>,
): Operation => ({ id, key, by: `c${id}`, invoked, returned, ...did });

const a2 = version(2, 'u', 'wa');
const b3 = version(3, 'v', 'wb');
const a4 = version(4, 'u', 'wa', 'wp');
const a5 = version(5, 'u', 'wa', 'wp');

/** Two objects, one patched and deleted, by operations one after another. */
const history = [
  event('ADDED', 'a', a2, 3),
  event('ADDED', 'b', b3, 6),
  event('MODIFIED', 'a', a4, 9),
  event('DELETED', 'a', a5, 14),
];
const createA = operation(0, 'a', [1, 2], {
  request: { type: 'create', put: 'wa' },
  outcome: { type: 'ok', version: a2 },
});
const createB = operation(1, 'b', [4, 5], {
  request: { type: 'create', put: 'wb' },
  outcome: { type: 'ok', version: b3 },
});
const patchA = operation(2, 'a', [7, 8], {
  request: { type: 'patch', patch: 'wp' },
  outcome: { type: 'ok', version: a4 },
});
const readA = operation(3, 'a', [10, 11], {
  request: { type: 'read' },
  outcome: { type: 'ok', version: a4 },
});
const deleteA = operation(4, 'a', [12, 13], {
  request: { type: 'delete' },
  outcome: { type: 'deleted', uid: 'u' },
});
const list: ListReading = {
  by: 'c9',
  consistent: true,
  notOlderThan: 0,
  rv: 4,
  items: new Map([
    ['a', a4],
    ['b', b3],
  ]),
  invoked: 9.5,
  returned: 9.6,
};

const good: Recording = {
  operations: [createA, createB, patchA, readA, deleteA],
  lists: [list],
  history,
  untilRv: 5,
};

const problemsOf = (change: Partial<Recording>): string =>
  checkRevisions({ ...good, ...change }).join('\n');

const replace = (old: Operation, by: Partial<Operation>): Operation[] =>
  good.operations.map((one) => (one === old ? { ...one, ...by } : one));

it('a recording in which everything fits has no problems', () => {
  expect(problemsOf({})).toBe('');
});

describe('revisions show', () => {
  it.each<[string, Partial<Recording>, RegExp]>([
    [
      'an acknowledged write that is in no history',
      { history: history.filter((one) => one.version !== b3) },
      /no event: #1 .*create wb/,
    ],
    [
      'an acknowledged delete that is in no history',
      { history: history.slice(0, 3) },
      /no event: #4 .*delete/,
    ],
    [
      'a write acknowledged with what another one did',
      { operations: replace(patchA, { outcome: { type: 'ok', version: a2 } }) },
      /another event at its revision: #2/,
    ],
    [
      'two writes acknowledged with one revision',
      {
        operations: replace(createB, {
          outcome: { type: 'ok', version: { ...b3, rv: 4 } },
        }),
      },
      /another event at its revision: #1/,
    ],
    [
      'a refused write that happened',
      { operations: replace(patchA, { outcome: { type: 'refused' } }) },
      /took effect after all: #2/,
    ],
    [
      'a change nobody asked for',
      { operations: good.operations.filter((one) => one !== createB) },
      /nobody did this, or again: ADDED b/,
    ],
    [
      'a delete nobody asked for',
      { operations: good.operations.filter((one) => one !== deleteA) },
      /nobody did this: DELETED a/,
    ],
    [
      'a write that happened twice',
      { history: [...history, event('MODIFIED', 'b', version(6, 'v', 'wb', 'wp'), 20)] },
      /nobody did this, or again: MODIFIED b 6/,
    ],
    [
      'one object deleted for two',
      {
        operations: [
          ...good.operations,
          operation(5, 'a', [12.5, 13.5], {
            request: { type: 'delete' },
            outcome: { type: 'deleted', uid: 'u' },
          }),
        ],
      },
      /deleted twice: DELETED a/,
    ],
    [
      'a write that was seen before it was sent',
      { operations: replace(createB, { invoked: 6.5, returned: 6.6 }) },
      /ADDED b .* is not what was done: #1/,
    ],
    [
      'a later write, of another object, with a lower revision',
      {
        operations: replace(createB, { invoked: 8.5, returned: 8.6 }),
        history: history.map((one) => (one.version === b3 ? { ...one, seen: 9 } : one)),
      },
      /4 was known before: #1/,
    ],
    [
      'a read of what had been replaced',
      { operations: replace(readA, { outcome: { type: 'ok', version: a2 } }) },
      /4 was known before: #3/,
    ],
    [
      'a read of what a watcher knew to be replaced',
      {
        operations: replace(patchA, { returned: Infinity, outcome: { type: 'unknown' } }).map(
          (one) => (one.id === 3 ? { ...one, outcome: { type: 'ok', version: a2 } } : one),
        ),
      },
      /4 was known before: #3/,
    ],
    [
      'a list that is older than what was known',
      {
        lists: [
          {
            ...list,
            rv: 3,
            items: new Map([
              ['a', a2],
              ['b', b3],
            ]),
          },
        ],
      },
      /4 was known before: list by c9 at 3/,
    ],
    [
      'a list that leaves something out',
      { lists: [{ ...list, items: new Map([['a', a4]]) }] },
      /list by c9 at 4 shows a: .* but there was .*b:/,
    ],
    [
      'a list of two moments',
      {
        lists: [
          {
            ...list,
            consistent: false,
            rv: 3,
            items: new Map([
              ['a', a4],
              ['b', b3],
            ]),
          },
        ],
      },
      /list by c9 at 3 shows/,
    ],
    [
      'a list that is older than was asked for',
      { lists: [{ ...list, consistent: false, notOlderThan: 5 }] },
      /list by c9 at 4 is older than 5/,
    ],
  ])('%s', (_what, change, problem) => {
    expect(problemsOf(change)).toMatch(problem);
  });

  it('no problem in a list from the past that need not be newer', () => {
    const items = new Map([
      ['a', a2],
      ['b', b3],
    ]);
    expect(problemsOf({ lists: [{ ...list, consistent: false, rv: 3, items }] })).toBe('');
  });
});

describe('a write without an answer', () => {
  const unknown = { outcome: { type: 'unknown' }, returned: Infinity } as const;

  it('that is in the history happened before it was seen', () => {
    const operations = replace(patchA, unknown);
    const settled = settleUnknown({ ...good, operations });
    expect(settled[2]).toEqual({ ...patchA, returned: 9 });
  });

  it('that is not in the history never happened', () => {
    const lost = operation(7, 'a', [3, Infinity], {
      request: { type: 'patch', patch: 'lost' },
      outcome: { type: 'unknown' },
    });
    const operations = [...good.operations, lost];
    expect(settleUnknown({ ...good, operations })).toEqual(good.operations);
  });

  it('that deletes stays open as long as there is a delete it may have been', () => {
    const operations = replace(deleteA, unknown);
    expect(settleUnknown({ ...good, operations })).toEqual(operations);
    const other = operations.map((one) =>
      one.id === 4 ? { ...one, request: { type: 'delete', expectedUid: 'w' } as const } : one,
    );
    expect(settleUnknown({ ...good, operations: other })).toHaveLength(4);
  });
});
