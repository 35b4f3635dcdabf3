import type { Command } from './command.js';
import { diffCommand } from './diff-command.js';
import { fetchCommand } from './fetch-command.js';
import { generateCommand } from './generate-command.js';
import { inspectCommand } from './inspect-command.js';
import { UsageError } from './usage-error.js';

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
