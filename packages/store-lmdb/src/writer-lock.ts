import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StoreError } from '@imagestream/store';
import { identifyProcess, judgeLiveness } from './process-identity.js';
import type { ProcessIdentity } from './process-identity.js';
import type { Tables } from './tables.js';

/** The holder rewrites its sign of life this often. */
const signIntervalMs = 1000;
/** A holder that is silent for so long and cannot be seen otherwise is taken for dead. */
const defaultSilenceMs = 4000;

interface Holder extends ProcessIdentity {
  /** Different for each time the lock was taken. */
  readonly nonce: string;
}

/** Held by the one process that may write. */
export interface WriterLock {
  /** Throws a `StoreError` of code `Locked` once another process has taken the lock over. */
  check(): void;
  /** Gives the lock back. */
  release(): void;
}

/**
 * Takes the lock of a store. Who holds it is written in the store itself, in a transaction, so two
 * processes cannot take it at once; a holder that was killed left nothing to clean up.
 *
 * A holder on the same machine is alive or dead for sure. One that cannot be seen (another
 * container, another thread, a system without /proc) is alive if its sign of life changes within
 * four seconds.
 *
 * Rejects with a `StoreError` of code `Locked` when a living process holds it.
 */
export async function takeWriterLock(
  tables: Tables,
  directory: string,
  silenceMs: number = defaultSilenceMs,
): Promise<WriterLock> {
  const signFile = join(directory, 'writer-sign-of-life');
  const me: Holder = { ...identifyProcess(), nonce: randomUUID() };
  for (let silent: Holder | undefined; ;) {
    const holder = claim(tables, me, silent);
    if (holder === undefined) return hold(tables, signFile, me);
    if (judgeLiveness(holder, me) === 'alive' || (await showsLife(signFile, silenceMs))) {
      throw locked(directory, holder);
    }
    silent = holder;
  }
}

/** Writes `me` as the holder unless there is another one that may live; returns that one. */
function claim(tables: Tables, me: Holder, silent: Holder | undefined): Holder | undefined {
  return tables.transactSync((writer) => {
    const holder = readHolder(tables);
    const free =
      holder === undefined ||
      holder.nonce === silent?.nonce ||
      judgeLiveness(holder, me) === 'dead';
    if (!free) return holder;
    writer.putMeta('writer', me);
    return undefined;
  });
}

function hold(tables: Tables, signFile: string, me: Holder): WriterLock {
  const sign = openSync(signFile, 'w');
  let beats = 0;
  let fault: unknown;
  const beat = (): void => {
    beats += 1;
    try {
      writeSync(sign, `${me.nonce} ${String(beats).padStart(12, '0')}\n`, 0);
    } catch (error) {
      // Told by `check`: without signs of life others may take over.
      fault = error;
    }
  };
  beat();
  const timer = setInterval(beat, signIntervalMs);
  timer.unref();
  return {
    check: () => {
      const holder = readHolder(tables);
      if (holder?.nonce !== me.nonce) throw takenOver(holder);
      if (fault !== undefined) throw unsigned(fault);
    },
    release: () => {
      clearInterval(timer);
      closeSync(sign);
      tables.transactSync((writer) => {
        if (readHolder(tables)?.nonce === me.nonce) writer.putMeta('writer', null);
        return undefined;
      });
    },
  };
}

function readHolder(tables: Tables): Holder | undefined {
  // Written by `claim` alone; null when it was given back.
  const holder = tables.meta('writer') as Holder | null | undefined;
  return holder ?? undefined;
}

/** Whether the sign of life changes. Waits in the foreground of whoever opens the store. */
async function showsLife(signFile: string, silenceMs: number): Promise<boolean> {
  const before = readSign(signFile);
  for (let waitedMs = 0; waitedMs < silenceMs; waitedMs += signIntervalMs / 2) {
    await delay(signIntervalMs / 2);
    if (readSign(signFile) !== before) return true;
  }
  return false;
}

function readSign(signFile: string): string | undefined {
  try {
    return readFileSync(signFile, 'utf8');
  } catch {
    // A holder that died before its first sign left no file.
    return undefined;
  }
}

/** The error of opening a store that somebody else has open. */
export function locked(directory: string, holder?: { pid: number; host: string }): StoreError {
  const who =
    holder === undefined ? 'this process' : `process ${holder.pid} on host ${holder.host}`;
  return new StoreError(
    'Locked',
    `the store in ${directory} is open in ${who}; only one process may have it open, stop that one or use another directory`,
  );
}

function takenOver(holder: Holder | undefined): StoreError {
  const who = holder === undefined ? 'somebody' : `process ${holder.pid} on host ${holder.host}`;
  return new StoreError('Locked', `${who} has taken over the store while this process was silent`);
}

function unsigned(cause: unknown): StoreError {
  return new StoreError('Unavailable', 'the sign of life of the store cannot be written', {
    cause,
  });
}
