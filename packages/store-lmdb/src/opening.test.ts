import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Store, TransactionResult } from '@imagestream/store';
import { afterEach, describe, expect, test } from 'vitest';
import { openLmdbStore } from './open-lmdb-store.js';
import { Tables } from './tables.js';
import { takeWriterLock } from './writer-lock.js';

const holderScript = fileURLToPath(new URL('../testdata/holder.mjs', import.meta.url));
const directories: string[] = [];

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'imagestream-open-'));
  directories.push(directory);
  return directory;
}

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

function write(store: Store, key: string, text = ''): Promise<TransactionResult> {
  const value = new TextEncoder().encode(text);
  return store.txn({ conditions: [], operations: [{ type: 'put', key, value }] });
}

/** A process that has the store open. Ends when its input does. */
async function startHolder(directory: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [holderScript, directory]);
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('close', () => reject(new Error('the holder ended')));
  });
  return child;
}

async function ended(child: ChildProcess): Promise<void> {
  await new Promise<void>((resolve) => child.once('close', () => resolve()));
}

describe('opening a store', () => {
  test('twice in one process is refused until the first is closed', async () => {
    const directory = newDirectory();
    const first = await openLmdbStore({ directory });
    const second = openLmdbStore({ directory: `${directory}/.` });
    await expect(second).rejects.toMatchObject({ name: 'StoreError', code: 'Locked' });
    await first.close();
    await (await openLmdbStore({ directory })).close();
  });

  test('that another process has open is refused with that process named', async () => {
    const directory = newDirectory();
    const holder = await startHolder(directory);
    await expect(openLmdbStore({ directory })).rejects.toMatchObject({
      code: 'Locked',
      message: expect.stringContaining(`process ${holder.pid} on host`) as string,
    });
    holder.stdin?.end();
    await ended(holder);
    await (await openLmdbStore({ directory })).close();
  });

  test('works at once after the process that had it open was killed', async () => {
    const directory = newDirectory();
    const holder = await startHolder(directory);
    holder.kill('SIGKILL');
    await ended(holder);
    await (await openLmdbStore({ directory })).close();
  });

  test('takes over from a holder that cannot be seen and gives no sign of life', async () => {
    const directory = newDirectory();
    const tables = new Tables(join(directory, 'store.mdb'));
    tables.transactSync((writer) => {
      writer.putMeta('writer', { host: 'elsewhere', pid: 1, nonce: 'n' });
      return undefined;
    });
    const lock = await takeWriterLock(tables, directory, 500);
    expect(() => lock.check()).not.toThrow();
    lock.release();
    await tables.close();
  });

  test('leaves a holder alone that cannot be seen but gives signs of life', async () => {
    const directory = newDirectory();
    const tables = new Tables(join(directory, 'store.mdb'));
    tables.transactSync((writer) => {
      writer.putMeta('writer', { host: 'elsewhere', pid: 1, nonce: 'n' });
      return undefined;
    });
    let beats = 0;
    const signs = setInterval(() => {
      writeFileSync(join(directory, 'writer-sign-of-life'), String((beats += 1)));
    }, 50);
    const taking = takeWriterLock(tables, directory, 2000);
    await expect(taking).rejects.toMatchObject({ code: 'Locked' });
    clearInterval(signs);
    await tables.close();
  });

  test('by another process takes the right to write from the one that was taken for dead', async () => {
    const directory = newDirectory();
    const store = await openLmdbStore({ directory });
    await write(store, '/a');
    const other = new Tables(join(directory, 'store.mdb'));
    other.transactSync((writer) => {
      writer.putMeta('writer', { host: 'elsewhere', pid: 1, nonce: 'n' });
      return undefined;
    });
    await expect(write(store, '/b')).rejects.toMatchObject({ code: 'Locked' });
    await expect(store.compact(2)).rejects.toMatchObject({ code: 'Locked' });
    expect(other.newestPosition()?.revision).toBe(2);
    await store.close();
    expect(other.meta('writer')).toMatchObject({ nonce: 'n' });
    await other.close();
  });

  test('finds everything that was written, at every revision', async () => {
    const directory = newDirectory();
    const first = await openLmdbStore({ directory });
    for (const text of ['1', '2', '3']) await write(first, '/a', text);
    await first.close();
    const second = await openLmdbStore({ directory });
    expect(await second.currentRevision()).toBe(4);
    expect(Buffer.from((await second.get('/a', 3))?.value ?? []).toString()).toBe('2');
    await second.close();
  });

  test.each([
    ['a short text', Buffer.from('not a store')],
    ['zeros', Buffer.alloc(50_000)],
    ['noise', Buffer.alloc(50_000, 'noise')],
  ])('refuses a file of %s and leaves it as it is', async (_name, content) => {
    const directory = newDirectory();
    const file = join(directory, 'store.mdb');
    writeFileSync(file, content);
    await expect(openLmdbStore({ directory })).rejects.toMatchObject({ code: 'Damaged' });
    expect(readFileSync(file).equals(content)).toBe(true);
  });

  test('refuses a file that was cut short', async () => {
    const directory = newDirectory();
    const file = join(directory, 'store.mdb');
    const store = await openLmdbStore({ directory });
    await write(store, '/a', 'x'.repeat(50_000));
    await store.close();
    truncateSync(file, 40_000);
    await expect(openLmdbStore({ directory })).rejects.toMatchObject({ code: 'Damaged' });
  });

  test('refuses a format it does not know', async () => {
    const directory = newDirectory();
    const tables = new Tables(join(directory, 'store.mdb'));
    tables.transactSync((writer) => {
      writer.putMeta('format', 2);
      return undefined;
    });
    await tables.close();
    await expect(openLmdbStore({ directory })).rejects.toMatchObject({
      code: 'Damaged',
      message: expect.stringContaining('has format 2') as string,
    });
  });

  test('refuses facts it cannot understand, and leaves the lock to others', async () => {
    const directory = newDirectory();
    await (await openLmdbStore({ directory })).close();
    const tables = new Tables(join(directory, 'store.mdb'));
    tables.transactSync((writer) => {
      writer.putMeta('compacted', 'yesterday');
      return undefined;
    });
    await expect(openLmdbStore({ directory })).rejects.toMatchObject({ code: 'Damaged' });
    tables.refresh();
    expect(tables.meta('writer')).toBeNull();
    await tables.close();
  });

  test('refuses a directory that cannot be made', async () => {
    const file = join(newDirectory(), 'file');
    writeFileSync(file, '');
    const opening = openLmdbStore({ directory: join(file, 'below') });
    await expect(opening).rejects.toMatchObject({ code: 'Unavailable' });
  });
});

