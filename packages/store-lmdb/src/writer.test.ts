import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventBatch, Operation, TransactionResult } from '@imagestream/store';
import { StoreError } from '@imagestream/store';
import { afterEach, describe, expect, test } from 'vitest';
import { checkSpace } from './disk-space.js';
import { Tables } from './tables.js';
import { Writer } from './writer.js';
import type { WriterParts } from './writer.js';

interface Setup {
  readonly writer: Writer;
  readonly tables: Tables;
  readonly committed: EventBatch[];
  readonly put: (key: string) => Promise<TransactionResult>;
}

const cleanups: (() => Promise<void>)[] = [];

function setUp(parts: Partial<WriterParts> = {}): Setup {
  const directory = mkdtempSync(join(tmpdir(), 'imagestream-writer-'));
  const tables = new Tables(join(directory, 'store.mdb'));
  const committed: EventBatch[] = [];
  const writer = new Writer({
    tables,
    committedRevision: 1,
    onCommitted: (batches) => committed.push(...batches),
    checkLock: () => undefined,
    checkSpace: () => undefined,
    ...parts,
  });
  cleanups.push(async () => {
    await tables.close();
    rmSync(directory, { recursive: true });
  });
  const operation = (key: string): Operation => ({ type: 'put', key, value: new Uint8Array(3) });
  const put = (key: string): Promise<TransactionResult> =>
    writer.txn({ conditions: [], operations: [operation(key)] });
  return { writer, tables, committed, put };
}

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

describe('a writer', () => {
  test('commits what comes in one turn together and tells nobody before', async () => {
    const { writer, committed, put } = setUp();
    const writes = ['/a', '/b', '/c'].map(put);
    expect(writer.committedRevision).toBe(1);
    expect(committed).toEqual([]);
    await writes[0];
    expect(writer.committedRevision).toBe(4);
    expect(committed.map(({ revision }) => revision)).toEqual([2, 3, 4]);
  });

  test('does not refuse by what is not yet durable before it is', async () => {
    const { writer, put } = setUp();
    const first = put('/a');
    let refused = false;
    const second = writer
      .txn({ conditions: [{ key: '/a', modRevision: 0 }], operations: [] })
      .then((result) => {
        refused = true;
        return result;
      });
    await Promise.resolve();
    expect(refused).toBe(false);
    await first;
    expect(await second).toMatchObject({ type: 'refused', current: [{ modRevision: 2 }] });
  });

  test('rejects a whole group the disk has no room for, and goes on with the next', async () => {
    let full = true;
    const fault = new StoreError('Unavailable', 'full');
    const { writer, tables, committed, put } = setUp({
      checkSpace: () => {
        if (full) throw fault;
      },
    });
    const outcomes = await Promise.allSettled([put('/a'), put('/b')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(tables.newestPosition()).toBeUndefined();
    full = false;
    expect(await put('/c')).toEqual({ type: 'committed', revision: 2 });
    expect(committed).toHaveLength(1);
    expect(writer.committedRevision).toBe(2);
  });

  test('writes nothing more after a commit failed', async () => {
    const { tables, put } = setUp();
    await put('/a');
    const fault = new Error('Input/output error');
    Object.assign(tables, {
      transactSync: () => {
        throw fault;
      },
    });
    await expect(put('/b')).rejects.toMatchObject({ code: 'Unavailable', cause: fault });
    Reflect.deleteProperty(tables, 'transactSync');
    await expect(put('/c')).rejects.toMatchObject({ code: 'Unavailable', cause: fault });
    expect(tables.newestPosition()?.revision).toBe(2);
  });

  test('leaves nothing of a transaction whose lock was lost', async () => {
    const { tables, put } = setUp({
      checkLock: () => {
        throw new StoreError('Locked', 'lost');
      },
    });
    await expect(put('/a')).rejects.toMatchObject({ code: 'Locked' });
    expect(tables.newestPosition()).toBeUndefined();
  });
});

describe('room on the disk', () => {
  test('is there for a small write and not for one larger than any disk', () => {
    const small = { directory: tmpdir(), valueBytes: [10], reusableBytes: () => 0 };
    expect(() => checkSpace(small)).not.toThrow();
    const huge = { ...small, valueBytes: [2 ** 60], reusableBytes: () => Infinity };
    expect(() => checkSpace(huge)).toThrow(expect.objectContaining({ code: 'Unavailable' }));
  });

  test('inside the file is counted after a removal', async () => {
    const { tables } = setUp();
    const position = { revision: 2, index: 0 };
    // Noise, so that it does not shrink.
    const value = randomBytes(400_000);
    tables.transactSync((writer) => {
      const record = {
        type: 'put',
        key: '/a',
        value,
        createRevision: 2,
        previous: undefined,
      } as const;
      writer.putRecord(position, record);
      return undefined;
    });
    const before = tables.reusableBytes();
    tables.transactSync((writer) => {
      writer.removeRecord(position);
      return undefined;
    });
    expect(tables.reusableBytes() - before).toBeGreaterThanOrEqual(400_000);
  });
});
