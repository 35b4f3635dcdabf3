import type { RangeQuery, Transaction } from './store.js';
import { maxKeyBytes } from './store.js';
import { StoreError } from './store-error.js';

/** With the `u` flag a surrogate matches only when it is not half of a pair. */
const loneSurrogate = /[\ud800-\udfff]/u;

/** Refuses keys that break the rules of `StoreKey` with `InvalidArgument` or `TooLarge`. */
export function checkKey(key: string): void {
  if (key === '' || key.includes('\0') || loneSurrogate.test(key)) {
    throw invalidArgument(`not a key: ${JSON.stringify(key)}`);
  }
  // One UTF-16 unit is at most three bytes: only long keys have to be measured.
  if (key.length * 3 > maxKeyBytes && utf8Length(key) > maxKeyBytes) {
    throw new StoreError(
      'TooLarge',
      `the key ${JSON.stringify(key.slice(0, 40))}… has ${utf8Length(key)} bytes, the limit is ${maxKeyBytes}`,
    );
  }
}

/** Refuses a transaction with bad keys, a repeated key or impossible conditions. */
export function checkTransaction({ conditions, operations }: Transaction): void {
  for (const { key, modRevision } of conditions) {
    checkKey(key);
    if (!Number.isSafeInteger(modRevision) || modRevision < 0) {
      throw invalidArgument(`not a revision: ${modRevision}`);
    }
  }
  const written = new Set<string>();
  for (const { key } of operations) {
    checkKey(key);
    if (written.has(key)) {
      throw invalidArgument(`the transaction writes ${JSON.stringify(key)} twice`);
    }
    written.add(key);
  }
}

/** Refuses a limit that is no positive integer, and a revision that is none. */
export function checkRange({ limit, revision }: RangeQuery): void {
  if (limit !== undefined && (!Number.isSafeInteger(limit) || limit < 1)) {
    throw invalidArgument(`not a limit: ${limit}`);
  }
  if (revision !== undefined) checkRevision(revision);
}

/** Refuses what is not a safe integer of at least 1. */
export function checkRevision(revision: number): void {
  if (!Number.isSafeInteger(revision) || revision < 1) {
    throw invalidArgument(`not a revision: ${revision}`);
  }
}

function invalidArgument(message: string): StoreError {
  return new StoreError('InvalidArgument', message);
}

/** Bytes of a well-formed text in UTF-8. */
function utf8Length(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (unit >= 0xd800 && unit < 0xe000) bytes += 2;
    else bytes += 3;
  }
  return bytes;
}
