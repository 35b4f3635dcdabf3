import { expect, it } from 'vitest';
import { timeLimited } from './time-limited.js';

function ended(signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve((signal.reason as Error).name));
  });
}

it('a time limit ends with the signal it was given, or when the time is up', async () => {
  const never = new AbortController().signal;
  expect(await ended(timeLimited(never, 5))).toBe('TimeoutError');
  const client = new AbortController();
  const limited = timeLimited(client.signal, 60_000);
  const end = ended(limited);
  client.abort();
  expect(await end).toBe('AbortError');
  expect(timeLimited(client.signal, 60_000).aborted).toBe(true);
});
