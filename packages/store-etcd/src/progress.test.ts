import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Progress, type ProgressOptions } from './progress.js';

/** Marks get the revisions 100, 200 and so on; nothing else happens unless the test says so. */
function setUp(options: Partial<ProgressOptions> = {}): {
  readonly progress: Progress;
  readonly marks: number[];
} {
  const marks: number[] = [];
  const progress = new Progress({
    mark: () => {
      const revision = 100 * (marks.length + 1);
      marks.push(revision);
      return Promise.resolve(revision);
    },
    markAfterMs: 20,
    random: () => 0,
    onError: (error) => {
      throw error;
    },
    closed: new AbortController().signal,
    ...options,
  });
  return { progress, marks };
}

const longerThanTheWait = 60;

// Evidence: store-etcd-revision
describe('progress of watches', () => {
  test('a watch that is behind what was told gets a mark', async () => {
    const { progress, marks } = setUp();
    progress.watch(1);
    progress.told(5);
    await pause(longerThanTheWait);
    expect(marks).toEqual([100]);
  });

  test('a watch that begins behind what was told gets a mark', async () => {
    const { progress, marks } = setUp();
    progress.told(5);
    await pause(longerThanTheWait);
    expect(marks).toEqual([]);
    progress.watch(1);
    await pause(longerThanTheWait);
    expect(marks).toEqual([100]);
  });

  test.each<[string, (progress: Progress) => void]>([
    ['there is no watch', () => undefined],
    ['the watch is over', (progress) => progress.watch(1).end()],
    ['the watch is there already', (progress) => progress.watch(5)],
    ['the watch was told of progress', (progress) => progress.watch(1).reached(5)],
    ['an event as new was told', (progress) => progress.watch(1).saw(5)],
    [
      'the store wrote as late itself',
      (progress) => {
        progress.watch(1);
        progress.happened(5);
      },
    ],
    ['whoever reads the watch is busy', (progress) => progress.watch(1).busy()],
  ])('no mark is written when %s', async (_, arrange) => {
    const { progress, marks } = setUp();
    arrange(progress);
    progress.told(5);
    await pause(longerThanTheWait);
    expect(marks).toEqual([]);
  });

  test('no mark is written when the event comes while it is waited for', async () => {
    const { progress, marks } = setUp();
    const watch = progress.watch(1);
    progress.told(5);
    watch.saw(6);
    await pause(longerThanTheWait);
    expect(marks).toEqual([]);
  });

  test('a reader that is ready again gets the mark it was spared', async () => {
    const { progress, marks } = setUp();
    const watch = progress.watch(1);
    watch.busy();
    progress.told(5);
    watch.ready();
    await pause(longerThanTheWait);
    expect(marks).toEqual([100]);
  });

  test('after marks that were needed the next comes at once, after a needless one it waits again', async () => {
    const { progress, marks } = setUp();
    const watch = progress.watch(1);
    progress.told(5);
    await pause(longerThanTheWait);
    watch.saw(100);
    progress.told(110);
    await pause(longerThanTheWait);
    watch.saw(200);
    progress.told(210);
    // Without a wait it is written in the same turn.
    expect(marks).toEqual([100, 200, 300]);
    await pause(0);
    watch.saw(220);
    watch.saw(300);
    progress.told(310);
    expect(marks).toEqual([100, 200, 300]);
    await pause(longerThanTheWait);
    expect(marks).toEqual([100, 200, 300, 400]);
  });

  test('a mark that cannot be written is told of and tried again', async () => {
    const errors: unknown[] = [];
    let calls = 0;
    const { progress } = setUp({
      mark: () => {
        calls += 1;
        return calls < 3 ? Promise.reject(new Error('away')) : Promise.resolve(100);
      },
      onError: (error) => errors.push(error),
    });
    progress.watch(1);
    progress.told(5);
    await expect.poll(() => calls).toBe(3);
    expect(errors.length).toBe(2);
  });

  test('nothing is written any more when the store is closed', async () => {
    const closed = new AbortController();
    const { progress, marks } = setUp({ closed: closed.signal });
    progress.watch(1);
    progress.told(5);
    closed.abort();
    await pause(longerThanTheWait);
    expect(marks).toEqual([]);
  });
});
