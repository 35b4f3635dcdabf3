import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { FileReport } from '../report/file-report.js';
import { LintSession, type SessionSetup } from './lint-session.js';
import { RunError } from './usage-error.js';

/** With fewer files a thread costs more than it helps. */
const FILES_PER_THREAD = 400;

/** How many files a thread gets at once. */
const BATCH = 64;

/** More threads than this wait for the disk and for each other. */
const MAX_THREADS = 4;

/** How the files are to be linted. */
export interface RunOptions {
  readonly setup: SessionSetup;
  /** How many threads; undefined for as many as help. */
  readonly jobs: number | undefined;
}

/**
 * Lints files and yields their reports in the order of the files. Many files are spread over threads; at no time are more
 * than a few batches of reports held, however many files there are.
 */
export async function* runFiles(
  files: AsyncIterable<string>,
  options: RunOptions,
): AsyncGenerator<FileReport> {
  const threads = Math.min(options.jobs ?? availableParallelism(), options.jobs ?? MAX_THREADS);
  const iterator = files[Symbol.asyncIterator]();
  const first: string[] = [];
  const wanted = threads > 1 ? FILES_PER_THREAD : 0;
  let isDone = false;
  while (!isDone && first.length < wanted) {
    const next = await iterator.next();
    if (next.done === true) isDone = true;
    else first.push(next.value);
  }
  const all = chain(first, isDone ? undefined : iterator);
  // A session of its own is faster than a second thread as long as there is little to do.
  if (isDone || threads <= 1) yield* runHere(all, options.setup);
  else yield* runInThreads(all, { setup: options.setup, threads });
}

async function* chain(
  first: readonly string[],
  rest: AsyncIterator<string> | undefined,
): AsyncGenerator<string> {
  yield* first;
  while (rest !== undefined) {
    const next = await rest.next();
    if (next.done === true) return;
    yield next.value;
  }
}

async function* runHere(
  files: AsyncIterable<string>,
  setup: SessionSetup,
): AsyncGenerator<FileReport> {
  const session = new LintSession(setup);
  for await (const file of files) yield session.lintFile(file);
}

async function* batches(files: AsyncIterable<string>): AsyncGenerator<string[]> {
  let batch: string[] = [];
  for await (const file of files) {
    batch.push(file);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** What a thread answers to a batch. */
export type ThreadAnswer =
  | { readonly type: 'reports'; readonly reports: readonly FileReport[] }
  | { readonly type: 'failed'; readonly message: string };

async function* runInThreads(
  files: AsyncIterable<string>,
  options: { readonly setup: SessionSetup; readonly threads: number },
): AsyncGenerator<FileReport> {
  const threads = Array.from({ length: options.threads }, () => new LintThread(options.setup));
  try {
    const running: Promise<readonly FileReport[]>[] = [];
    let turn = 0;
    for await (const batch of batches(files)) {
      const thread = threads[turn++ % threads.length];
      if (thread === undefined) break;
      running.push(thread.lint(batch));
      // Two batches each keep the threads busy; more would only fill memory.
      if (running.length > threads.length * 2) yield* (await running.shift()) ?? [];
    }
    for (const reports of running) yield* await reports;
  } finally {
    await Promise.all(threads.map((thread) => thread.close()));
  }
}

/** A thread that lints batches one after the other. */
class LintThread {
  readonly #worker: Worker;
  readonly #waiting: {
    resolve: (reports: readonly FileReport[]) => void;
    reject: (error: Error) => void;
  }[] = [];

  constructor(setup: SessionSetup) {
    this.#worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: setup });
    this.#worker.on('message', (answer: ThreadAnswer) => {
      const next = this.#waiting.shift();
      if (answer.type === 'reports') next?.resolve(answer.reports);
      else next?.reject(new RunError(answer.message));
    });
    this.#worker.on('error', (error: Error) => {
      for (const next of this.#waiting.splice(0)) next.reject(error);
    });
  }

  lint(batch: readonly string[]): Promise<readonly FileReport[]> {
    const answer = new Promise<readonly FileReport[]>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
    });
    // Whoever awaits the batch gets the error; until then it is not unhandled.
    answer.catch(() => undefined);
    this.#worker.postMessage(batch);
    return answer;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
