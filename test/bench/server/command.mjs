// The command `imagestream-server` as a process of its own.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { endWithUs } from './end-with-us.mjs';

const commandFile = fileURLToPath(
  new URL('../../../packages/server/dist/node/main.js', import.meta.url),
);

/** Resolves when the command says that it listens. */
export async function startCommand(...args) {
  const options = ['--port', '0', '--no-import-controller', ...args];
  const command = endWithUs(spawn(process.execPath, [commandFile, ...options]));
  let complaints = '';
  command.stderr.on('data', (text) => (complaints += text));
  const line = await new Promise((resolve, reject) => {
    command.stdout.once('data', resolve);
    command.once('exit', (code) =>
      reject(new Error(`imagestream-server ended with code ${code}: ${complaints}`)),
    );
  });
  return { command, url: /http\S+/.exec(String(line))[0] };
}

export async function stopCommand(command) {
  const gone = new Promise((resolve) => command.once('exit', resolve));
  command.kill('SIGTERM');
  await gone;
}

/** What a process has in memory, in bytes. */
export function residentBytes(pid) {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)])) * 1024;
}

/** CPU time a process has used, in microseconds; undefined where the system does not tell (other than Linux). */
export function cpuMicroseconds(pid) {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return undefined;
  // After the name in parentheses: user and system time are the 14th and 15th field, in hundredths of a second.
  const fields = readFileSync(file, 'utf8').split(') ').at(-1).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

/** Reads a collection page by page, as a client that lists does; returns how many objects there were. */
export async function readAllPages(url) {
  let token = '';
  let count = 0;
  do {
    const response = await fetch(`${url}?limit=500&continue=${token}`);
    const { items, metadata } = await response.json();
    count += items.length;
    token = encodeURIComponent(metadata.continue ?? '');
  } while (token !== '');
  return count;
}