describe('a store that takes the place of another', () => {
  test('begins at its revision and counts on from there, also when it is opened again', async () => {
    const directory = newDirectory();
    const first = await openLmdbStore({ directory, minRevision: 5000 });
    expect(await first.currentRevision()).toBe(5000);
    expect(await first.compactedRevision()).toBe(5000);
    await first.close();
    const second = await openLmdbStore({ directory });
    expect(await write(second, '/a')).toEqual({ type: 'committed', revision: 5001 });
    await expect(second.get('/a', 4999)).rejects.toMatchObject({ code: 'Compacted' });
    await second.close();
  });

  test('keeps its objects and forgets its history when it stood behind', async () => {
    const directory = newDirectory();
    const first = await openLmdbStore({ directory });
    for (const text of ['1', '2']) await write(first, '/a', text);
    await write(first, '/b', 'gone');
    await first.txn({ conditions: [], operations: [{ type: 'delete', key: '/b' }] });
    await first.close();
    const second = await openLmdbStore({ directory, minRevision: 100 });
    const { revision, entries } = await second.range({ prefix: '' });
    expect({
      revision,
      entries: entries.map(({ key, modRevision }) => [key, modRevision]),
    }).toEqual({ revision: 100, entries: [['/a', 3]] });
    await write(second, '/a', '3');
    const watch = second.watch({ prefix: '', afterRevision: 100 });
    for await (const { revision: next, events } of watch) {
      expect({ next, events }).toMatchObject({
        next: 101,
        events: [{ previous: { modRevision: 3 } }],
      });
      break;
    }
    // What it forgot before is removed as well.
    await second.compact(101);
    await second.close();
    const tables = new Tables(join(directory, 'store.mdb'));
    expect([...tables.recordsBetween(1, 1000)].map(({ position }) => position.revision)).toEqual([
      101,
    ]);
    await tables.close();
  });

  test('goes on where it stood when that is further, history included', async () => {
    const directory = newDirectory();
    const first = await openLmdbStore({ directory });
    for (const text of ['1', '2', '3']) await write(first, '/a', text);
    await first.close();
    const second = await openLmdbStore({ directory, minRevision: 3 });
    expect(await second.currentRevision()).toBe(4);
    expect(await second.compactedRevision()).toBe(1);
    await second.close();
  });

  test.each([-1, 2 ** 47 + 1])(
    'refuses %d, from which it could not count on',
    async (minRevision) => {
      const opening = openLmdbStore({ directory: newDirectory(), minRevision });
      await expect(opening).rejects.toMatchObject({ code: 'InvalidArgument' });
    },
  );

  test('counts on from the furthest revision it may begin with', async () => {
    const store = await openLmdbStore({ directory: newDirectory(), minRevision: 2 ** 47 });
    expect(await write(store, '/a')).toEqual({ type: 'committed', revision: 2 ** 47 + 1 });
    expect(await store.get('/a')).toMatchObject({ modRevision: 2 ** 47 + 1 });
    await store.close();
  });
});

describe('a store that is compacted', () => {
  test('keeps no record that no read can see, and lets LMDB use the room again', async () => {
    const directory = newDirectory();
    const store = await openLmdbStore({ directory });
    const text = 'x'.repeat(2000);
    const sizes: number[] = [];
    for (let round = 0; round < 8; round++) {
      for (let i = 0; i < 40; i++) await write(store, `/k${i % 10}`, text);
      await store.compact(await store.currentRevision());
      sizes.push(statSync(join(directory, 'store.mdb')).size);
    }
    await store.close();
    expect(sizes.at(-1)).toBeLessThan(2 * (sizes[1] ?? 0));
    const tables = new Tables(join(directory, 'store.mdb'));
    expect([...tables.recordsBetween(1, 1000)]).toHaveLength(10);
    await tables.close();
  });
});
