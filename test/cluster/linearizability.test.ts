import { describe, expect, it } from 'vitest';
import { checkAllObjects, checkObject } from './linearizability.js';
import type { Operation, Outcome, Request, Version } from './operation.js';
import { absent, applyOperation, type RegisterState } from './register-model.js';
import { pickOne, seededRandom, type Random } from './seeded-random.js';
import { simulateRegister } from './simulated-register.js';

/** What happened, one line after another: who, from when to when, what, and what came of it. */
type Line = readonly [from: number, to: number, request: Request, outcome: Outcome];

const history = (...lines: readonly Line[]): Operation[] =>
  lines.map(([invoked, returned, request, outcome], id) => ({
    id,
    key: 'x',
    by: `c${id}`,
    request,
    outcome,
    invoked,
    returned,
  }));

const read: Request = { type: 'read' };
const remove: Request = { type: 'delete' };
const create = (put: string): Request => ({ type: 'create', put });
const patch = (id: string): Request => ({ type: 'patch', patch: id });
const update = (put: string, expectedRv: number, kept = ''): Request => ({
  type: 'update',
  put,
  patch: kept,
  expectedRv,
});

const version = (rv: number, put: string, patchId = '', uid = 'u'): Version => ({
  rv,
  uid,
  put,
  patch: patchId,
});
const ok = (...version_: Parameters<typeof version>): Outcome => ({
  type: 'ok',
  version: version(...version_),
});
const unknown: Outcome = { type: 'unknown' };
const notFound: Outcome = { type: 'NotFound' };
const conflict: Outcome = { type: 'Conflict' };
const exists: Outcome = { type: 'AlreadyExists' };
const deleted: Outcome = { type: 'deleted', uid: 'u' };

const verdictOf = (...lines: readonly Line[]): string => checkObject(history(...lines)).type;

describe('a history that an atomic object can have', () => {
  it.each<[string, Line[]]>([
    ['nothing at all', []],
    [
      'one after another',
      [
        [1, 2, read, notFound],
        [3, 4, create('a'), ok(2, 'a')],
        [5, 6, create('b'), exists],
        [7, 8, update('c', 2), ok(3, 'c')],
        [9, 10, update('d', 2), conflict],
        [11, 12, patch('p'), ok(4, 'c', 'p')],
        [13, 14, read, ok(4, 'c', 'p')],
        [15, 16, remove, deleted],
        [17, 18, remove, notFound],
        [19, 20, update('e', 4), notFound],
        [21, 22, patch('q'), notFound],
      ],
    ],
    [
      'a read that overlaps with a write sees what was before or after',
      [
        [1, 2, create('a'), ok(2, 'a')],
        [3, 8, patch('p'), ok(3, 'a', 'p')],
        [4, 5, read, ok(2, 'a')],
        [6, 7, read, ok(3, 'a', 'p')],
      ],
    ],
    [
      'a write without an answer is never seen',
      [
        [1, 2, create('a'), ok(2, 'a')],
        [3, Infinity, patch('p'), unknown],
        [4, 5, read, ok(2, 'a')],
        [6, 7, read, ok(2, 'a')],
      ],
    ],
    [
      'a write without an answer takes effect much later',
      [
        [1, 2, create('a'), ok(2, 'a')],
        [3, Infinity, patch('p'), unknown],
        [4, 5, read, ok(2, 'a')],
        [6, 7, read, ok(9, 'a', 'p')],
        [8, 9, update('b', 2), conflict],
        [10, 11, update('b', 9, 'p'), ok(10, 'b', 'p')],
      ],
    ],
    [
      'a delete without an answer explains that the object is gone',
      [
        [1, 2, create('a'), ok(2, 'a')],
        [3, Infinity, remove, unknown],
        [4, 5, read, ok(2, 'a')],
        [6, 7, read, notFound],
        [8, 9, create('b'), ok(5, 'b', '', 'v')],
      ],
    ],
    [
      'a compare-and-swap without an answer explains a conflict',
      [
        [1, 2, create('a'), ok(2, 'a')],
        [3, Infinity, update('b', 2), unknown],
        [4, 5, update('c', 2), conflict],
      ],
    ],
  ])('is accepted: %s', (_what, lines) => {
    expect(verdictOf(...lines)).toBe('linearizable');
  });
});

