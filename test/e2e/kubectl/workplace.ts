import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How a command went. */
export interface Outcome {
  /** The exit code; null = it was stopped. */
  exit: number | null;
  stdout: string;
  stderr: string;
}

/** What a command gets besides its arguments. */
export interface CommandInput {
  stdin?: string;
  /** What the editor does to the file it is given: a `sed` script. */
  editor?: string;
  env?: Record<string, string>;
  /**
   * Stops the command (with SIGINT, as Ctrl-C does) once this is true of what it printed so far.
   * Asked again and again: what it waits for may come after the last line.
   */
  until?: (stdout: string) => boolean;
}

/** No command of a test takes longer. */
const maxCommandMs = 15_000;

/** How often a command that is to be stopped is looked at. */
const lookMs = 20;

/** A folder with a kubeconfig, a home and a cache of its own, for one program and one namespace. */
export class Workplace {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'imagestream-kubectl-'));
  readonly #program: string;
  readonly #kubeconfig: string;
  readonly #running = new Set<ChildProcess>();

  constructor({ program, url, namespace }: { program: string; url: string; namespace: string }) {
    this.#program = program;
    this.#kubeconfig = this.file('kubeconfig', JSON.stringify(kubeconfig(url, namespace)));
  }

  /** Writes a file into the folder and returns its path. */
  file(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** Runs a command to its end. */
  run(
    args: readonly string[],
    { stdin = '', editor, env = {}, until }: CommandInput = {},
  ): Promise<Outcome> {
    const child = spawn(this.#program, args, {
      cwd: this.folder,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: this.folder,
        TMPDIR: this.folder,
        KUBECONFIG: this.#kubeconfig,
        KUBE_EDITOR: editor === undefined ? 'false' : `sed -i -e '${editor}'`,
        ...env,
      },
      timeout: maxCommandMs,
    });
    this.#running.add(child);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    const look = setInterval(() => {
      if (until?.(stdout) !== true) return;
      clearInterval(look);
      child.kill('SIGINT');
    }, lookMs);
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    // A command that does not read its input may be gone before all of it is written.
    child.stdin.on('error', () => undefined).end(stdin);
    return new Promise((resolve, reject) => {
      child.once('error', (error) => {
        clearInterval(look);
        reject(error);
      });
      child.once('close', (exit) => {
        clearInterval(look);
        this.#running.delete(child);
        resolve({ exit: until === undefined ? exit : null, stdout, stderr });
      });
    });
  }

  /** Ends what still runs and takes the folder away. */
  close(): void {
    for (const child of this.#running) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function kubeconfig(url: string, namespace: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server: url } }],
    users: [{ name: 'test', user: {} }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test', namespace } }],
    'current-context': 'test',
  };
}
