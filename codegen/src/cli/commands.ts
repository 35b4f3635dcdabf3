import { diffCommand } from './diff-command.js';
import { fetchCommand } from './fetch-command.js';
import { generateCommand } from './generate-command.js';
import { inspectCommand } from './inspect-command.js';
import { UsageError } from './usage-error.js';

/** What a command does to the world besides files. */
export interface CommandOutlets {
  /** Standard output, one line or several. */
  readonly print: (text: string) => void;
  /** Standard error, one line or several. */
  readonly complain: (text: string) => void;
  readonly fetch: (url: string, headers: Readonly<Record<string, string>>) => Promise<Response>;
}

/** One word of the command line. */
export interface Command {
  readonly name: string;
  /** How it is called, without the program's name. */
  readonly usage: string;
  /** What it does and its options, line by line. */
  readonly help: readonly string[];
  /** Gives the exit code. Throws a UsageError, or a CodegenError when the inputs are at fault. */
  readonly run: (args: readonly string[], outlets: CommandOutlets) => Promise<number>;
}

/** Every command, in the order help shows them. */
export const commands: readonly Command[] = [
  generateCommand,
  inspectCommand,
  diffCommand,
  fetchCommand,
];

/** The command of that name. Throws a UsageError when there is none. */
export function findCommand(name: string): Command {
  const command = commands.find((known) => known.name === name);
  if (command === undefined) throw new UsageError(`there is no command ${JSON.stringify(name)}`);
  return command;
}

/** The text of --help. */
export function commandHelp(all: readonly Command[]): string {
  const parts = all.map(({ usage, help }) =>
    [`  imagestream-codegen ${usage}`, ...help.map((line) => `      ${line}`)].join('\n'),
  );
  return [
    'Kubernetes-style API definitions in; typed models, descriptors, clients and validators out.',
    '',
    ...parts.flatMap((part) => [part, '']),
    'Exit code: 0 done; 1 the inputs are at fault, --check found a difference, or diff a breaking change;',
    '2 bad usage.',
  ].join('\n');
}
