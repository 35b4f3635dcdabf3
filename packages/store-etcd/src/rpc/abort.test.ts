import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { offAbort, onAbort } from './abort.js';

test('all who wait for one signal are told once, with one listener', () => {
  const abort = new AbortController();
  const told: string[] = [];
  onAbort(abort.signal, () => told.push('first'));
  onAbort(abort.signal, () => told.push('second'));
  expect(getEventListeners(abort.signal, 'abort')).toHaveLength(1);
  abort.abort();
  expect(told).toEqual(['first', 'second']);
});

test('who was taken off is not told, and the last one leaves no listener behind', () => {
  const abort = new AbortController();
  const told: string[] = [];
  const [first, second] = [() => void told.push('first'), () => void told.push('second')];
  onAbort(abort.signal, first);
  onAbort(abort.signal, second);
  offAbort(abort.signal, first);
  offAbort(abort.signal, first);
  expect(getEventListeners(abort.signal, 'abort')).toHaveLength(1);
  offAbort(abort.signal, second);
  expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
  onAbort(abort.signal, second);
  abort.abort();
  expect(told).toEqual(['second']);
});

test('without a signal nobody is told anything', () => {
  onAbort(undefined, () => expect.unreachable());
  offAbort(undefined, () => expect.unreachable());
  expect.assertions(0);
});