describe('a history that no atomic object can have', () => {
  const created: Line = [1, 2, create('a'), ok(2, 'a')];
  it.each<[string, Line[]]>([
    ['a stale read', [created, [3, 4, patch('p'), ok(3, 'a', 'p')], [5, 6, read, ok(2, 'a')]]],
    [
      'two reads that see a write and then do not',
      [
        created,
        [3, 10, patch('p'), ok(3, 'a', 'p')],
        [4, 5, read, ok(3, 'a', 'p')],
        [6, 7, read, ok(2, 'a')],
      ],
    ],
    [
      'a lost update: two compare-and-swaps over one version',
      [created, [3, 6, update('b', 2), ok(3, 'b')], [4, 7, update('c', 2), ok(4, 'c')]],
    ],
    [
      'a patch that undoes a compare-and-swap',
      [created, [3, 4, update('b', 2), ok(3, 'b')], [5, 6, patch('p'), ok(4, 'a', 'p')]],
    ],
    [
      'two creates that both win',
      [
        [1, 4, create('a'), ok(2, 'a')],
        [2, 5, create('b'), ok(3, 'b', '', 'v')],
      ],
    ],
    ['a create refused for an object that never was', [[1, 2, create('a'), exists]]],
    ['two deletes that both win', [created, [3, 6, remove, deleted], [4, 7, remove, deleted]]],
    [
      'an object back after its delete',
      [created, [3, 4, remove, deleted], [5, 6, read, ok(2, 'a')]],
    ],
    [
      'a patch that brings a deleted object back',
      [created, [3, 4, remove, deleted], [5, 6, patch('p'), ok(4, 'a', 'p')]],
    ],
    ['an acknowledged create that is not there', [created, [3, 4, read, notFound]]],
    [
      'a write without an answer that was seen and then vanished',
      [
        created,
        [3, Infinity, patch('p'), unknown],
        [4, 5, read, ok(3, 'a', 'p')],
        [6, 7, read, ok(2, 'a')],
      ],
    ],
    [
      'a write without an answer that takes effect twice',
      [
        created,
        [3, Infinity, patch('p'), unknown],
        [4, 5, read, ok(3, 'a', 'p')],
        [6, 7, patch('q'), ok(4, 'a', 'q')],
        [8, 9, read, ok(5, 'a', 'p')],
      ],
    ],
    [
      'a write seen before it was sent',
      [created, [3, 4, read, ok(3, 'a', 'p')], [5, 6, patch('p'), ok(3, 'a', 'p')]],
    ],
    [
      'a conflict although the version was the right one',
      [created, [3, 4, update('b', 2), conflict], [5, 6, read, ok(2, 'a')]],
    ],
    [
      'a conflict with a write whose version turns out to be the expected one',
      [
        created,
        [3, Infinity, patch('p'), unknown],
        [4, 5, update('b', 3), conflict],
        [6, 7, update('c', 2), conflict],
        [8, 9, update('d', 3), conflict],
        [10, 11, read, ok(3, 'a', 'p')],
      ],
    ],
    ['a value nobody wrote', [created, [3, 4, read, ok(3, 'z')]]],
    ['another uid', [created, [3, 4, read, ok(2, 'a', '', 'v')]]],
    ['a revision that goes back', [created, [3, 4, patch('p'), ok(1, 'a', 'p')]]],
    [
      'a delete of a version that was not the last',
      [
        created,
        [3, 4, patch('p'), ok(3, 'a', 'p')],
        [5, 6, { type: 'delete', expectedRv: 2 }, deleted],
      ],
    ],
  ])('is rejected: %s', (_what, lines) => {
    expect(verdictOf(...lines)).toBe('violation');
  });

  it('is shown where it goes wrong', () => {
    const verdict = checkObject(
      history(created, [3, 4, patch('p'), ok(3, 'a', 'p')], [5, 6, read, ok(2, 'a')]),
    );
    expect(verdict).toEqual({
      type: 'violation',
      key: 'x',
      excerpt: [
        'x: 2 operations can be put in order, the last of them',
        '  #0 [1, 2] c0 x: create a -> 2 a/ (u)',
        '  #1 [3, 4] c1 x: patch p -> 3 a/p (u)',
        'which leaves it at 3 u a/p; there none of these can be next',
        '  #2 [5, 6] c2 x: read -> 2 a/ (u)',
      ].join('\n'),
    });
  });

  it('does not hide behind the good ones of other objects', () => {
    const good = history(created);
    const bad = history([1, 2, read, ok(2, 'a')]).map((operation) => ({ ...operation, key: 'y' }));
    expect(checkAllObjects([...good, ...bad])).toMatchObject([{ type: 'violation', key: 'y' }]);
  });
});

