import { describe, expect, test } from 'vitest';
import { FakeEtcd } from './fake-etcd.test-support.js';
import { KeyLayout } from './key-layout.js';
import { raiseRevision } from './raise-revision.js';

const keys = new KeyLayout('/test');

// Evidence: server-import-forgets
describe('raising the revision of etcd', () => {
  test.each([
    ['by one', 2],
    ['by more than are under way at a time', 500],
  ])('counts exactly there: %s', async (_, to) => {
    const etcd = new FakeEtcd();
    await raiseRevision({ etcd, keys }, { from: 1, to, signal: undefined });
    expect(etcd.revision).toBe(to);
  });

  test.each([1, 3])('writes nothing where it stands at or behind that: %i', async (from) => {
    const etcd = new FakeEtcd();
    await raiseRevision({ etcd, keys }, { from, to: 1, signal: undefined });
    expect(etcd.revision).toBe(1);
  });

  test('ends with the reason of the signal', async () => {
    const etcd = new FakeEtcd();
    const stop = new AbortController();
    const raising = raiseRevision({ etcd, keys }, { from: 1, to: 1_000, signal: stop.signal });
    stop.abort(new Error('ended by SIGTERM'));
    await expect(raising).rejects.toThrow('ended by SIGTERM');
    expect(etcd.revision).toBeLessThan(1_000);
  });

  test('rejects when etcd goes away, and is gone on with later', async () => {
    const etcd = new FakeEtcd();
    let writes = 0;
    etcd.fate = () => {
      writes += 1;
      return writes === 100 ? 'refuse' : 'ok';
    };
    const raise = (): Promise<void> =>
      raiseRevision({ etcd, keys }, { from: etcd.revision, to: 300, signal: undefined });
    await expect(raise()).rejects.toMatchObject({ code: 'Unavailable' });
    await raise();
    expect(etcd.revision).toBeGreaterThanOrEqual(300);
  });
});
