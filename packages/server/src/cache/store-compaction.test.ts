import { createMemoryStore, StoreError, type Store } from '@imagestream/store';
import { describe, expect, test } from 'vitest';
import { StoreCompaction } from './store-compaction.js';

const minute = 60_000;

/** A store that notes what it is asked to forget. */
class NotedStore {
  readonly asked: number[] = [];
  fault: Error | undefined;
  readonly store: Store = Object.assign(createMemoryStore(), {
    compact: (revision: number): Promise<void> => {
      this.asked.push(revision);
      return this.fault === undefined ? Promise.resolve() : Promise.reject(this.fault);
    },
  });
}

interface Setup {
  readonly noted: NotedStore;
  readonly errors: unknown[];
  /** The cache has seen a revision and keeps `history` of them. */
  readonly see: (revision: number, nowMs: number, history?: number) => Promise<void>;
}

function setUp(minStoreAgeMs: number): Setup {
  const noted = new NotedStore();
  const errors: unknown[] = [];
  const compaction = new StoreCompaction(
    { store: noted.store, minStoreAgeMs, onError: (error) => errors.push(error) },
    1,
  );
  return {
    noted,
    errors,
    async see(revision, nowMs, history = 10) {
      compaction.follow({ revision, nowMs, oldestRevision: revision - history });
      await compaction.idle();
    },
  };
}

describe('a store that may forget what the cache forgets', () => {
  test('is compacted some hundred revisions at a time', async () => {
    const { noted, see } = setUp(0);
    for (let revision = 20; revision <= 1600; revision++) await see(revision, 0);
    expect(noted.asked).toEqual([501, 1001, 1501]);
  });
});

describe('a store that keeps every revision for five minutes', () => {
  // Evidence: replica-history
  test('forgets nothing younger, however much is written', async () => {
    const { noted, see } = setUp(5 * minute);
    for (let second = 0; second < 300; second++) await see(second * 1000, second * 1000);
    expect(noted.asked).toEqual([]);
  });

  test('forgets what is older, and at most a twentieth of the time later', async () => {
    const { noted, see } = setUp(5 * minute);
    const seconds = 3600;
    for (let second = 0; second < seconds; second++) await see(second * 1000, second * 1000);
    const last = noted.asked.at(-1) ?? 0;
    const youngestForgotten = seconds - 1 - last / 1000;
    expect(youngestForgotten).toBeGreaterThanOrEqual(300);
    expect(youngestForgotten).toBeLessThanOrEqual(300 + 2 * 15);
    expect(noted.asked).toEqual([...noted.asked].sort((a, b) => a - b));
  });

  test('keeps what the cache keeps, be it much older', async () => {
    const { noted, see } = setUp(5 * minute);
    await see(10_000, 0, 9000);
    await see(20_000, 60 * minute, 19_000);
    expect(noted.asked).toEqual([1000]);
  });

  test('does not take what was written before the start for old', async () => {
    const { noted, see } = setUp(5 * minute);
    await see(10_000, 100 * minute);
    await see(10_001, 104 * minute);
    expect(noted.asked).toEqual([]);
    await see(10_002, 105 * minute);
    expect(noted.asked).toEqual([9992]);
  });
});

describe('a store that others compact as well', () => {
  test.each(['Compacted', 'FutureRevision', 'Unavailable', 'Closed'] as const)(
    'may answer %s, and is not asked again before there is more to forget',
    async (code) => {
      const { noted, errors, see } = setUp(0);
      noted.fault = new StoreError(code, 'too late, too early or not at all');
      for (let revision = 20; revision < 1000; revision++) await see(revision, 0);
      expect(noted.asked).toEqual([501]);
      expect(errors).toEqual([]);
    },
  );

  test('tells of any other failure', async () => {
    const { noted, errors, see } = setUp(0);
    noted.fault = new Error('broken');
    await see(1000, 0);
    expect(errors).toEqual([noted.fault]);
  });
});
