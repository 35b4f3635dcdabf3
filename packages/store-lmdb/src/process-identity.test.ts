import { describe, expect, test } from 'vitest';
import { identifyProcess, judgeLiveness } from './process-identity.js';
import type { ProcessIdentity, ProcessProbe } from './process-identity.js';

const here: ProcessIdentity = {
  host: 'h',
  pid: 10,
  bootId: 'b1',
  pidNamespace: 'n1',
  startTicks: '100',
};
const holder: ProcessIdentity = { ...here, pid: 20, startTicks: '200' };

function probe(processes: Record<number, string | undefined>): ProcessProbe {
  return { startTicksOf: (pid) => processes[pid], lives: (pid) => pid in processes };
}

describe('the holder of a lock', () => {
  test('is alive while a process of its id and start time lives', () => {
    expect(judgeLiveness(holder, here, probe({ 20: '200' }))).toBe('alive');
  });

  test('is dead when its id is gone or belongs to a process that started later', () => {
    expect(judgeLiveness(holder, here, probe({}))).toBe('dead');
    expect(judgeLiveness(holder, here, probe({ 20: '201' }))).toBe('dead');
  });

  test('is dead when this process has its id but started later, as the first process of a container', () => {
    const again = { ...here, pid: 20, startTicks: '999' };
    expect(judgeLiveness(holder, again, probe({ 20: '999' }))).toBe('dead');
  });

  test('is dead when the machine has been started again', () => {
    expect(judgeLiveness({ ...holder, bootId: 'b0' }, here, probe({ 20: '200' }))).toBe('dead');
  });

  test('cannot be judged from another host, another container or another thread', () => {
    const lives = probe({ 10: '100', 20: '200' });
    expect(judgeLiveness({ ...holder, host: 'other' }, here, lives)).toBe('unknown');
    expect(judgeLiveness({ ...holder, pidNamespace: 'n2' }, here, lives)).toBe('unknown');
    expect(judgeLiveness(here, here, lives)).toBe('unknown');
  });

  test('is dead or not to be judged where start times are not told', () => {
    const bare: ProcessIdentity = { host: 'h', pid: 20 };
    expect(judgeLiveness(bare, here, probe({}))).toBe('dead');
    expect(judgeLiveness(bare, here, probe({ 20: undefined }))).toBe('unknown');
  });

  test('can be this process, which is seen alive', () => {
    const self = identifyProcess();
    expect(judgeLiveness({ ...self, pid: process.ppid }, { ...self, pid: -1 })).not.toBe('alive');
    expect(judgeLiveness(self, self)).toBe('unknown');
  });
});
