import { describe, expect, it } from 'vitest';
import { checkWatchers, Replay, type SeenEvent, type WatcherLog } from './watch-check.js';

type Short = readonly [
  type: SeenEvent['type'],
  key: string,
  rv: number,
  uid: string,
  digest?: string,
];

/** Events in a few letters, seen at the tick of their revision. */
const eventsOf = (...short: readonly Short[]): SeenEvent[] =>
  short.map(([type, key, rv, uid, digest = `d${rv}`]) => ({
    type,
    key,
    version: { rv, uid, put: `p${rv}`, patch: '' },
    digest,
    seen: rv,
  }));

const whole: readonly Short[] = [
  ['ADDED', 'a', 2, 'u1'],
  ['ADDED', 'b', 3, 'u2'],
  ['MODIFIED', 'a', 5, 'u1'],
  ['DELETED', 'a', 6, 'u1'],
  ['ADDED', 'a', 7, 'u3'],
];

const watcher = (name: string, events: readonly SeenEvent[], afterRv = 1): WatcherLog => ({
  name,
  afterRv,
  events,
});

const problemsOf = (...watchers: readonly WatcherLog[]): readonly string[] =>
  checkWatchers(watchers, 7).problems;

const good = watcher('good', eventsOf(...whole));

describe('watchers that saw the same', () => {
  it('agree, wherever they began and whatever they saw after the end', () => {
    const late = watcher('late', eventsOf(...whole.slice(2)), 3);
    const longer = watcher('longer', eventsOf(...whole, ['DELETED', 'b', 9, 'u2']));
    expect(problemsOf(good, late, longer)).toEqual([]);
  });

  it('give one history, with the first moment each event was seen', () => {
    const slow = watcher(
      'slow',
      good.events.map((event) => ({ ...event, seen: event.seen + 10 })),
    );
    expect(checkWatchers([slow, good], 7).history).toEqual(good.events);
  });
});

describe('a watcher is caught that', () => {
  it.each<[string, WatcherLog, string]>([
    [
      'has a gap',
      watcher('bad', eventsOf(...whole.filter(([, , rv]) => rv !== 5))),
      'bad, event 3 after 1: saw 6 DELETED a 6 p6/ (u1) d6 instead of 5 MODIFIED a 5 p5/ (u1) d5',
    ],
    [
      'saw something twice',
      watcher('bad', eventsOf(...whole.slice(0, 2), ...whole.slice(1))),
      'bad, event 3 after 1: saw 3 ADDED b 3 p3/ (u2) d3 instead of 5 MODIFIED a 5 p5/ (u1) d5',
    ],
    [
      'saw things in another order',
      watcher('bad', eventsOf(whole[1]!, whole[0]!, ...whole.slice(2))),
      'bad, event 1 after 1: saw 3 ADDED b 3 p3/ (u2) d3 instead of 2 ADDED a 2 p2/ (u1) d2',
    ],
    [
      'stopped early',
      watcher('bad', eventsOf(...whole.slice(0, 4))),
      'bad, event 5 after 1: saw nothing more instead of 7 ADDED a 7 p7/ (u3) d7',
    ],
    [
      'failed',
      { ...good, name: 'bad', failure: 'too old resource version' },
      'bad failed: too old resource version',
    ],
  ])('%s', (_what, bad, problem) => {
    expect(problemsOf(good, bad)).toEqual([problem]);
  });

  it('saw other content', () => {
    const changed: Short[] = whole.map(([type, key, rv, uid]) => [
      type,
      key,
      rv,
      uid,
      rv === 5 ? 'other' : `d${rv}`,
    ]);
    const problems = problemsOf(good, watcher('bad', eventsOf(...changed)));
    expect(problems).toContain('two events of one revision: 5 MODIFIED a 5 p5/ (u1) other');
  });
});

describe('a history is caught in which', () => {
  it.each<[string, Short[], RegExp]>([
    [
      'an object is added twice',
      [
        ['ADDED', 'a', 2, 'u'],
        ['ADDED', 'a', 3, 'u'],
      ],
      /a is there/,
    ],
    ['an absent object is changed', [['MODIFIED', 'a', 2, 'u']], /a is absent/],
    [
      'an object changes its uid',
      [
        ['ADDED', 'a', 2, 'u'],
        ['MODIFIED', 'a', 3, 'v'],
      ],
      /another uid/,
    ],
    [
      'a deleted object comes back',
      [
        ['ADDED', 'a', 2, 'u'],
        ['DELETED', 'a', 3, 'u'],
        ['ADDED', 'a', 4, 'u'],
      ],
      /uid of an object deleted before/,
    ],
    [
      'a revision is used twice',
      [
        ['ADDED', 'a', 2, 'u'],
        ['ADDED', 'b', 2, 'v'],
      ],
      /two events of one revision/,
    ],
  ])('%s', (_what, short, problem) => {
    expect(problemsOf(watcher('one', eventsOf(...short))).join('\n')).toMatch(problem);
  });
});

it('objects can be looked at as they were at any revision, in any order', () => {
  const replay = new Replay(good.events);
  const namesAt = (rv: number): string[] =>
    [...replay.at(rv)].map(([key, { rv: version }]) => `${key}@${version}`).sort();
  expect(namesAt(4)).toEqual(['a@2', 'b@3']);
  expect(namesAt(6)).toEqual(['b@3']);
  expect(namesAt(1)).toEqual([]);
  expect(namesAt(100)).toEqual(['a@7', 'b@3']);
});
