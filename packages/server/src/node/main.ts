#!/usr/bin/env node
import { parseCommandLine, usage } from './command-line.js';
import { keepHeapSmall } from './keep-heap-small.js';
import { UsageError } from './usage-error.js';

const exitUsage = 2;
const exitFailed = 1;

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}

const args = process.argv.slice(2);

async function main(): Promise<void> {
  keepHeapSmall();
  if (movesHouse(args)) return moveHouse(args);
  const command = parseCommandLine(args);
  if (command.help) {
    process.stdout.write(usage);
    return;
  }
  // Loaded after the heap was told to stay small: what is loaded would have made it grow.
  const { runServer } = await import('./run.js');
  const running = await runServer(command, log);
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    running.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.stdout.write(`imagestream-server listening on ${running.url}\n`);
}

/** Whether `export` or `import` is called, which have options of their own. */
function movesHouse([first]: readonly string[]): boolean {
  return first === 'export' || first === 'import';
}

async function moveHouse(args: readonly string[]): Promise<void> {
  const { runDump } = await import('./dump/run-dump.js');
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => stop.abort(new Error(`ended by ${name}`)));
  }
  const { stdin, stdout } = process;
  await runDump(args, { stdin, stdout, log, signal: stop.signal });
}

function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  log(`imagestream-server: ${message}`);
  // By its name: the module of that error is not loaded before it is needed.
  const isInputFileError = error instanceof Error && error.name === 'InputFileError';
  const misused = error instanceof UsageError || isInputFileError;
  if (error instanceof UsageError) {
    const words = movesHouse(args) ? ['imagestream-server', args[0]] : ['imagestream-server'];
    log(`${words.join(' ')} --help lists the options`);
  }
  process.exit(misused ? exitUsage : exitFailed);
}

main().catch(fail);
