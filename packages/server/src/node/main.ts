#!/usr/bin/env node
import { parseCommandLine, usage, UsageError } from './command-line.js';
import { keepHeapSmall } from './keep-heap-small.js';
import { InputFileError } from './read-files.js';
import { runServer } from './run.js';

const exitUsage = 2;
const exitFailed = 1;

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function main(args: readonly string[]): Promise<void> {
  keepHeapSmall();
  const command = parseCommandLine(args);
  if (command.help) {
    process.stdout.write(usage);
    return;
  }
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

function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  log(`imagestream-server: ${message}`);
  const misused = error instanceof UsageError || error instanceof InputFileError;
  if (error instanceof UsageError) log('imagestream-server --help lists the options');
  process.exit(misused ? exitUsage : exitFailed);
}

main(process.argv.slice(2)).catch(fail);
