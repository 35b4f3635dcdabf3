#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { commandHelp, commands, findCommand } from './cli/commands.js';
import { UsageError } from './cli/usage-error.js';
import { CodegenError } from './diagnostics.js';

/** Exit codes: 0 done, 1 the inputs do not allow it or --check found a difference, 2 bad usage. */
async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(`${commandHelp(commands)}\n`);
    return name === undefined ? 2 : 0;
  }
  if (name === '--version') {
    const manifest: unknown = JSON.parse(
      readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
    );
    const { version } = manifest as { version: string }; // Our own package.json.
    process.stdout.write(`${version}\n`);
    return 0;
  }
  const command = findCommand(name);
  return command.run(rest, {
    print: (text) => process.stdout.write(`${text}\n`),
    complain: (text) => process.stderr.write(`${text}\n`),
    fetch: (url, headers) => fetch(url, { headers }),
  });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\nimagestream-codegen --help shows what there is\n`);
    process.exitCode = 2;
  } else if (error instanceof CodegenError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  } else {
    throw error;
  }
}
