import { isStoreError } from '@imagestream/store';
import { expect, test } from 'vitest';
import { StoreHead } from './store-head.js';

/** A store whose answers come when the test says so. */
class SlowStore {
  readonly asked: { answer: (revision: number) => void; fail: (error: Error) => void }[] = [];

  currentRevision(): Promise<number> {
    return new Promise((answer, fail) => this.asked.push({ answer, fail }));
  }
}

/** Lets everything that can happen happen. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

test('one question is under way and one waits, however many ask', async () => {
  const store = new SlowStore();
  const head = new StoreHead(store);
  const first = head.ask();
  const others = [head.ask(), head.ask(), head.ask()];
  await settle();
  expect(store.asked).toHaveLength(1);
  store.asked[0]?.answer(5);
  expect(await first).toBe(5);
  await settle();
  expect(store.asked).toHaveLength(2);
  store.asked[1]?.answer(7);
  expect(await Promise.all(others)).toEqual([7, 7, 7]);
});

// Evidence: replica-freshness
test('who asks while a question is under way is not served by its answer', async () => {
  const store = new SlowStore();
  const head = new StoreHead(store);
  const early = head.ask();
  await settle();
  const late = head.ask();
  let lateIsServed = false;
  void late.then(() => (lateIsServed = true));
  store.asked[0]?.answer(5);
  await early;
  await settle();
  expect(lateIsServed).toBe(false);
  store.asked[1]?.answer(6);
  expect(await late).toBe(6);
});

test('who asks while one waits shares its question, and the next one does not', async () => {
  const store = new SlowStore();
  const head = new StoreHead(store);
  const [first, second, third] = [head.ask(), head.ask(), head.ask()];
  store.asked[0]?.answer(1);
  await first;
  await settle();
  const fourth = head.ask();
  store.asked[1]?.answer(2);
  expect(await Promise.all([second, third])).toEqual([2, 2]);
  await settle();
  store.asked[2]?.answer(3);
  expect(await fourth).toBe(3);
});

test('an error is told to those who asked before, and the next question is asked all the same', async () => {
  const store = new SlowStore();
  const head = new StoreHead(store);
  const fault = new Error('no member answers');
  const first = head.ask();
  const second = head.ask();
  store.asked[0]?.fail(fault);
  await expect(first).rejects.toBe(fault);
  await settle();
  store.asked[1]?.answer(9);
  expect(await second).toBe(9);
});

// Evidence: replica-store-away
test('a store that never answers is given up, and asked anew by who comes later', async () => {
  const store = new SlowStore();
  const head = new StoreHead(store, 10);
  const waiting = [head.ask(), head.ask()];
  for (const answer of waiting) {
    await expect(answer).rejects.toSatisfy((error) => isStoreError(error, 'Unavailable'));
  }
  const later = head.ask();
  expect(store.asked).toHaveLength(2);
  store.asked[0]?.answer(1);
  store.asked[1]?.answer(2);
  expect(await later).toBe(2);
});
