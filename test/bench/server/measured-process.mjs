// The process whose CPU time is measured, and the commands it takes.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const childFile = fileURLToPath(new URL('child.mjs', import.meta.url));

/** A server in a process of its own, which does what it is asked over IPC. */
export class MeasuredProcess {
  #process;
  #waiting = new Map();
  #lastId = 0;

  /** `kind` and what follows it are the arguments of child.mjs. */
  static async start(kind, ...args) {
    const child = new MeasuredProcess();
    child.#process = fork(childFile, [kind, ...args]);
    child.port = await new Promise((resolve, reject) => {
      child.#process.once('error', reject);
      child.#process.once('exit', (code) => {
        const error = new Error(`the process of ${kind} ended with code ${code}`);
        reject(error);
        for (const waiting of child.#waiting.values()) waiting.reject(error);
      });
      child.#process.on('message', (message) => {
        if (message.type === 'ready') resolve(message.port);
        else child.#waiting.get(message.id)?.resolve(message);
      });
    });
    return child;
  }

  ask(type, args = {}) {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#process.send({ id, type, ...args });
    }).finally(() => this.#waiting.delete(id));
  }

  async cpu() {
    return (await this.ask('cpu')).microseconds;
  }

  async stop() {
    if (this.#process.exitCode !== null) return;
    const gone = new Promise((resolve) => this.#process.once('exit', resolve));
    await this.ask('stop');
    await gone;
  }
}
