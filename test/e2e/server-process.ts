import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'vitest';
import { ROOT } from '../repo/source-files.js';

const COMMAND = join(ROOT, 'packages', 'server', 'dist', 'node', 'main.js');
/** No server of a test lives longer, whatever happens to the test. */
const MAX_LIFE_MS = 60_000;

/** How a command ended. */
export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** `imagestream-server` as a process of its own. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<Ending>;
  #stdout = '';
  #stderr = '';

  constructor(args: readonly string[]) {
    const child = spawn(process.execPath, [COMMAND, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: MAX_LIFE_MS,
      killSignal: 'SIGKILL',
    });
    this.#child = child;
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    this.#ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr });
      });
    });
  }

  /** Waits until the server says where it listens. Rejects with what it said when it ends instead. */
  async url(): Promise<string> {
    const said = new Promise<string>((resolve) => {
      const look = (): void => {
        const url = /^imagestream-server listening on (\S+)\n/.exec(this.#stdout)?.[1];
        if (url !== undefined) resolve(url);
      };
      this.#child.stdout?.on('data', look);
      look();
    });
    const ended = this.#ended.then(({ code, stderr }) => {
      throw new Error(`the server ended with ${code}: ${stderr}`);
    });
    return Promise.race([said, ended]);
  }

  /** How it ends by itself. */
  ending(): Promise<Ending> {
    return this.#ended;
  }

  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ending> {
    this.#child.kill(signal);
    return this.#ended;
  }

  /** Makes sure that it is gone. */
  dispose(): void {
    if (this.#child.exitCode === null) this.#child.kill('SIGKILL');
  }
}

/** Servers and files of a test, which go away together. */
export class Bench {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'imagestream-e2e-'));
  readonly #servers: ServerProcess[] = [];

  /** Starts a server without waiting for it. */
  start(...args: string[]): ServerProcess {
    const server = new ServerProcess(args);
    this.#servers.push(server);
    return server;
  }

  /** A path in the folder. */
  path(name: string): string {
    return join(this.folder, name);
  }

  /** Writes a file, objects as JSON, and returns its path. */
  file(name: string, content: string | object): string {
    const path = this.path(name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  }

  close(): void {
    for (const server of this.#servers) server.dispose();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A test with a bench of its own, so that tests can run side by side. */
export const benchTest = test.extend<{ bench: Bench }>({
  bench: async ({ task: _task }, use) => {
    const bench = new Bench();
    await use(bench);
    bench.close();
  },
});
