import { checkObject } from './check-object.js';
import { DumpError } from './dump-error.js';
import { dumpFormat, formatTrailer, parseHeader, parseRecord } from './dump-record.js';
import type { DumpLine, DumpSource } from './dump-source.js';

/** One object of a checked dump: where it stands, not what it is. */
export interface DumpEntry {
  readonly key: string;
  /** The revision of its last write, in dumps with revisions. */
  readonly modRevision?: number;
  /** From 1. */
  readonly line: number;
  readonly position: number;
  readonly length: number;
}

/** A dump that is whole, and in which nothing is wrong. */
export interface CheckedDump {
  /** The revision of the store it was taken from. */
  readonly revision: number;
  /** In the order of their last writes if the dump has revisions, as they stand in it otherwise. */
  readonly entries: readonly DumpEntry[];
  /** The value of an entry. Rejects with a DumpError when the dump has changed since it was checked. */
  read(entry: DumpEntry): Promise<Uint8Array>;
}

/**
 * Reads a dump from its first line to its last. What is kept of it is where its objects stand, so that it may be larger
 * than memory.
 *
 * Source: server-dump-whole.
 *
 * Rejects with a DumpError for the first line that is wrong, and for a dump that was cut off.
 */
export async function checkDump(source: DumpSource): Promise<CheckedDump> {
  const reader = new DumpReader();
  for await (const line of source.lines()) reader.read(line);
  const { revision, entries } = reader.finish();
  return {
    revision,
    entries: entries.toSorted((a, b) => rankOf(a) - rankOf(b) || a.line - b.line),
    read: (entry) => readAgain(source, entry),
  };
}

/** An object without a revision was added by hand: nothing was written later. */
function rankOf({ modRevision = Number.MAX_SAFE_INTEGER }: DumpEntry): number {
  return modRevision;
}

async function readAgain(source: DumpSource, entry: DumpEntry): Promise<Uint8Array> {
  const text = await source.read(entry);
  const record = atLine(entry.line, () => parseRecord(text));
  if (record.type === 'object' && record.object.key === entry.key) return record.object.value;
  throw new DumpError('the dump was changed while it was read', { line: entry.line });
}

/** Takes the lines in one by one. */
class DumpReader {
  readonly #entries: DumpEntry[] = [];
  readonly #lineOfKey = new Map<string, number>();
  #line = 0;
  #revision: number | undefined;
  #isOver = false;

  read(line: DumpLine): void {
    this.#line += 1;
    if (line.text.trim() === '') return;
    if (this.#isOver) this.#fail('nothing may follow the line with the number of objects');
    try {
      this.#take(line);
    } catch (cause) {
      // Half a line at the very end: what is wrong with it is not what is wrong.
      if (!line.isEnded && cause instanceof DumpError) throw cutOff(this.#line, { cause });
      throw cause;
    }
  }

  /** Throws when the trailer is missing. */
  finish(): { readonly revision: number; readonly entries: readonly DumpEntry[] } {
    if (this.#revision === undefined) {
      throw new DumpError(`empty: a dump begins with a line that says ${dumpFormat}`);
    }
    if (!this.#isOver) throw cutOff(this.#line);
    return { revision: this.#revision, entries: this.#entries };
  }

  #take(line: DumpLine): void {
    if (this.#revision === undefined) {
      this.#revision = atLine(this.#line, () => parseHeader(line.text));
      return;
    }
    const record = atLine(this.#line, () => parseRecord(line.text));
    if (record.type === 'trailer') {
      this.#checkCount(record.objects);
      this.#isOver = true;
      return;
    }
    const { key, modRevision } = record.object;
    atLine(this.#line, () => checkObject(record.object));
    const earlier = this.#lineOfKey.get(key);
    if (earlier !== undefined) this.#fail(`${key} stands in line ${earlier} already`);
    if ((modRevision ?? 0) > this.#revision) {
      this.#fail(`modRevision ${modRevision} lies behind the dump's revision ${this.#revision}`);
    }
    this.#lineOfKey.set(key, this.#line);
    const { position, length } = line;
    const place = { key, line: this.#line, position, length };
    this.#entries.push(modRevision === undefined ? place : { ...place, modRevision });
  }

  #checkCount(objects: number): void {
    const found = this.#entries.length;
    if (objects === found) return;
    this.#fail(
      `${objects} objects are announced, ${found} are there: lines are missing; if you changed the dump yourself, write ${formatTrailer(found).trimEnd()}`,
    );
  }

  #fail(problem: string): never {
    throw new DumpError(problem, { line: this.#line });
  }
}

function cutOff(line: number, options: ErrorOptions = {}): DumpError {
  return new DumpError('the dump is cut off here: its last line would tell the number of objects', {
    ...options,
    line,
  });
}

/** Runs what reads a line; its error names the line. */
function atLine<R>(line: number, read: () => R): R {
  try {
    return read();
  } catch (cause) {
    throw new DumpError(cause instanceof Error ? cause.message : String(cause), { line, cause });
  }
}
