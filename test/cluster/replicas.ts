/** Servers as processes of their own, each under an address it keeps over its lives. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { leashed } from '../../packages/store-etcd/src/etcd-process.test-support.js';
import { ROOT } from '../repo/source-files.js';

const COMMAND = join(ROOT, 'packages', 'server', 'dist', 'node', 'main.js');
/** No server lives longer, whatever happens to the test. */
const MAX_LIFE_MS = 60 * 60_000;
/** How long a server may take to end by itself, or to serve. */
export const READY_WITHIN_MS = 30_000;

/** One server. */
export class Replica {
  readonly name: string;
  readonly url: string;
  readonly #args: readonly string[];
  readonly #maxLifeMs: number;
  #child: ChildProcess | undefined;
  #output = '';
  #unexpectedEnd: string | undefined;

  constructor(place: {
    readonly name: string;
    readonly port: number;
    /** What its command line says besides the port. */
    readonly args: readonly string[];
    readonly maxLifeMs?: number;
  }) {
    this.name = place.name;
    this.url = `http://127.0.0.1:${place.port}`;
    this.#args = ['--port', String(place.port), ...place.args];
    this.#maxLifeMs = place.maxLifeMs ?? MAX_LIFE_MS;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** What it wrote last, all its lives together. */
  get output(): string {
    return this.#output;
  }

  /** How it ended although nobody ended it. */
  get unexpectedEnd(): string | undefined {
    return this.#unexpectedEnd;
  }

  /** Starts the process; does not wait until it serves. */
  start(): void {
    const child = spawn(...leashed(process.execPath, [COMMAND, ...this.#args]), {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: this.#maxLifeMs,
      killSignal: 'SIGKILL',
    });
    const keep = (text: string): void => {
      this.#output = (this.#output + text).slice(-50_000);
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.once('exit', (code, signal) => {
      if (this.#child !== child) return;
      this.#unexpectedEnd = `${this.name} ended by itself: ${code ?? signal}`;
    });
    this.#child = child;
  }

  /** Sends a signal: SIGSTOP and SIGCONT leave the process there. */
  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name);
  }

  /** Ends the process and waits for its end: with SIGKILL, when it does not follow. */
  async stop(name: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(name);
    const impatience = setTimeout(() => {
      this.#unexpectedEnd = `${this.name} did not end on ${name} in ${READY_WITHIN_MS} ms`;
      child.kill('SIGKILL');
    }, READY_WITHIN_MS);
    await ended;
    clearTimeout(impatience);
  }

  /** Whether it says that it is ready. */
  async isHealthy(): Promise<boolean> {
    try {
      const answer = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(2_000) });
      return answer.ok;
    } catch {
      return false; // Nobody listens yet, or it does not answer: not ready.
    }
  }
}

/** Waits until something says that it is well. Rejects when that takes too long. */
export async function waitUntilHealthy(
  what: {
    readonly name?: string;
    readonly output?: string;
    isHealthy(): Promise<boolean>;
  },
  withinMs: number = READY_WITHIN_MS,
): Promise<void> {
  const until = Date.now() + withinMs;
  while (Date.now() < until) {
    if (await what.isHealthy()) return;
    await sleep(50);
  }
  throw new Error(
    `${what.name ?? 'a member'} is not well after ${withinMs} ms; it said\n${what.output?.slice(-2_000)}`,
  );
}
