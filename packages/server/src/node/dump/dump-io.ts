import type { Readable, Writable } from 'node:stream';

/** What an export or import has of its process. */
export interface DumpIo {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable;
  /** Gets one line at a time for people. */
  readonly log: (line: string) => void;
  /** Ends it as soon as that leaves things in order. */
  readonly signal: AbortSignal;
}

/** Tells of what heals by itself in a store on other machines, one line at a time. */
export function storeTrouble({ log }: Pick<DumpIo, 'log'>): (error: unknown) => void {
  return (error) => log(`store: ${error instanceof Error ? error.message : String(error)}`);
}

/** A number of objects in words. */
export function countObjects(count: number): string {
  return count === 1 ? '1 object' : `${count} objects`;
}
