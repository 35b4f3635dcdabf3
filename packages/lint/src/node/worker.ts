import { parentPort, workerData } from 'node:worker_threads';
import type { FileReport } from '../report/file-report.js';
import { LintSession, type SessionSetup } from './lint-session.js';
import type { ThreadAnswer } from './run-files.js';
import { RunError } from './usage-error.js';

// Only run-files.ts starts this file, with the setup as its data and batches of paths as its messages.
const session = new LintSession(workerData as SessionSetup);
const port = parentPort;
let last: Promise<void> = Promise.resolve();

port?.on('message', (batch: readonly string[]) => {
  // One batch after the other: the answers have the order of the batches.
  last = last.then(async () => port.postMessage(await answer(batch)));
});

async function answer(batch: readonly string[]): Promise<ThreadAnswer> {
  try {
    const reports: FileReport[] = [];
    for (const file of batch) reports.push(await session.lintFile(file));
    return { type: 'reports', reports };
  } catch (error) {
    if (error instanceof RunError) return { type: 'failed', message: error.message };
    throw error;
  }
}
