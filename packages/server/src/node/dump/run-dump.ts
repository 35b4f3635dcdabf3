import { parseDumpCommandLine } from './dump-command-line.js';
import type { DumpIo } from './dump-io.js';
import { runExport } from './run-export.js';
import { runImport } from './run-import.js';

/**
 * Runs `export` or `import` with the arguments after the program's name. Rejects with a UsageError, an InputFileError, the
 * reason of the signal, or the error of the store.
 */
export async function runDump(args: readonly string[], io: DumpIo): Promise<void> {
  const command = parseDumpCommandLine(args);
  switch (command.type) {
    case 'help':
      io.stdout.write(command.usage);
      return;
    case 'export':
      return runExport(command, io);
    case 'import':
      return runImport(command, io);
  }
}
