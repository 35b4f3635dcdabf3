import { expect, test } from 'vitest';
import { backoffMs, sleep } from './backoff.js';

test('pauses are random below a bound that doubles up to a second', () => {
  const bounds = [0, 1, 2, 5, 6, 60].map((attempt) => backoffMs(attempt, () => 1));
  expect(bounds).toEqual([25, 50, 100, 800, 1_000, 1_000]);
  expect(backoffMs(3, () => 0)).toBe(0);
});

test('a pause ends when one of its signals aborts, also when that was before', async () => {
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 1);
  await sleep(60_000, [undefined, abort.signal]);
  await sleep(60_000, [abort.signal]);
  expect(abort.signal.aborted).toBe(true);
});