it('gives up with a word when there is too much to search', () => {
  const open = Array.from({ length: 12 }, (_, n): Line => [
    3 + n,
    Infinity,
    patch(`p${n}`),
    unknown,
  ]);
  const wrong: Line = [100, 101, read, notFound];
  const lines = history([1, 2, create('a'), ok(2, 'a')], ...open, wrong);
  expect(checkObject(lines, { maxStates: 1000 })).toMatchObject({ type: 'undecided', key: 'x' });
});

/** Tries every order of every choice of operations: slow and plainly right. */
function isLinearizable(operations: readonly Operation[]): boolean {
  const attempt = (state: RegisterState, left: readonly Operation[]): boolean => {
    const answered = left.filter(({ outcome }) => outcome.type !== 'unknown');
    if (answered.length === 0) return true;
    const due = Math.min(...answered.map(({ returned }) => returned));
    return left.some((operation) => {
      if (operation.invoked > due) return false;
      const after = applyOperation(state, operation);
      return (
        after !== undefined &&
        attempt(
          after,
          left.filter((one) => one !== operation),
        )
      );
    });
  };
  return attempt(absent, operations);
}

/** Replaces one answer by one that another operation got. */
function mixUp(random: Random, operations: readonly Operation[]): Operation[] {
  const victim = pickOne(random, operations);
  const { outcome } = pickOne(random, operations);
  return operations.map((operation) =>
    operation !== victim || outcome.type === 'unknown' ? operation : { ...operation, outcome },
  );
}

/** Answers that cannot be right, whatever the others were: each returns undefined where it does not apply. */
const lies: readonly ((random: Random, all: readonly Operation[]) => Operation[] | undefined)[] = [
  // A read sees what nobody wrote.
  (random, all) => withLie(random, all, (one) => one.request.type === 'read' && 'made up'),
  // A read sees a version that was there before another read began, which saw a later one.
  (random, all) => {
    const pairs = all.flatMap((early) =>
      all
        .filter((late) => late.request.type === 'read' && late.invoked > early.returned)
        .map((late) => ({ early, late })),
    );
    const stale = pairs.flatMap(({ early, late }) => {
      const older = all.find(
        ({ outcome }) =>
          outcome.type === 'ok' &&
          early.outcome.type === 'ok' &&
          outcome.version.rv < early.outcome.version.rv,
      );
      return older === undefined ? [] : [{ late, outcome: older.outcome }];
    });
    if (stale.length === 0) return undefined;
    const { late, outcome } = pickOne(random, stale);
    return all.map((one) => (one === late ? { ...one, outcome } : one));
  },
];

function withLie(
  random: Random,
  all: readonly Operation[],
  applies: (one: Operation) => string | false,
): Operation[] | undefined {
  const victims = all.filter((one) => one.outcome.type === 'ok' && applies(one) !== false);
  if (victims.length === 0) return undefined;
  const victim = pickOne(random, victims);
  return all.map((one) =>
    one === victim ? { ...one, outcome: ok(2, applies(victim) || '') } : one,
  );
}

describe('histories made up at random', () => {
  const simulate = (
    seed: number,
    operations: number,
    lost = 0.08,
  ): { random: Random; all: Operation[] } => {
    const random = seededRandom(seed);
    return { random, all: simulateRegister({ random, clients: 4, operations, lost }) };
  };

  it('are accepted when they are those of an atomic object', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const verdict = checkObject(simulate(seed, 120).all);
      if (verdict.type === 'violation') expect(`seed ${seed}: ${verdict.excerpt}`).toBe('');
      expect(verdict.type).toBe('linearizable');
    }
  });

  it('are rejected when one answer of them is a lie', () => {
    let told = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const { random, all } = simulate(seed, 60);
      const lying = pickOne(random, lies)(random, all);
      if (lying === undefined) continue;
      told++;
      expect({ seed, type: checkObject(lying).type }).toEqual({ seed, type: 'violation' });
    }
    expect(told).toBeGreaterThan(200);
  });

  it('are judged as by trying every order, whether or not answers were mixed up', () => {
    const verdicts = { linearizable: 0, violation: 0 };
    for (let seed = 1; seed <= 2000; seed++) {
      const { random, all } = simulate(seed, 7);
      const judged = seed % 3 === 0 ? all : mixUp(random, all);
      const expected = isLinearizable(judged) ? 'linearizable' : 'violation';
      expect({ seed, type: checkObject(judged).type }).toEqual({ seed, type: expected });
      verdicts[expected]++;
    }
    expect(Math.min(...Object.values(verdicts))).toBeGreaterThan(300);
  });

  it('are checked in time that grows with their length', () => {
    const { all } = simulate(7, 5_000, 0.001);
    const verdict = checkObject(all, { maxStates: 20_000 });
    expect(verdict.type).toBe('linearizable');
  });
});
