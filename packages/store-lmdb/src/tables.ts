import { open } from 'lmdb';
import type { Database, RootDatabase } from 'lmdb';
import { endOfPrefix, StoreError } from '@imagestream/store';
import type { StoredValue } from '@imagestream/store';
import {
  decodeKeyEntry,
  decodePosition,
  decodeRecord,
  encodeKeyEntry,
  encodePosition,
  encodeRecord,
} from './layout.js';
import type { KeyEntry, LogRecord, Position } from './layout.js';

type Table = Database<Buffer, Buffer>;

/** What a transaction may write; all of it is committed together. */
export interface TableWriter {
  putRecord(position: Position, record: LogRecord): void;
  removeRecord(position: Position): void;
  putKey(key: string, entry: KeyEntry): void;
  removeKey(key: string): void;
  /** Keeps a fact as JSON. */
  putMeta(name: string, value: unknown): void;
}

/** A record with its position. */
export interface LogEntry extends LogRecord {
  readonly position: Position;
}

/** Smaller records gain little. */
const compressedFromBytes = 500;

const binary = { encoding: 'binary', keyEncoding: 'binary' } as const;

/**
 * The tables of the store in one LMDB environment, in terms of records and keys. Reads are
 * synchronous and see what was committed when `refresh` was last called, or later.
 */
export class Tables {
  readonly #environment: RootDatabase<Buffer, Buffer>;
  readonly #log: Table;
  readonly #keys: Table;
  readonly #meta: Table;

  readonly #writer: TableWriter = {
    putRecord: (position, record) =>
      this.#log.putSync(encodePosition(position), encodeRecord(record)),
    removeRecord: (position) => void this.#log.removeSync(encodePosition(position)),
    putKey: (key, entry) => this.#keys.putSync(Buffer.from(key), encodeKeyEntry(entry)),
    removeKey: (key) => void this.#keys.removeSync(Buffer.from(key)),
    putMeta: (name, value) =>
      this.#meta.putSync(Buffer.from(name), Buffer.from(JSON.stringify(value))),
  };

  /** Opens or creates the environment in a file. Throws the errors of LMDB. */
  constructor(file: string) {
    this.#environment = open<Buffer, Buffer>({
      path: file,
      noSubdir: true,
      maxDbs: 8,
      // A commit then waits for the disk before anybody can see it, and its promise with it. With
      // overlapping on, LMDB shows commits before they are durable.
      overlappingSync: false,
      // Address space, not memory. Each time the file outgrows the map, LMDB makes a larger one
      // beside it, and both count as memory of the process. Windows would allocate it on disk.
      ...(process.platform === 'win32' ? {} : { mapSize: 2 ** 30 }),
      ...binary,
    });
    // Objects are JSON and shrink to a third: less to flush, fewer pages in memory. The first byte
    // of a record is its tag, which the binding cannot take for its mark of compressed values.
    const compression = { threshold: compressedFromBytes };
    this.#log = this.#environment.openDB({ name: 'log', compression, ...binary });
    this.#keys = this.#environment.openDB({ name: 'keys', ...binary });
    this.#meta = this.#environment.openDB({ name: 'meta', ...binary });
  }

  /** Makes later reads see everything committed so far. */
  refresh(): void {
    this.#environment.resetReadTxn();
  }

  /**
   * Runs `action` alone among all processes that have the environment open, and commits durably
   * what it wrote; if it or the commit throws, nothing of it is. It must not return a promise: LMDB
   * would wait for it and never commit.
   */
  transactSync<R extends object | undefined>(action: (writer: TableWriter) => R): R {
    try {
      return this.#environment.transactionSync(() => action(this.#writer));
    } finally {
      this.refresh();
    }
  }

  /** A fact kept with `putMeta`. */
  meta(name: string): unknown {
    const bytes = this.#meta.getBinary(Buffer.from(name));
    return bytes === undefined ? undefined : JSON.parse(bytes.toString());
  }

  /** The position of the newest record, if there is any. */
  newestPosition(): Position | undefined {
    const [newest] = this.#log.getKeys({ reverse: true, limit: 1 });
    return newest && decodePosition(newest);
  }

  keyEntry(key: string): KeyEntry | undefined {
    const bytes = this.#keys.getBinary(Buffer.from(key));
    return bytes && decodeKeyEntry(bytes);
  }

  record(position: Position): LogRecord | undefined {
    const bytes = this.#log.getBinary(encodePosition(position));
    return bytes && decodeRecord(bytes);
  }

  /** The keys with a prefix in key order, from `from` on. Leaving the loop early is fine. */
  *keysFrom(prefix: string, from: string): Generator<{ key: string; entry: KeyEntry }> {
    const end = endOfPrefix(prefix);
    const range = this.#keys.getRange({
      start: Buffer.from(from),
      ...(end === undefined ? {} : { end: Buffer.from(end) }),
    });
    for (const { key, value } of range) {
      yield { key: key.toString(), entry: decodeKeyEntry(value) };
    }
  }

  /** The records after a revision, up to and including another. */
  *recordsBetween(afterRevision: number, untilRevision: number): Generator<LogEntry> {
    const range = this.#log.getRange({
      start: encodePosition({ revision: afterRevision + 1, index: 0 }),
      end: encodePosition({ revision: untilRevision + 1, index: 0 }),
    });
    for (const { key, value } of range) {
      // LMDB may reuse the bytes of an iteration for its next step.
      const record = decodeRecord(Buffer.from(value));
      yield { ...record, position: decodePosition(key) };
    }
  }

  /** Bytes of the file up to the end of the last page that was ever used. */
  usedBytes(): number {
    // What the binding returns; it declares no types for it.
    const { lastPageNumber, pageSize } = this.#meta.getStats() as EnvironmentStats;
    return (lastPageNumber + 1) * pageSize;
  }

  /** Bytes inside the file that hold nothing and may be written again. */
  reusableBytes(): number {
    // What the binding returns; it declares no types for them.
    const stats = this.#log.getStats() as EnvironmentStats;
    const others = [this.#keys, this.#meta].map((table) => table.getStats() as TableStats);
    const tables = [stats, stats.root, stats.free, ...others];
    const usedPages = tables.reduce((sum, table) => sum + pagesOf(table), metaPages);
    return (stats.lastPageNumber + 1 - usedPages) * stats.pageSize;
  }

  async close(): Promise<void> {
    await this.#environment.close();
  }
}

/** Pages of a table's tree and of the values too large for it. */
interface TableStats {
  readonly treeBranchPageCount: number;
  readonly treeLeafPageCount: number;
  readonly overflowPages: number;
}

interface EnvironmentStats extends TableStats {
  readonly pageSize: number;
  readonly lastPageNumber: number;
  readonly root: TableStats;
  readonly free: TableStats;
}

const metaPages = 2;

function pagesOf(table: TableStats): number {
  return table.treeBranchPageCount + table.treeLeafPageCount + table.overflowPages;
}

/** The value a record gave its key; `undefined` for a deletion. */
export function storedBy(record: LogRecord, { revision }: Position): StoredValue | undefined {
  if (record.type === 'delete') return undefined;
  const { key, value, createRevision } = record;
  return { key, value, createRevision, modRevision: revision };
}

/** A record that must be there is not. */
export function missingRecord({ revision }: Position): StoreError {
  return new StoreError('Damaged', `the log of the store lacks a record of revision ${revision}`);
}
