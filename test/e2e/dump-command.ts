import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Store } from '@imagestream/store';
import { ROOT } from '../repo/source-files.js';
import type { Ending } from './server-process.js';

const COMMAND = join(ROOT, 'packages', 'server', 'dist', 'node', 'main.js');
/** No export or import of a test takes longer. */
const MAX_LIFE_MS = 30_000;

/** Starts `imagestream-server export` or `import`; its stdin is a pipe that stays open. */
export function startDumpCommand(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [COMMAND, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: MAX_LIFE_MS,
    killSignal: 'SIGKILL',
  });
}

/** Runs `imagestream-server export` or `import` with a text as stdin. */
export async function runDumpCommand(args: readonly string[], input = ''): Promise<Ending> {
  const child = startDumpCommand(args);
  // A command that refuses its arguments does not wait for its input.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  return endingOf(child);
}

/** Waits for the end of a command. */
export function endingOf(child: ChildProcess): Promise<Ending> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** A stream as a server stores it. */
export function storedStream(name: string, annotations: object = {}): string {
  const metadata = { name, namespace: 'shop', uid: `uid-of-${name}`, annotations };
  return JSON.stringify({ kind: 'ImageStream', apiVersion: 'image.openshift.io/v1', metadata });
}

/** Writes streams with these texts, each in a transaction of its own. */
export async function fillStore(
  store: Store,
  texts: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [name, text] of Object.entries(texts)) {
    const value = new TextEncoder().encode(text);
    const key = `/imagestreams/shop/${name}`;
    await store.txn({ conditions: [], operations: [{ type: 'put', key, value }] });
  }
}

/** What a store holds, in key order: the bytes as a text of as many letters. */
export async function readContent(
  store: Store,
): Promise<(readonly [key: string, bytes: string])[]> {
  const { entries } = await store.range({ prefix: '' });
  return entries.map(({ key, value }) => [key, Buffer.from(value).toString('latin1')]);
}
