import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Which process this is, precisely enough to tell later whether it still lives. What a platform
 * does not tell is absent; everything but host and pid comes from Linux' /proc.
 */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** Changes with every boot of the machine. */
  readonly bootId?: string;
  /** Containers have process ids of their own. */
  readonly pidNamespace?: string;
  /** When the process started, in clock ticks since boot: tells it from a later one of its pid. */
  readonly startTicks?: string;
}

/** How to look at other processes; replaced in tests. */
export interface ProcessProbe {
  /** Start time of a process, `undefined` if it does not live or the platform does not tell. */
  readonly startTicksOf: (pid: number) => string | undefined;
  /** Whether a process of this id lives. */
  readonly lives: (pid: number) => boolean;
}

/** `unknown`: nothing here can tell; watch whether it gives a sign of life. */
export type Liveness = 'alive' | 'dead' | 'unknown';

/** The identity of the process that calls. */
export function identifyProcess(): ProcessIdentity {
  const bootId = readIfThere('/proc/sys/kernel/random/boot_id')?.trim();
  const pidNamespace = existsSync('/proc/self/ns/pid')
    ? readlinkSync('/proc/self/ns/pid')
    : undefined;
  const startTicks = systemProbe.startTicksOf(process.pid);
  return {
    host: hostname(),
    pid: process.pid,
    ...(bootId === undefined ? {} : { bootId }),
    ...(pidNamespace === undefined ? {} : { pidNamespace }),
    ...(startTicks === undefined ? {} : { startTicks }),
  };
}

/** Judges whether the process of an identity still lives, seen from another process. */
export function judgeLiveness(
  holder: ProcessIdentity,
  here: ProcessIdentity,
  probe: ProcessProbe = systemProbe,
): Liveness {
  if (holder.host !== here.host) return 'unknown';
  if (differ(holder.bootId, here.bootId)) return 'dead';
  if (differ(holder.pidNamespace, here.pidNamespace)) return 'unknown';
  const startTicks = probe.startTicksOf(holder.pid);
  if (differ(holder.startTicks, startTicks)) return 'dead';
  // Another thread of this process may have it; that one can only be seen by its signs of life.
  if (holder.pid === here.pid) return 'unknown';
  if (startTicks !== undefined && holder.startTicks !== undefined) return 'alive';
  return probe.lives(holder.pid) ? 'unknown' : 'dead';
}

const systemProbe: ProcessProbe = {
  startTicksOf: (pid) => {
    const stat = readIfThere(`/proc/${pid}/stat`);
    // The second field is the command in brackets and may contain anything; the start time is the
    // 22nd field, the 20th after the last bracket.
    return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  },
  lives: (pid) => {
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      // Not being allowed to signal a process is a proof that it is there.
      return error instanceof Error && 'code' in error && error.code === 'EPERM';
    }
  },
};

function differ(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b;
}

/** The text of a small file, `undefined` when it cannot be read. */
function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
