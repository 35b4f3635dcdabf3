import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

/** A running `imagestream-server`. */
export interface ServerProcess {
  readonly url: string;
  /** Asks it to finish (SIGTERM) and waits for it; rejects when it did not exit with 0. */
  stop(): Promise<void>;
  /** Ends it without a word, as a power cut would (SIGKILL). */
  kill(): Promise<void>;
}

const START_TIMEOUT_MS = 20_000;

/** Starts the command on a free loopback port with its embedded durable store in a folder. */
export async function startServer(dataDir: string): Promise<ServerProcess> {
  const manifest = createRequire(import.meta.url).resolve('@imagestream/server/package.json');
  const command = join(dirname(manifest), 'dist', 'node', 'main.js');
  const args = [command, '--port', '0', '--data-dir', dataDir];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit') as Promise<[code: number | null]>;
  return {
    url: await readUrl(child, exited),
    async stop() {
      child.kill('SIGTERM');
      const [code] = await exited;
      if (code !== 0) throw new Error(`imagestream-server exited with ${code ?? 'a signal'}`);
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Waits for the line that says where it listens. */
async function readUrl(child: ChildProcess, exited: Promise<unknown>): Promise<string> {
  if (child.stdout === null) throw new Error('the output of imagestream-server cannot be read');
  const lines = createInterface({ input: child.stdout });
  const found = new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`imagestream-server did not start within ${START_TIMEOUT_MS} ms`));
    }, START_TIMEOUT_MS);
    lines.on('line', (line) => {
      const url = /listening on (\S+)/.exec(line)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    });
    void exited.then(() => {
      clearTimeout(timer);
      reject(new Error('imagestream-server ended before it listened'));
    });
  });
  return found;
}
