import { expect, test } from 'vitest';
import { MessageQueue } from './message-queue.js';

const one = new Uint8Array([1]);
const two = new Uint8Array([2]);

/** A queue, and how often it was ready for another message. */
function makeQueue(): {
  readonly queue: MessageQueue;
  readonly reads: () => number;
  put: (m: Uint8Array) => void;
} {
  const queue = new MessageQueue();
  let reads = 0;
  const put = (message: Uint8Array): void => queue.arrive(message, () => (reads += 1));
  return { queue, put, reads: () => reads };
}

test('a message is held until it is taken, and nothing more is read before', async () => {
  const { queue, put, reads } = makeQueue();
  put(one);
  expect(reads()).toBe(0);
  expect(await queue.next()).toBe(one);
  expect(reads()).toBe(1);
});

test('who waits gets the next message at once, and reading goes on', async () => {
  const { queue, put, reads } = makeQueue();
  const next = queue.next();
  put(one);
  expect(reads()).toBe(1);
  put(two);
  expect(reads()).toBe(1);
  expect([await next, await queue.next()]).toEqual([one, two]);
});

test('the end comes after the last message, and stays', async () => {
  const { queue, put } = makeQueue();
  put(one);
  queue.end();
  expect([await queue.next(), await queue.next(), await queue.next()]).toEqual([
    ...[one, undefined, undefined],
  ]);
});

test('a failure comes after the last message, and stays', async () => {
  const { queue, put } = makeQueue();
  put(one);
  queue.fail(new Error('lost'));
  queue.end();
  expect(await queue.next()).toBe(one);
  await expect(queue.next()).rejects.toThrow('lost');
  await expect(queue.next()).rejects.toThrow('lost');
});

test('who waits is told of the end and of a failure', async () => {
  const ended = makeQueue().queue;
  const failed = makeQueue().queue;
  const [end, failure] = [ended.next(), failed.next()];
  ended.end();
  failed.fail(new Error('lost'));
  expect(await end).toBeUndefined();
  await expect(failure).rejects.toThrow('lost');
});
