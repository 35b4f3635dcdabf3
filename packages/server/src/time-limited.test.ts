import { expect, test } from 'vitest';
import { timeLimited } from './time-limited.js';

function ended(signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve((signal.reason as Error).name));
  });
}

test('a time limit ends with the signal it was given, or when the time is up', async () => {
  const never = new AbortController().signal;
  expect(await ended(timeLimited(never, 5))).toBe('TimeoutError');
  const client = new AbortController();
  const limited = timeLimited(client.signal, 60_000);
  const end = ended(limited);
  client.abort();
  expect(await end).toBe('AbortError');
  expect(timeLimited(client.signal, 60_000).aborted).toBe(true);
});

test('many time limits on one signal are one listener to it, and all end with it', () => {
  const source = new AbortController();
  let listeners = 0;
  const counted = new Proxy(source.signal, {
    get(signal, name) {
      if (name !== 'addEventListener') return Reflect.get(signal, name, signal) as unknown;
      return (...args: Parameters<AbortSignal['addEventListener']>) => {
        listeners += 1;
        signal.addEventListener(...args);
      };
    },
  });
  const limited = Array.from({ length: 30 }, () => timeLimited(counted, 60_000));
  source.abort(new Error('stop'));
  expect(listeners).toBe(1);
  expect(limited.map(({ reason }) => String(reason))).toEqual(Array(30).fill('Error: stop'));
});
