/**
 * The lines of a dump, which is JSON Lines: a header, one line for each object, a trailer.
 *
 *     {"format":"imagestream-dump/1","revision":1234}
 *     {"key":"/imagestreams/web/app","object":{"kind":"ImageStream",…}}
 *     {"objects":1}
 *
 * `revision` is the one everything was read at. With revisions, a line has `createRevision` and `modRevision` behind its
 * key. A value that would not come back byte for byte from its JSON stands under `base64` instead of `object`.
 */
import { isJsonObject } from '@imagestream/core';
import { checkKey, type StoredValue } from '@imagestream/store';
import { decodeValue, encodeValue } from './dump-value.js';
import { DumpError } from './dump-error.js';

/** What the first line of a dump says it is. The number changes when an older reader could not read what is new. */
export const dumpFormat = 'imagestream-dump/1';

/** Durable stores keep revisions in 48 bits, and have to go on counting behind the dump's. */
const maxRevision = 2 ** 47;

/** One object of a dump. */
export interface DumpObject {
  readonly key: string;
  /** As the store holds it. */
  readonly value: Uint8Array;
  /** The revision of its last write, in dumps with revisions. */
  readonly modRevision?: number;
}

/** A line behind the header. */
export type DumpRecord =
  | { readonly type: 'object'; readonly object: DumpObject }
  | { readonly type: 'trailer'; readonly objects: number };

/** The first line of a dump, with its line break. */
export function formatHeader(revision: number): string {
  return `${JSON.stringify({ format: dumpFormat, revision })}\n`;
}

/** The line of an object, with its line break. */
export function formatObject(
  { key, createRevision, modRevision, value }: StoredValue,
  { revisions }: { readonly revisions: boolean },
): string {
  const start = JSON.stringify({ key, ...(revisions ? { createRevision, modRevision } : {}) });
  return `${start.slice(0, -1)},${encodeValue(value)}}\n`;
}

/** The last line of a dump, with its line break. Without it a dump counts as cut off. */
export function formatTrailer(objects: number): string {
  return `${JSON.stringify({ objects })}\n`;
}

/** Reads the first line; returns the revision of the dump. Throws a DumpError without a line number. */
export function parseHeader(text: string): number {
  const header = parseLine(text);
  const { format, revision } = header;
  if (typeof format !== 'string') throw new DumpError(`no dump: it would say ${dumpFormat} here`);
  if (format !== dumpFormat) {
    throw new DumpError(`format ${JSON.stringify(format)}: this version reads ${dumpFormat}`);
  }
  checkMembers(header, ['format', 'revision']);
  return readRevision(revision, 'revision');
}

/** Reads a line behind the header. Throws a DumpError without a line number, or the store's error for a bad key. */
export function parseRecord(text: string): DumpRecord {
  const line = parseLine(text);
  if (!Object.hasOwn(line, 'key') && Object.hasOwn(line, 'objects')) {
    checkMembers(line, ['objects']);
    return { type: 'trailer', objects: readCount(line['objects']) };
  }
  checkMembers(line, ['key', 'createRevision', 'modRevision', 'object', 'base64']);
  const { key, createRevision, modRevision } = line;
  if (typeof key !== 'string') throw new DumpError('key is missing, or no text');
  checkKey(key);
  if (createRevision !== undefined) readRevision(createRevision, 'createRevision');
  return {
    type: 'object',
    object: {
      key,
      value: decodeValue(line),
      ...(modRevision === undefined
        ? {}
        : { modRevision: readRevision(modRevision, 'modRevision') }),
    },
  };
}

function parseLine(text: string): Record<string, unknown> {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DumpError(`not JSON: ${reason}`, { cause });
  }
  if (!isJsonObject(line)) throw new DumpError('no JSON object');
  return line;
}

/** Dumps are edited by hand: what is misspelled must not count as left out. */
function checkMembers(line: Readonly<Record<string, unknown>>, known: readonly string[]): void {
  const unknown = Object.keys(line).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new DumpError(`unknown member ${JSON.stringify(unknown)}`);
}

function readRevision(value: unknown, name: string): number {
  const isRevision = Number.isSafeInteger(value) && Number(value) >= 1;
  if (isRevision && Number(value) <= maxRevision) return Number(value);
  const found = JSON.stringify(value);
  throw new DumpError(`${name} is a whole number from 1 to ${maxRevision}, not ${found}`);
}

function readCount(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new DumpError(`objects is the number of objects, not ${JSON.stringify(value)}`);
}
