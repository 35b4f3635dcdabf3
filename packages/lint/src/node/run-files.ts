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

/** What a thread may fill before it collects garbage, in MB: it keeps nothing from one file to the next. */
const YOUNG_MB = 8;

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

/** This thread takes part: with two threads, one batch of two is linted here. */
async function* runInThreads(
  files: AsyncIterable<string>,
  options: { readonly setup: SessionSetup; readonly threads: number },
): AsyncGenerator<FileReport> {
  const session = new LintSession(options.setup);
  const others = Array.from({ length: options.threads - 1 }, () => new LintThread(options.setup));
  try {
    // What the other threads still owe for the group before.
    let owed: Promise<readonly FileReport[]>[] = [];
    for await (const group of grouped(batches(files), options.threads)) {
      const [own = [], ...rest] = group;
      // They get their next batches before this thread is busy, so that they never wait for it.
      const posted = rest.flatMap((batch, index) => others[index]?.lint(batch) ?? []);
      const reports: FileReport[] = [];
      for (const file of own) reports.push(await session.lintFile(file));
      for (const before of owed) yield* await before;
      yield* reports;
      owed = posted;
    }
    for (const before of owed) yield* await before;
  } finally {
    await Promise.all(others.map((thread) => thread.close()));
  }
}

async function* grouped<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let group: T[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/** A thread that lints batches one after the other. */
class LintThread {
  readonly #worker: Worker;
  readonly #waiting: {
    resolve: (reports: readonly FileReport[]) => void;
    reject: (error: Error) => void;
  }[] = [];

  constructor(setup: SessionSetup) {
    this.#worker = new Worker(new URL('./worker.js', import.meta.url), {
      workerData: setup,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
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
